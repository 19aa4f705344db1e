import { performance } from 'node:perf_hooks';

/** How many requests at once are worth it, found out while they run. */
export interface Growth {
  readonly most: number;
  /** Told of each request that ended well. `waiting`: whether others had to wait for their turn. */
  ended(waiting: boolean): void;
}

export interface GrowthOptions {
  readonly start: number;
  readonly ceiling: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** From 0 to 1: for how much of the time since it was asked last this program had something to do. */
  readonly load?: () => number;
}

/** Each step is half as much again: from 64 to 256 in four. */
const step = 1.5;
/** Where the network sets the pace, half as many again do half as much again; where this machine does, nearly nothing. */
const worthwhile = 1.15;
/** Milliseconds that are measured at least: in fewer, chance decides. */
const shortest = 100;
/** With more to do than this the program sets the pace itself, and another connection is only one more thing to do. */
const full = 0.95;

/** Allows more requests at once for as long as more of them end in the same time. */
export function createGrowth({
  start,
  ceiling,
  now = () => performance.now(),
  load = createLoad(),
}: GrowthOptions): Growth {
  let most = Math.min(start, ceiling);
  let before = 0;
  let began: number | undefined;
  let ended = 0;
  let done = most === ceiling;
  return {
    get most() {
      return most;
    },
    ended(waiting) {
      if (done) return;
      // With nobody waiting it is not the limit that sets the pace.
      if (!waiting || began === undefined) {
        began = waiting ? now() : undefined;
        ended = 0;
        load();
        return;
      }
      ended += 1;
      const ms = now() - began;
      if (ended < most || ms < shortest) return;
      const pace = ended / ms;
      began = now();
      ended = 0;
      // It may have less to do later: at first its code is not compiled.
      if (load() > full) return;
      done = pace < before * worthwhile || most === ceiling;
      if (done) return;
      before = pace;
      most = Math.min(ceiling, Math.floor(most * step));
    },
  };
}

function createLoad(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const { utilization } = performance.eventLoopUtilization(last);
    last = performance.eventLoopUtilization();
    return utilization;
  };
}

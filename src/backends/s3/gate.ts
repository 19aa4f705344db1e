import type { Growth } from './growth.ts';
import { whenAborted } from './stopping.ts';
import { stopped } from './waiting.ts';

/** How many requests may be under way at once: fewer after the store asked to slow down, slowly more again. */
export interface Gate {
  /** Waits for a free place. Rejects when the signal stops the waiting. */
  enter(signal?: AbortSignal): Promise<Permit>;
  readonly limit: number;
}

/** Must be given back exactly once. */
export interface Permit {
  leave(outcome: 'ok' | 'throttled' | 'failed'): void;
}

/** Never fewer than this, unless the ceiling is lower. */
const least = 4;
/** Successes before one more is let in. */
const successesToGrow = 20;

/** `growth` finds the ceiling, where none was given. */
export function createGate(ceiling: number, growth?: Growth): Gate {
  const queue: (() => void)[] = [];
  const most = () => growth?.most ?? ceiling;
  let limit = most();
  let inside = 0;
  let successes = 0;
  // What was sent before the last shrinking tells nothing about the limit of now: 64 refusals at once halve it once.
  let generation = 0;

  const admit = () => {
    while (inside < limit) {
      const next = queue.shift();
      if (next === undefined) return;
      inside += 1;
      next();
    }
  };

  const succeeded = () => {
    successes += 1;
    if (limit < most() && successes >= successesToGrow) {
      limit += 1;
      successes = 0;
    }
    // While it recovers from being asked to slow down, the pace says nothing about what is worth it.
    if (growth === undefined || limit < growth.most) return;
    growth.ended(queue.length > 0);
    limit = growth.most;
  };

  const permit = (): Permit => {
    const born = generation;
    return {
      leave: (outcome) => {
        inside -= 1;
        if (outcome === 'throttled' && born === generation) {
          limit = Math.max(Math.min(least, most()), Math.floor(limit / 2));
          generation += 1;
          successes = 0;
        } else if (outcome === 'ok') succeeded();
        admit();
      },
    };
  };

  return {
    get limit() {
      return limit;
    },
    enter: (signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(stopped());
          return;
        }
        const enter = () => {
          callOff?.();
          resolve(permit());
        };
        const callOff =
          signal &&
          whenAborted(signal, () => {
            queue.splice(queue.indexOf(enter), 1);
            reject(stopped());
          });
        queue.push(enter);
        admit();
      }),
  };
}

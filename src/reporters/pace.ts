import type { CollectEvent } from '../types.ts';

type Waiting = Extract<CollectEvent, { type: 'waiting' }>;
type Compressing = Extract<CollectEvent, { type: 'compressing' }>;

/** Milliseconds between two lines about the same. */
const every = 10_000;

/** Whether an event about waiting is to be told where lines stay: the first, one every ten seconds, the end of a told one. */
export function createPace(): (event: Waiting) => boolean {
  let toldMs: number | undefined;
  let open = false;
  return ({ requests }) => {
    if (requests === 0) {
      const told = open;
      open = false;
      return told;
    }
    const now = performance.now();
    if (toldMs !== undefined && now - toldMs < every) return false;
    toldMs = now;
    open = true;
    return true;
  };
}

/** Whether an event about compressing is to be told where lines stay: none of what is soon over, then one every ten seconds. */
export function createWorkPace(): (event: Compressing) => boolean {
  let dueMs = every;
  return ({ forMs }) => {
    const due = forMs >= dueMs;
    if (due) dueMs = forMs + every;
    if (forMs === 0) dueMs = every;
    return due;
  };
}

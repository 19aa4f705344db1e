import type { LockTiming } from '../../src/lock-timing.ts';

/**
 * Instead of src/lock-timing.ts: a minute in less than two seconds, and time for the answers of a process that is client and server
 * of several runs at once. A lock that a run leaves behind there is of a living process, so that only its lease ends it.
 */
export const realLockTiming: LockTiming = {
  lease: 1_500,
  renewEvery: 500,
  fresh: 25,
  askEvery: 50,
  tellEvery: 250,
  longestRemoval: 2_000,
};

/** Spans of time that rule the lock, in one place so that tests can run minutes in seconds. Milliseconds. */
export interface LockTiming {
  /** How long a lock holds that nobody renews. */
  readonly lease: number;
  readonly renewEvery: number;
  /** For how long an answer counts that it is ours, from when that was asked: to give it back, or to begin a step. */
  readonly fresh: number;
  readonly askEvery: number;
  readonly tellEvery: number;
  /** What giving it back may take: a run that was stopped ends soon. */
  readonly longestRemoval: number;
}

export const realLockTiming: LockTiming = {
  lease: 60_000,
  renewEvery: 20_000,
  fresh: 1_000,
  askEvery: 1_000,
  tellEvery: 10_000,
  longestRemoval: 3_000,
};

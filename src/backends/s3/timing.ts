/** Every span of time that rules the requests, in one place so that tests can run hours in seconds. Milliseconds. */
export interface Timing {
  /** The first back-off is at most this long; each further one may be twice as long. */
  readonly backOff: number;
  readonly longestBackOff: number;
  /** How long the failing of a request is borne, counted from its first failure. */
  readonly budget: number;
  /** The same for an endpoint from which nothing was ever heard: it is more likely wrong than down. */
  readonly firstContact: number;
  /** The longest wait that a server may ask for. */
  readonly longestRetryAfter: number;
  /** What the first attempt may take, beside the time for its bytes. */
  readonly attempt: number;
  /** The slowest transfer that still counts as one. */
  readonly bytesPerSecond: number;
  /** What the clearing away of a broken upload may take. */
  readonly clearAway: number;
}

export const realTime: Timing = {
  backOff: 200,
  longestBackOff: 20_000,
  budget: 120_000,
  firstContact: 10_000,
  longestRetryAfter: 60_000,
  attempt: 10_000,
  bytesPerSecond: 50 * 1024,
  clearAway: 3_000,
};

/**
 * What an attempt may take in all. A hang is noticed soon at first; a store that is only slow gets twice the time after
 * each timeout, up to the configured request timeout.
 */
export function deadlineOf(
  { attempt, bytesPerSecond }: Timing,
  requestTimeout: number,
  { timeouts, bytes }: { readonly timeouts: number; readonly bytes: number },
): number {
  const answering = Math.min(requestTimeout, attempt * 2 ** timeouts);
  return answering + (bytes / bytesPerSecond) * 1000;
}

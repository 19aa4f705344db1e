import type { WaitReason } from '../../types.ts';
import type { Timing } from './timing.ts';

/** What a failed attempt says about the next one. */
export type Kind =
  | 'fatal' // the next one would fail the same way
  | 'transient'
  | 'throttled'
  | 'unreached' // nobody was there, or nobody who could be believed
  | 'expired' // new credentials may help
  | 'skewed'; // the SDK has set its clock by the answer

/** One failed attempt. */
export interface Failed {
  readonly kind: Kind;
  /** What the server asked for; undefined for nothing sensible. */
  readonly retryAfter?: number | undefined;
}

/** Where a request stands. Times in milliseconds. */
export interface Standing {
  /** Attempts so far. */
  readonly attempts: number;
  /** Since its first failure, or since the store answers nobody any more. */
  readonly failingFor: number;
  /** Whether any request ever got an answer. */
  readonly answered: boolean;
  readonly refreshable: boolean;
  readonly refreshed: boolean;
  readonly skewed: boolean;
}

export type Decision =
  { readonly next: 'give up' } | { readonly next: 'refresh' } | { readonly next: number };

const giveUp: Decision = { next: 'give up' };

/** Whether, after what delay, and with what there is another attempt. `random` is from [0, 1). Pure. */
export function decide(
  { kind, retryAfter }: Failed,
  standing: Standing,
  timing: Timing,
  random: number,
): Decision {
  switch (kind) {
    case 'fatal':
      return giveUp;
    case 'expired':
      return standing.refreshable && !standing.refreshed ? { next: 'refresh' } : giveUp;
    case 'skewed':
      return standing.skewed ? giveUp : { next: 0 };
    case 'unreached':
    case 'transient':
    case 'throttled': {
      const patience =
        kind === 'unreached' && !standing.answered ? timing.firstContact : timing.budget;
      if (standing.failingFor >= patience) return giveUp;
      // Full jitter: whoever failed together does not come back together.
      const longest = Math.min(
        timing.longestBackOff,
        timing.backOff * 2 ** (standing.attempts - 1),
      );
      const asked = Math.min(retryAfter ?? 0, timing.longestRetryAfter);
      if (asked > 0) return { next: asked + random * timing.backOff };
      // The last attempt is where patience ends: a back-off beyond that would only keep people waiting.
      return { next: Math.min(random * longest, patience - standing.failingFor) };
    }
  }
}

/** The kind of an error by our code for it, and by the HTTP status where there was one. */
export function kindOf(code: string, status: number | undefined): Kind {
  // A 4xx that is not S3's comes from something that is not S3, and says "you are wrong here".
  if (code === 'S3_BAD_ANSWER' && status !== undefined && status >= 400) return 'fatal';
  if (code === 'S3_PROXY_REFUSED' && status !== undefined && status >= 500) return 'transient';
  return kinds[code] ?? 'fatal';
}

/** What people are told of a failure that is followed by another attempt, by our code for it. */
export function reasonOf(code: string): WaitReason {
  if (code === 'S3_THROTTLED') return 'throttled';
  if (code === 'S3_SERVER_ERROR') return 'server error';
  const lost = ['S3_TIMEOUT', 'S3_CONNECTION_LOST', 'S3_PROXY_REFUSED'].includes(code);
  return lost || kinds[code] === 'unreached' ? 'connection' : 'unproved answer';
}

const kinds: Readonly<Partial<Record<string, Kind>>> = {
  S3_THROTTLED: 'throttled',
  S3_SERVER_ERROR: 'transient',
  S3_TIMEOUT: 'transient',
  S3_CONNECTION_LOST: 'transient',
  S3_BAD_DIGEST: 'transient',
  S3_BAD_ANSWER: 'transient',
  S3_BAD_LISTING: 'transient',
  S3_UNPROVED: 'transient',
  S3_CONNECTION_REFUSED: 'unreached',
  S3_UNREACHABLE: 'unreached',
  S3_DNS: 'unreached',
  S3_TLS: 'unreached',
  S3_TLS_PROTOCOL: 'unreached',
  S3_EXPIRED_TOKEN: 'expired',
  // To a HEAD S3 gives no reason: an expired session looks like this too.
  S3_REFUSED: 'expired',
  S3_CLOCK_SKEW: 'skewed',
};

/**
 * Milliseconds that a Retry-After header asks for: seconds, or a date, which is measured by the server's own clock.
 * Undefined for anything else.
 */
export function parseRetryAfter(
  value: string | undefined,
  serverDate: string | undefined,
): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return Number(value) * 1000;
  // Date.parse takes nearly anything; an HTTP date names its day.
  if (!/^\s*(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value)) return undefined;
  const wait = Date.parse(value) - Date.parse(serverDate ?? '');
  return Number.isNaN(wait) || wait < 0 ? undefined : wait;
}

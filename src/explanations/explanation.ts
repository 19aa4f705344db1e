import { exitCodes, type ExitCode } from '../errors.ts';

/** What a code means. Plain words without Markdown: they are printed, and they stand in the README. */
export interface CodeExplanation {
  /** The second half of a sentence: "the session has expired". */
  readonly what: string;
  /** Why it usually happens. */
  readonly why: string;
  /** What to do. Where it fits every case, it is the hint of the message too. */
  readonly fix: string;
  /** What a run may end with; first what the failure itself asks for. */
  readonly exit: readonly [ExitCode, ...ExitCode[]];
}

export interface Exit {
  readonly codes: readonly number[];
  readonly meaning: string;
  /** The state of the destination. */
  readonly destination: string;
}

const asPartial = 'each key is whole, old or new; run again to go on';

/** Every exit code, for people: the README's table. */
export const exits: readonly Exit[] = [
  {
    codes: [exitCodes.ok],
    meaning: 'everything is there and proved, or there was nothing to do, or a dry run was printed',
    destination: 'complete',
  },
  { codes: [exitCodes.bug], meaning: 'a bug', destination: 'unknown' },
  {
    codes: [exitCodes.usage],
    meaning: 'usage: a bad flag or command',
    destination: 'untouched',
  },
  {
    codes: [exitCodes.config],
    meaning: 'configuration, environment or .env invalid',
    destination: 'untouched',
  },
  {
    codes: [exitCodes.source],
    meaning: 'sources missing, empty, unreadable or colliding',
    destination: 'untouched',
  },
  {
    codes: [exitCodes.refused],
    meaning: 'refused for safety: a secret, a link out of a source, overlap, a declined question',
    destination: 'untouched',
  },
  {
    codes: [exitCodes.permission],
    meaning: 'credentials or permission, found at the start',
    destination: 'untouched',
  },
  {
    codes: [exitCodes.unreachable],
    meaning: 'destination not reachable or wrong: DNS, TLS, no such bucket, wrong region',
    destination: 'untouched',
  },
  {
    codes: [exitCodes.partial],
    meaning: 'some files failed, or it broke off midway',
    destination: asPartial,
  },
  {
    codes: [exitCodes.verify],
    meaning:
      'check found references that lead nowhere, or verify a destination that is not as deployed',
    destination: 'named by verify; not looked at by check',
  },
  {
    codes: [exitCodes.conflict],
    meaning: 'another deploy writes to the same destination',
    destination: 'the other deploy is intact',
  },
  {
    codes: [exitCodes.changes],
    meaning: 'plan --detailed-exitcode found something to do',
    destination: 'untouched',
  },
  {
    codes: [exitCodes.cdn],
    meaning: 'the CDN did not take the invalidation',
    destination: 'complete; run collect-static invalidate',
  },
  {
    codes: [exitCodes.interrupted, 143, 129],
    meaning: 'stopped by SIGINT, SIGTERM, SIGHUP',
    destination: asPartial,
  },
];

import type { BucketOptions, Fault, FaultRequest } from '../support/fake-s3/types.ts';
import { chance, pick } from './chance.ts';

type MakeFault = (op: string) => Fault | undefined;

const html = '<!doctype html><title>Sign in</title><p>to use this network';
const error = (code: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>made up</Message></Error>`;
const uploads = ['PutObject', 'UploadPart'];
const only = (ops: readonly string[], fault: Fault) => (op: string) =>
  ops.includes(op) ? fault : undefined;
const always = (fault: Fault) => () => fault;
/** A 404 to a HEAD has no body: it says "absent", whatever was meant. */
const notToHead = (fault: Fault) => (op: string) => (op === 'HeadObject' ? undefined : fault);

/** Faults after which another attempt can succeed. */
export const healing = {
  resetBefore: always({ reset: true }),
  lostAnswer: always({ reset: true, storeAnyway: true }),
  tornAnswer: always({
    status: 200,
    body: '<?xml version="1.0"',
    headers: { 'content-length': '900' },
    reset: true,
    storeAnyway: true,
  }),
  hang: always({ hang: true }),
  hangAfterwards: always({ hang: true, storeAnyway: true }),
  delay: always({ delayMs: 30 }),
  internalError: always({ status: 500 }),
  internalErrorAfterwards: always({ status: 500, storeAnyway: true }),
  badGateway: always({ status: 502, body: html }),
  emptyBadGateway: always({ status: 502, body: '' }),
  slowDown: always({ status: 503, code: 'SlowDown' }),
  tooMany: always({ status: 429, code: 'TooManyRequests', headers: { 'retry-after': '1' } }),
  tooManyUntilDate: always({
    status: 503,
    headers: { 'retry-after': 'Mon, 01 Jan 2029 00:00:00 GMT' },
  }),
  tooManyBogus: always({ status: 503, headers: { 'retry-after': 'soon' } }),
  gatewayTimeout: always({ status: 504, body: html }),
  junk: always({ status: 200, body: html }),
  junkAfterwards: always({ status: 200, body: html, storeAnyway: true }),
  empty: always({ status: 200, body: '' }),
  requestTimeout: only(uploads, { status: 400, code: 'RequestTimeout' }),
  badDigest: only(uploads, { status: 400, code: 'BadDigest' }),
  corrupt: only(uploads, { corrupt: true }),
  errorIn200: only(['CompleteMultipartUpload'], { status: 200, body: error('InternalError') }),
  errorIn200Afterwards: only(['CompleteMultipartUpload'], {
    status: 200,
    body: error('InternalError'),
    storeAnyway: true,
  }),
  emptyListing: only(['ListObjectsV2', 'ListObjects'], {
    status: 200,
    body: '<?xml version="1.0"?><ListBucketResult></ListBucketResult>',
  }),
  brokenXml: only(
    ['ListObjectsV2', 'ListObjects', 'CompleteMultipartUpload', 'CreateMultipartUpload'],
    {
      status: 200,
      body: '<?xml version="1.0"?><ListBucketResult><Name>a</Na',
    },
  ),
} satisfies Record<string, MakeFault>;

/** Faults that may end a run: an honest failure is right, a lie is not. */
const ending = {
  denied: always({ status: 403, code: 'AccessDenied' }),
  expired: always({ status: 400, code: 'ExpiredToken' }),
  noBucket: notToHead({ status: 404, code: 'NoSuchBucket' }),
  skewed: always({ status: 403, code: 'RequestTimeTooSkewed' }),
  badArgument: always({ status: 400, code: 'InvalidRequest' }),
  notFoundPage: notToHead({ status: 404, body: html }),
  signature: always({ status: 403, code: 'SignatureDoesNotMatch' }),
} satisfies Record<string, MakeFault>;

export const kinds: Readonly<Record<string, MakeFault>> = { ...healing, ...ending };

/** What the store's network will be like. */
export interface Weather {
  readonly seed: number;
  readonly rate: number;
  readonly kinds: readonly string[];
  readonly heals: boolean;
  readonly bucket: BucketOptions;
}

export const buckets: readonly BucketOptions[] = [
  {},
  { aclsDisabled: true },
  { kms: true },
  { checksums: 'none' },
  { checksums: 'reject' },
  { rejectAclHeader: 'not-implemented' },
];

/** Every fourth seed has faults that may end the run. */
export function weatherOf(seed: number): Weather {
  const heals = seed % 4 !== 3;
  return {
    seed,
    rate: 0.01 + 0.39 * chance(seed, 'rate') ** 2,
    kinds: heals ? Object.keys(healing) : Object.keys(kinds),
    heals,
    bucket: pick(buckets, chance(seed, 'bucket')) ?? {},
  };
}

/** The kind of fault that a request meets, if any. A pure function: the order in which requests arrive changes nothing. */
export function faultAt(weather: Weather, request: FaultRequest): string | undefined {
  const { seed, rate } = weather;
  const id = idOf(request);
  if (chance(seed, id) >= rate) return undefined;
  // Faults that end a run are rarer, so that runs get somewhere.
  const heals = !weather.heals && chance(seed, id, 'ends') > 0.1;
  const candidates = heals ? Object.keys(healing) : weather.kinds;
  return pick(candidates, chance(seed, id, 'kind'));
}

/** Which attempt at what. */
export function idOf({ op, key, attempt, query }: Omit<FaultRequest, 'index' | 'bucket'>): string {
  return `${op} ${key} ${query['partNumber'] ?? ''} ${attempt}`;
}

export function faultOf(kind: string | undefined, op: string): Fault | undefined {
  return kind === undefined ? undefined : kinds[kind]?.(op);
}

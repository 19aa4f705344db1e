import { exitCodes, type ExitCode } from '../../errors.ts';
import type { ErrorContext, Explanation } from './errors.ts';
import type { Failure } from './failure.ts';

type Explain = (failure: Failure, context: ErrorContext) => Explanation;

const { permission, unreachable, partial } = exitCodes;

const expired = entry(
  'S3_EXPIRED_TOKEN',
  permission,
  'the session has expired',
  'get new credentials (aws sso login, or a new job), then run again: what is stored already is skipped',
);
const unknownKey = entry(
  'S3_INVALID_ACCESS_KEY',
  permission,
  'the access key id is not known',
  'check AWS_ACCESS_KEY_ID, the profile and, on other stores, the endpoint',
);
const invalidToken = entry(
  'S3_INVALID_TOKEN',
  permission,
  'the session token is not valid',
  'AWS_SESSION_TOKEN must belong to the access key; unset it for a long-term key',
);
/** Also whatever else goes wrong before a request is signed: it has to do with finding credentials. */
export const noCredentials: Explain = (failure) => ({
  code: 'S3_NO_CREDENTIALS',
  exitCode: permission,
  why: `no usable credentials were found (${failure.cause.message})`,
  hint: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile (--profile), or run "aws sso login"',
});
/** Also any 429 and 503. */
export const throttled = entry(
  'S3_THROTTLED',
  partial,
  'S3 asks to slow down',
  'run again later, or with a lower --concurrency: what is stored already is skipped',
);
/** Also any other 5xx. */
export const serverError = entry(
  'S3_SERVER_ERROR',
  partial,
  'the server failed',
  'run again: what is stored already is skipped',
);
const damaged = entry(
  'S3_BAD_DIGEST',
  partial,
  'the bytes that arrived are not those that were sent',
  'something on the way changes them, often a proxy; run again, or go around it with NO_PROXY',
);
const invalid: Explain = (failure) => ({
  code: 'S3_INVALID_ARGUMENT',
  exitCode: partial,
  why: `the store refused the request's arguments${named(failure)}`,
  hint: 'check storage class, encryption, tags and other headers in the configuration against what the store takes',
});

/** S3's error codes and what to do about each. */
export const s3Errors: Readonly<Partial<Record<string, Explain>>> = {
  NoSuchBucket: (_, { bucket }) => ({
    code: 'S3_NO_SUCH_BUCKET',
    exitCode: unreachable,
    why: `there is no bucket "${bucket}"`,
    hint: 'check s3.bucket (AWS_STORAGE_BUCKET_NAME), region and endpoint, or create it',
  }),
  InvalidBucketName: (_, { bucket }) => ({
    code: 'S3_BAD_BUCKET_NAME',
    exitCode: unreachable,
    why: `"${bucket}" cannot be the name of a bucket`,
    hint: 's3.bucket (AWS_STORAGE_BUCKET_NAME) is the name alone, without s3:// or a path',
  }),
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  TokenRefreshRequired: expired,
  RequestExpired: expired,
  RequestTimeTooSkewed: (failure) => ({
    code: 'S3_CLOCK_SKEW',
    exitCode: permission,
    why: `this machine's clock is ${skew(failure)}`,
    hint: 'set the clock (NTP), then run again',
  }),
  InvalidAccessKeyId: unknownKey,
  InvalidClientTokenId: unknownKey,
  UnrecognizedClientException: unknownKey,
  SignatureDoesNotMatch: entry(
    'S3_SIGNATURE_MISMATCH',
    permission,
    'the secret access key does not belong to the access key id',
    'check AWS_SECRET_ACCESS_KEY for a missing or extra character; a proxy that rewrites requests does this too',
  ),
  InvalidToken: invalidToken,
  CredentialsProviderError: noCredentials,
  TokenProviderError: noCredentials,
  ProviderError: noCredentials,
  SlowDown: throttled,
  ServiceUnavailable: throttled,
  Throttling: throttled,
  ThrottlingException: throttled,
  RequestLimitExceeded: throttled,
  TooManyRequestsException: throttled,
  OperationAborted: throttled,
  InternalError: serverError,
  RequestTimeout: entry(
    'S3_TIMEOUT',
    unreachable,
    'S3 waited too long for the data',
    'the connection is slow or stalls: run again with a lower --concurrency',
  ),
  BadDigest: damaged,
  InvalidDigest: damaged,
  IncompleteBody: damaged,
  XAmzContentSHA256Mismatch: damaged,
  XAmzContentChecksumMismatch: damaged,
  EntityTooLarge: entry(
    'S3_TOO_LARGE',
    partial,
    'the object is larger than the store takes',
    'leave the file out (ignore), or ask for a higher limit',
  ),
  KeyTooLongError: entry(
    'S3_KEY_TOO_LONG',
    partial,
    'the key is too long',
    'shorten the path, or s3.location',
  ),
  MetadataTooLarge: entry(
    'S3_METADATA_TOO_LARGE',
    partial,
    "the object's metadata is larger than the 2 KB that S3 takes",
    'shorten the x-amz-meta-* headers',
  ),
  NoSuchUpload: entry(
    'S3_NO_SUCH_UPLOAD',
    partial,
    'the multipart upload is gone',
    'something else aborted it (a lifecycle rule, another run): run again',
  ),
  NotImplemented: (failure) => ({
    code: 'S3_NOT_IMPLEMENTED',
    exitCode: unreachable,
    why: `the store does not know a part of the request${named(failure)}`,
    hint: 'check storage class, encryption, tags and other headers in the configuration against what the store takes',
  }),
  InvalidArgument: invalid,
  InvalidRequest: invalid,
  InvalidStorageClass: invalid,
  InvalidTag: invalid,
};

/** KMS answers through S3 under many names: `KMS.DisabledException`, `KMS.NotFoundException`, … */
export const kmsError: Explain = entry(
  'S3_KMS',
  permission,
  'the KMS key cannot be used',
  'check that the key exists, is enabled, lies in the region of the bucket, and that the credentials may use it: collect-static policy --iam',
);

function entry(code: string, exitCode: ExitCode, why: string, hint: string): Explain {
  return () => ({ code, exitCode, why, hint });
}

function named(failure: Failure): string {
  const name = failure.element('ArgumentName') ?? failure.element('Header');
  return name === undefined ? '' : ` (${name})`;
}

/** How far this clock is off, from the answer's Date header. */
function skew(failure: Failure): string {
  const server = Date.parse(failure.header('date') ?? failure.element('ServerTime') ?? '');
  const minutes = Math.round((Date.now() - server) / 60_000);
  if (Number.isNaN(minutes) || minutes === 0) return 'wrong';
  const unit = Math.abs(minutes) === 1 ? 'minute' : 'minutes';
  return `${Math.abs(minutes)} ${unit} ${minutes < 0 ? 'behind' : 'ahead of'} the server's`;
}

import { exitCodes } from '../../errors.ts';
import { explained } from './explained.ts';
import type { ErrorContext, Explanation } from './errors.ts';
import type { Failure } from './failure.ts';

type Explain = (failure: Failure, context: ErrorContext) => Explanation;

const expired: Explain = () => explained('S3_EXPIRED_TOKEN');
const unknownKey: Explain = () => explained('S3_INVALID_ACCESS_KEY');
const damaged: Explain = () => explained('S3_BAD_DIGEST');
const invalid: Explain = (failure) =>
  explained('S3_INVALID_ARGUMENT', `the store refused the request's arguments${named(failure)}`);
/** Also whatever else goes wrong before a request is signed: it has to do with finding credentials. */
export const noCredentials: Explain = ({ cause }, { profile }) => {
  const where = profile === undefined ? '' : ` in the profile "${profile}"`;
  return explained(
    'S3_NO_CREDENTIALS',
    `no usable credentials were found${where} (${cause.message})`,
  );
};
/** Also any 429 and 503. */
export const throttled: Explain = () => explained('S3_THROTTLED');
/** Also any other 5xx. */
export const serverError: Explain = () => explained('S3_SERVER_ERROR');
/** KMS answers through S3 under many names: `KMS.DisabledException`, `KMS.NotFoundException`, … */
export const kmsError: Explain = () => explained('S3_KMS');

/** S3's error codes and what they mean. */
export const s3Errors: Readonly<Partial<Record<string, Explain>>> = {
  NoSuchBucket: (_, { bucket }) => explained('S3_NO_SUCH_BUCKET', `there is no bucket "${bucket}"`),
  InvalidBucketName: (_, { bucket }) =>
    explained('S3_BAD_BUCKET_NAME', `"${bucket}" cannot be the name of a bucket`),
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  TokenRefreshRequired: expired,
  RequestExpired: expired,
  RequestTimeTooSkewed: (failure) =>
    explained('S3_CLOCK_SKEW', `this machine's clock is ${skew(failure)}`),
  InvalidAccessKeyId: unknownKey,
  InvalidClientTokenId: unknownKey,
  UnrecognizedClientException: unknownKey,
  SignatureDoesNotMatch: () => explained('S3_SIGNATURE_MISMATCH'),
  InvalidToken: () => explained('S3_INVALID_TOKEN'),
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
  // Two conditional writes at once: the next attempt finds out who won.
  ConditionalRequestConflict: throttled,
  InternalError: serverError,
  RequestTimeout: () => ({
    code: 'S3_TIMEOUT',
    exitCode: exitCodes.unreachable,
    why: 'S3 waited too long for the data',
    hint: 'the connection is slow or stalls: run again with a lower --concurrency',
  }),
  BadDigest: damaged,
  InvalidDigest: damaged,
  IncompleteBody: damaged,
  XAmzContentSHA256Mismatch: damaged,
  XAmzContentChecksumMismatch: damaged,
  EntityTooLarge: () => explained('S3_TOO_LARGE'),
  KeyTooLongError: () => explained('S3_KEY_TOO_LONG'),
  MetadataTooLarge: () => explained('S3_METADATA_TOO_LARGE'),
  NoSuchUpload: () => explained('S3_NO_SUCH_UPLOAD'),
  NotImplemented: (failure) =>
    explained(
      'S3_NOT_IMPLEMENTED',
      `the store does not know a part of the request${named(failure)}`,
    ),
  InvalidArgument: invalid,
  InvalidRequest: invalid,
  InvalidStorageClass: invalid,
  InvalidTag: invalid,
};

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

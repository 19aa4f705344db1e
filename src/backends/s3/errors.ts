import { CollectError, exitCodes, type ExitCode } from '../../errors.ts';
import { explained } from './explained.ts';
import { failureOf, type Failure } from './failure.ts';
import { explainNetwork, explainProxy } from './network-errors.ts';
import { explainDenial, explainRegion, refusesAcl } from './permission-errors.ts';
import { kmsError, noCredentials, s3Errors, serverError, throttled } from './error-table.ts';

export type Operation = 'put' | 'list' | 'head' | 'read' | 'copy' | 'delete' | 'credentials';

export interface ErrorContext {
  readonly bucket: string;
  readonly key?: string | undefined;
  readonly operation: Operation;
  readonly endpoint?: string | undefined;
  /** The proxy on the way, without user and password. */
  readonly through?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  /** The ACL the request carried. */
  readonly aclSent?: string | undefined;
  readonly expectedBucketOwner?: string | undefined;
}

/** Why something failed and what to do, as a sentence's second half. */
export interface Explanation {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly why: string;
  readonly hint: string;
}

/** Any error of a request to S3 as one sentence and a hint. A CollectError is returned as it is. */
export function toCollectError(error: unknown, context: ErrorContext): CollectError {
  if (error instanceof CollectError) return error;
  const failure = failureOf(error);
  const { code, exitCode, why, hint } = explain(failure, context);
  return new CollectError(code, `${attempted(context)}: ${why}${details(failure)}`, {
    exitCode,
    hint,
    cause: failure.cause,
  });
}

function explain(failure: Failure, context: ErrorContext): Explanation {
  return (
    explainStop(failure) ??
    explainNetwork(failure, context) ??
    refusesAcl(failure, context) ??
    explainRegion(failure, context) ??
    s3Errors[failure.name]?.(failure, context) ??
    (failure.name.startsWith('KMS') ? kmsError(failure, context) : undefined) ??
    (context.operation === 'credentials' ? noCredentials(failure, context) : undefined) ??
    explainDenial(failure, context) ??
    explainStatus(failure, context)
  );
}

function explainStop({ name }: Failure): Explanation | undefined {
  if (name !== 'AbortError') return undefined;
  return explained('INTERRUPTED');
}

function explainStatus(failure: Failure, context: ErrorContext): Explanation {
  const { status = 0 } = failure;
  if (status === 407) return explainProxy(status, context);
  if (status === 429 || status === 503) return throttled(failure, context);
  if ((status >= 500 && status !== 501) || status === 408) return serverError(failure, context);
  if (status >= 200 && status < 300) return notS3(context);
  if (status === 412) return explained('PRECONDITION_FAILED');
  // The answer to a HEAD has no body that could name what is missing.
  const missing = context.operation === 'head' || failure.name === 'NoSuchKey';
  if (status === 404 && missing) return explained('S3_NOT_FOUND');
  if (status === 404 || status === 405) return notS3(context);
  if (status === 400 && context.operation === 'head') return explained('S3_REFUSED');
  const { name, cause } = failure;
  const message = cause.message === name ? '' : `: ${cause.message}`;
  return explained('S3_UNEXPECTED', `S3 answered ${name}${message}`);
}

function notS3({ operation, endpoint }: ErrorContext): Explanation {
  return {
    ...explained('S3_BAD_ANSWER'),
    // To a put such an answer may come after the bytes were taken.
    exitCode: operation === 'put' ? exitCodes.partial : exitCodes.unreachable,
    hint: `${endpoint === undefined ? '' : `check that ${endpoint} is an S3 endpoint; `}a proxy or a captive portal may answer in S3's place`,
  };
}

function attempted({ operation, bucket, key }: ErrorContext): string {
  switch (operation) {
    case 'put':
      return `could not store ${key ?? 'an object'} in bucket ${bucket}`;
    case 'list':
      return `could not list bucket ${bucket}`;
    case 'head':
      return `could not look up ${key ?? 'an object'} in bucket ${bucket}`;
    case 'read':
      return `could not read ${key ?? 'an object'} in bucket ${bucket}`;
    case 'copy':
      return `could not copy ${key ?? 'an object'} in bucket ${bucket}`;
    case 'delete':
      return `could not delete ${key ?? 'objects'} in bucket ${bucket}`;
    case 'credentials':
      return `could not sign in for bucket ${bucket}`;
  }
}

/** Status, S3's own code and the request id: what support asks for. */
function details({ status, name, errno, requestId }: Failure): string {
  const code = status === undefined || name === 'Unknown' || name === 'Error' ? errno : name;
  const parts = [
    status === undefined ? undefined : `HTTP ${status}`,
    code,
    requestId === undefined ? undefined : `request ${requestId}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

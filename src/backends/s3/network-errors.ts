import { exitCodes } from '../../errors.ts';
import { explained } from './explained.ts';
import type { ErrorContext, Explanation } from './errors.ts';
import type { Failure } from './failure.ts';

/** Errors of name lookup, connection and TLS, by Node's codes. */
export function explainNetwork(failure: Failure, context: ErrorContext): Explanation | undefined {
  const { errno = '' } = failure;
  const place = placeOf(context);
  if (isTls(errno)) {
    return explained('S3_TLS', `the TLS certificate of ${place} is not trusted or does not fit`);
  }
  if (errno.startsWith('ERR_SSL_') || errno === 'EPROTO') {
    return explained('S3_TLS_PROTOCOL', `${place} does not speak TLS as expected`);
  }
  // The parser of HTTP: what came is no answer.
  const broken = errno.startsWith('HPE_') ? lost : undefined;
  const known =
    networkErrors[errno] ?? broken ?? (failure.name === 'TimeoutError' ? timeout : undefined);
  const explanation = known?.(place);
  if (explanation === undefined || !['put', 'delete'].includes(context.operation))
    return explanation;
  // A write whose answer never came may have been carried out: nobody can promise an untouched destination.
  const unknown = explanation.code === 'S3_TIMEOUT' || explanation.code === 'S3_CONNECTION_LOST';
  return unknown ? { ...explanation, exitCode: exitCodes.partial } : explanation;
}

const timeout = (place: string) => explained('S3_TIMEOUT', `${place} did not answer in time`);

const lost = (place: string) =>
  explained('S3_CONNECTION_LOST', `the connection to ${place} broke off`);

const noRoute = (place: string) => explained('S3_UNREACHABLE', `there is no way to ${place}`);

const unresolved = (place: string) =>
  explained('S3_DNS', `the host name of ${place} was not found`);

const networkErrors: Readonly<Partial<Record<string, (place: string) => Explanation>>> = {
  ENOTFOUND: unresolved,
  EAI_AGAIN: unresolved,
  ECONNREFUSED: (place) => explained('S3_CONNECTION_REFUSED', `${place} refused the connection`),
  ECONNRESET: lost,
  ECONNABORTED: lost,
  EPIPE: lost,
  ERR_STREAM_PREMATURE_CLOSE: lost,
  ETIMEDOUT: timeout,
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  ENETDOWN: noRoute,
  ERR_INVALID_URL: (place) => explained('S3_BAD_ENDPOINT', `${place} is not a URL`),
  ERR_INVALID_CHAR: () => explained('S3_BAD_HEADER'),
};

function placeOf({ operation, endpoint, region }: ErrorContext): string {
  if (operation === 'credentials') return 'the service that gives credentials (STS, SSO)';
  return endpoint ?? `S3 in ${region ?? 'its region'}`;
}

/** OpenSSL's verification codes as Node names them. */
function isTls(errno: string): boolean {
  return (
    /^(?:CERT_|CRL_|UNABLE_TO_|ERR_TLS_)/.test(errno) ||
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'HOSTNAME_MISMATCH',
      'INVALID_CA',
    ].includes(errno)
  );
}

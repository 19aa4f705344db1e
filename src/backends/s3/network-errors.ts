import { exitCodes } from '../../errors.ts';
import type { ErrorContext, Explanation } from './errors.ts';
import type { Failure } from './failure.ts';

/** Errors of name lookup, connection and TLS, by Node's codes. */
export function explainNetwork(failure: Failure, context: ErrorContext): Explanation | undefined {
  const { errno = '' } = failure;
  const place = placeOf(context);
  if (isTls(errno)) {
    return unreachable(
      'S3_TLS',
      `the TLS certificate of ${place} is not trusted or does not fit`,
      'give the CA that signed it in s3.caFile or NODE_EXTRA_CA_CERTS; an expired or wrong certificate must be replaced on the server',
    );
  }
  if (errno.startsWith('ERR_SSL_') || errno === 'EPROTO') {
    return unreachable(
      'S3_TLS_PROTOCOL',
      `${place} does not speak TLS as expected`,
      'check whether the endpoint, or the proxy, wants http:// instead of https://',
    );
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

const timeout = (place: string) =>
  unreachable(
    'S3_TIMEOUT',
    `${place} did not answer in time`,
    'check the endpoint, the network and the proxy; s3.connectTimeout and s3.requestTimeout set how long is waited',
  );

const lost = (place: string) =>
  unreachable(
    'S3_CONNECTION_LOST',
    `the connection to ${place} broke off`,
    'run again; if it stays, a proxy or firewall may be cutting the connection',
  );

const noRoute = (place: string) =>
  unreachable('S3_UNREACHABLE', `there is no way to ${place}`, 'check the network and the proxy');

const unresolved = (place: string) =>
  unreachable(
    'S3_DNS',
    `the host name of ${place} was not found`,
    'check the spelling of endpoint, region and bucket, and the network',
  );

const networkErrors: Readonly<Partial<Record<string, (place: string) => Explanation>>> = {
  ENOTFOUND: unresolved,
  EAI_AGAIN: unresolved,
  ECONNREFUSED: (place) =>
    unreachable(
      'S3_CONNECTION_REFUSED',
      `${place} refused the connection`,
      'check that the server is running and that the port is right',
    ),
  ECONNRESET: lost,
  ECONNABORTED: lost,
  EPIPE: lost,
  ERR_STREAM_PREMATURE_CLOSE: lost,
  ETIMEDOUT: timeout,
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  ENETDOWN: noRoute,
  ERR_INVALID_URL: (place) => ({
    ...unreachable(
      'S3_BAD_ENDPOINT',
      `${place} is not a URL`,
      's3.endpoint must be a URL such as https://HOST:PORT',
    ),
    exitCode: exitCodes.config,
  }),
  ERR_INVALID_CHAR: () => ({
    ...unreachable(
      'S3_BAD_HEADER',
      'a header holds a character that HTTP does not allow',
      'keep header and metadata values to ASCII',
    ),
    exitCode: exitCodes.config,
  }),
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

function unreachable(code: string, why: string, hint: string): Explanation {
  return { code, exitCode: exitCodes.unreachable, why, hint };
}

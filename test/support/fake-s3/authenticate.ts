import { timingSafeEqual } from 'node:crypto';
import { accessDenied, invalidArgument, invalidRequest, S3Error } from './errors.ts';
import type { S3Request } from './request.ts';
import { sign } from './signature.ts';
import type { Credentials } from './types.ts';

export interface Clock {
  readonly now: number;
  readonly credentials: Credentials;
  /** Session tokens that were valid once. */
  readonly expiredTokens: ReadonlySet<string>;
}

/** What a request says about its signature, in headers or in the query. */
export interface Claim {
  readonly presigned: boolean;
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly timestamp: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly token: string | undefined;
  readonly expiresIn: number | undefined;
}

const MAX_SKEW = 15 * 60 * 1000;
const MAX_EXPIRES = 7 * 24 * 3600;

/** `undefined` for an anonymous request. */
export function readClaim(
  headers: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string>>,
): Claim | undefined {
  if (headers['authorization'] !== undefined) return claimInHeaders(headers);
  if (query['X-Amz-Signature'] !== undefined || query['X-Amz-Algorithm'] !== undefined)
    return claimInQuery(query);
  return undefined;
}

/** Refuses a claim that does not hold. */
export function authenticate(request: S3Request, claim: Claim, clock: Clock): void {
  checkKey(claim, clock);
  checkTime(claim, clock.now);
  checkSignedHeaders(request, claim);
  const payloadHash = payloadHashOf(request, claim);
  const scope = { timestamp: claim.timestamp, date: claim.date, region: claim.region };
  const secret = clock.credentials.secretAccessKey;
  const expected = sign(request, claim.signedHeaders, payloadHash, scope, secret);
  const equal =
    expected.signature.length === claim.signature.length &&
    timingSafeEqual(Buffer.from(expected.signature), Buffer.from(claim.signature));
  if (!equal) {
    throw new S3Error(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      {
        AWSAccessKeyId: claim.accessKeyId,
        StringToSign: expected.stringToSign,
        SignatureProvided: claim.signature,
        StringToSignBytes: hexBytes(expected.stringToSign),
        CanonicalRequest: expected.canonicalRequest,
        CanonicalRequestBytes: hexBytes(expected.canonicalRequest),
      },
    );
  }
  checkPayloadHash(request, payloadHash);
}

function claimInHeaders(headers: Readonly<Record<string, string>>): Claim {
  const text = headers['authorization'] ?? '';
  if (!text.startsWith('AWS4-HMAC-SHA256')) {
    throw invalidRequest(
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    );
  }
  const [, credential, signedHeaders, signature] =
    /Credential=([^,\s]+)\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([^,\s]+)/.exec(text) ?? [];
  if (credential === undefined || signedHeaders === undefined || signature === undefined)
    throw malformedAuthorization('the header does not have its three parts');
  const timestamp = headers['x-amz-date'];
  if (timestamp === undefined)
    throw accessDenied('AWS authentication requires a valid Date or x-amz-date header');
  return {
    ...readCredential(credential),
    presigned: false,
    timestamp,
    signedHeaders: signedHeaders.split(';'),
    signature,
    token: headers['x-amz-security-token'],
    expiresIn: undefined,
  };
}

function claimInQuery(query: Readonly<Record<string, string>>): Claim {
  const required = ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature'];
  const [algorithm, credential, timestamp, expires, signedHeaders, signature] = required.map(
    (name) => query[`X-Amz-${name}`] ?? '',
  ) as [string, string, string, string, string, string];
  if (algorithm !== 'AWS4-HMAC-SHA256' || !credential || !signature || !signedHeaders) {
    throw queryError(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (!/^\d+$/.test(expires) || Number(expires) > MAX_EXPIRES) {
    throw queryError(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  return {
    ...readCredential(credential),
    presigned: true,
    timestamp,
    signedHeaders: signedHeaders.split(';'),
    signature,
    token: query['X-Amz-Security-Token'],
    expiresIn: Number(expires),
  };
}

function readCredential(text: string): Pick<Claim, 'accessKeyId' | 'date' | 'region'> {
  const [, accessKeyId, date, region] =
    /^(.+)\/(\d{8})\/([^/]+)\/s3\/aws4_request$/.exec(text) ?? [];
  if (accessKeyId === undefined || date === undefined || region === undefined)
    throw malformedAuthorization('the Credential is mal-formed');
  return { accessKeyId, date, region };
}

function checkKey(claim: Claim, { credentials, expiredTokens }: Clock): void {
  if (claim.token !== undefined && expiredTokens.has(claim.token))
    throw new S3Error(400, 'ExpiredToken', 'The provided token has expired.');
  if (claim.accessKeyId !== credentials.accessKeyId) {
    throw new S3Error(
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
      { AWSAccessKeyId: claim.accessKeyId },
    );
  }
  if (claim.token !== credentials.sessionToken) {
    throw new S3Error(
      400,
      'InvalidToken',
      'The provided token is malformed or otherwise invalid.',
      claim.token === undefined ? {} : { 'Token-0': claim.token },
    );
  }
}

function checkTime(claim: Claim, now: number): void {
  const signedAt = parseTimestamp(claim.timestamp);
  if (signedAt === undefined || !claim.timestamp.startsWith(claim.date))
    throw malformedAuthorization('the date of the Credential is not that of the request');
  if (claim.expiresIn !== undefined) {
    if (signedAt > now + MAX_SKEW) throw accessDenied('Request is not yet valid');
    const end = signedAt + claim.expiresIn * 1000;
    if (now <= end) return;
    throw new S3Error(403, 'AccessDenied', 'Request has expired', {
      'X-Amz-Expires': String(claim.expiresIn),
      Expires: new Date(end).toISOString(),
      ServerTime: new Date(now).toISOString(),
    });
  }
  if (Math.abs(now - signedAt) <= MAX_SKEW) return;
  throw new S3Error(
    403,
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
    {
      RequestTime: claim.timestamp,
      ServerTime: new Date(now).toISOString(),
      MaxAllowedSkewMilliseconds: String(MAX_SKEW),
    },
  );
}

/** `host` and every `x-amz-*` header has to be signed, or somebody between could add an ACL. */
function checkSignedHeaders({ headers }: S3Request, { signedHeaders }: Claim): void {
  const missing = Object.keys(headers).filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.includes(name),
  );
  if (missing.length === 0) return;
  throw new S3Error(
    403,
    'AccessDenied',
    'There were headers present in the request which were not signed',
    { HeadersNotSigned: missing.join(', ') },
  );
}

const STREAMING = /^STREAMING-(?:UNSIGNED-PAYLOAD-TRAILER|AWS4-HMAC-SHA256-PAYLOAD(?:-TRAILER)?)$/;

function payloadHashOf({ headers }: S3Request, claim: Claim): string {
  const hash = headers['x-amz-content-sha256'];
  if (hash === undefined) {
    if (claim.presigned) return 'UNSIGNED-PAYLOAD';
    throw invalidRequest('Missing required header for this request: x-amz-content-sha256');
  }
  if (hash === 'UNSIGNED-PAYLOAD' || STREAMING.test(hash) || /^[\da-f]{64}$/.test(hash))
    return hash;
  throw invalidArgument(
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD or a valid sha256 value.',
    'x-amz-content-sha256',
    hash,
  );
}

function checkPayloadHash({ payload }: S3Request, hash: string): void {
  if (hash.length !== 64 || hash === payload.sha256) return;
  throw new S3Error(
    400,
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { ClientComputedContentSHA256: hash, S3ComputedContentSHA256: payload.sha256 },
  );
}

function parseTimestamp(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function malformedAuthorization(detail: string): S3Error {
  return new S3Error(
    400,
    'AuthorizationHeaderMalformed',
    `The authorization header is malformed; ${detail}.`,
  );
}

function queryError(message: string): S3Error {
  return new S3Error(400, 'AuthorizationQueryParametersError', message);
}

const hexBytes = (text: string) =>
  Buffer.from(text)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');

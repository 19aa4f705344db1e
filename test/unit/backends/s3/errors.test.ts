import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { toCollectError, type ErrorContext } from '../../../../src/backends/s3/errors.ts';
import { CollectError, exitCodes } from '../../../../src/errors.ts';
import { explanations, type Code } from '../../../../src/explanations/index.ts';
import { s3Error } from './setup.ts';

const put: ErrorContext = {
  bucket: 'assets',
  key: 'css/a.css',
  operation: 'put',
  region: 'us-east-1',
};
const node = (code: string, name = 'Error') => Object.assign(new Error(code), { code, name });
const acl = { ...put, aclSent: 'public-read' };

describe('every known failure has a code, an exit code, and words that help', () => {
  it.each<[unknown, ErrorContext, Code, number, RegExp]>([
    [
      s3Error('AccessControlListNotSupported', 400),
      acl,
      'S3_ACL_NOT_SUPPORTED',
      6,
      /ACLs disabled/,
    ],
    [s3Error('InvalidArgument', 400), acl, 'S3_ACL_NOT_SUPPORTED', 6, /public-read/],
    [
      s3Error('AccessDenied', 403),
      acl,
      'S3_ACCESS_DENIED_ACL',
      6,
      /Block Public Access.*s3:PutObjectAcl/,
    ],
    [s3Error('AccessDenied', 403), put, 'S3_ACCESS_DENIED', 6, /s3:PutObject/],
    [
      s3Error('AccessDenied', 403),
      { ...acl, aclSent: 'private' },
      'S3_ACCESS_DENIED',
      6,
      /s3:PutObject/,
    ],
    [
      s3Error('AccessDenied', 403),
      { ...put, operation: 'list' },
      'S3_ACCESS_DENIED',
      6,
      /s3:ListBucket/,
    ],
    [s3Error('Unknown', 403), { ...put, operation: 'head' }, 'S3_ACCESS_DENIED', 6, /s3:GetObject/],
    [
      s3Error('AccessDenied', 403),
      { ...put, operation: 'delete' },
      'S3_ACCESS_DENIED',
      6,
      /s3:DeleteObject/,
    ],
    [s3Error('NoSuchBucket', 404), put, 'S3_NO_SUCH_BUCKET', 7, /no bucket "assets"/],
    [s3Error('InvalidBucketName', 400), put, 'S3_BAD_BUCKET_NAME', 7, /name of a bucket/],
    [
      s3Error('PermanentRedirect', 301, {}, { 'x-amz-bucket-region': 'eu-west-1' }),
      put,
      'S3_WRONG_REGION',
      7,
      /is in eu-west-1, the request was for us-east-1/,
    ],
    [s3Error('TemporaryRedirect', 307), put, 'S3_WRONG_REGION', 7, /not where/],
    [
      s3Error('AuthorizationHeaderMalformed', 400, { Region: 'eu-west-1' }),
      put,
      'S3_WRONG_REGION',
      7,
      /eu-west-1/,
    ],
    [s3Error('IllegalLocationConstraintException', 400), put, 'S3_WRONG_REGION', 7, /region|went/],
    [
      s3Error('Unknown', 301, {}, { 'x-amz-bucket-region': 'eu-west-1' }),
      { ...put, operation: 'head' },
      'S3_WRONG_REGION',
      7,
      /eu-west-1/,
    ],
    [
      s3Error('Unknown', 400, {}, { 'x-amz-bucket-region': 'eu-west-1' }),
      { ...put, operation: 'head' },
      'S3_WRONG_REGION',
      7,
      /eu-west-1/,
    ],
    [
      s3Error('Unknown', 400, {}, { 'x-amz-bucket-region': 'us-east-1' }),
      { ...put, operation: 'head' },
      'S3_REFUSED',
      6,
      /no reason/,
    ],
    [s3Error('ExpiredToken', 400), put, 'S3_EXPIRED_TOKEN', 6, /expired/],
    [s3Error('TokenRefreshRequired', 400), put, 'S3_EXPIRED_TOKEN', 6, /expired/],
    [s3Error('RequestTimeTooSkewed', 403), put, 'S3_CLOCK_SKEW', 6, /clock is wrong/],
    [s3Error('InvalidAccessKeyId', 403), put, 'S3_INVALID_ACCESS_KEY', 6, /access key/],
    [s3Error('SignatureDoesNotMatch', 403), put, 'S3_SIGNATURE_MISMATCH', 6, /secret access key/],
    [s3Error('InvalidToken', 400), put, 'S3_INVALID_TOKEN', 6, /token/],
    [
      node('', 'CredentialsProviderError'),
      { ...put, operation: 'credentials' },
      'S3_NO_CREDENTIALS',
      6,
      /credentials/,
    ],
    [
      s3Error('AccessDenied', 403),
      { ...put, operation: 'credentials' },
      'S3_NO_CREDENTIALS',
      6,
      /AccessDenied/,
    ],
    [
      s3Error('ExpiredTokenException', 400),
      { ...put, operation: 'credentials' },
      'S3_EXPIRED_TOKEN',
      6,
      /expired/,
    ],
    [node('ENOTFOUND'), put, 'S3_DNS', 7, /host name of S3 in us-east-1/],
    [
      node('EAI_AGAIN'),
      { ...put, endpoint: 'https://s3.example.com' },
      'S3_DNS',
      7,
      /s3\.example\.com/,
    ],
    [node('ECONNREFUSED'), put, 'S3_CONNECTION_REFUSED', 7, /refused the connection/],
    // A put may have been carried out although its answer got lost; a listing changes nothing.
    [node('ECONNRESET', 'TimeoutError'), put, 'S3_CONNECTION_LOST', 8, /broke off/],
    [node('ECONNRESET'), { ...put, operation: 'list' }, 'S3_CONNECTION_LOST', 7, /broke off/],
    [node('EHOSTUNREACH'), put, 'S3_UNREACHABLE', 7, /no way/],
    [node('ETIMEDOUT', 'TimeoutError'), put, 'S3_TIMEOUT', 8, /in time/],
    [Object.assign(new Error('?'), { name: 'TimeoutError' }), put, 'S3_TIMEOUT', 8, /in time/],
    [s3Error('RequestTimeout', 400), put, 'S3_TIMEOUT', 7, /too long/],
    [node('SELF_SIGNED_CERT_IN_CHAIN'), put, 'S3_TLS', 7, /certificate/],
    [node('DEPTH_ZERO_SELF_SIGNED_CERT'), put, 'S3_TLS', 7, /certificate/],
    [node('CERT_HAS_EXPIRED'), put, 'S3_TLS', 7, /certificate/],
    [node('ERR_TLS_CERT_ALTNAME_INVALID'), put, 'S3_TLS', 7, /certificate/],
    [node('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), put, 'S3_TLS', 7, /certificate/],
    [node('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'), put, 'S3_TLS', 7, /certificate/],
    [node('EPROTO'), put, 'S3_TLS_PROTOCOL', 7, /TLS/],
    [node('ERR_SSL_WRONG_VERSION_NUMBER'), put, 'S3_TLS_PROTOCOL', 7, /TLS/],
    [node('ERR_INVALID_URL'), put, 'S3_BAD_ENDPOINT', 3, /URL/],
    [node('ERR_INVALID_CHAR'), put, 'S3_BAD_HEADER', 3, /header/],
    [s3Error('Unknown', 407), put, 'S3_PROXY_AUTH', 7, /proxy/],
    [s3Error('SlowDown', 503), put, 'S3_THROTTLED', 8, /slow down/],
    [s3Error('Unknown', 503), put, 'S3_THROTTLED', 8, /slow down/],
    [s3Error('Unknown', 429), put, 'S3_THROTTLED', 8, /slow down/],
    [s3Error('InternalError', 500), put, 'S3_SERVER_ERROR', 8, /server failed/],
    [s3Error('Unknown', 502), put, 'S3_SERVER_ERROR', 8, /server failed/],
    [s3Error('BadDigest', 400), put, 'S3_BAD_DIGEST', 8, /bytes that arrived/],
    [s3Error('XAmzContentSHA256Mismatch', 400), put, 'S3_BAD_DIGEST', 8, /bytes that arrived/],
    [s3Error('EntityTooLarge', 400), put, 'S3_TOO_LARGE', 8, /larger/],
    [s3Error('MetadataTooLarge', 400), put, 'S3_METADATA_TOO_LARGE', 8, /2 KB/],
    [s3Error('KeyTooLongError', 400), put, 'S3_KEY_TOO_LONG', 8, /too long/],
    [s3Error('KMS.DisabledException', 400), put, 'S3_KMS', 6, /KMS/],
    [s3Error('NoSuchUpload', 404), put, 'S3_NO_SUCH_UPLOAD', 8, /gone/],
    [s3Error('NotImplemented', 501), put, 'S3_NOT_IMPLEMENTED', 7, /does not know/],
    [
      s3Error('InvalidArgument', 400, { ArgumentName: 'x-amz-storage-class' }),
      acl,
      'S3_INVALID_ARGUMENT',
      8,
      /x-amz-storage-class/,
    ],
    [s3Error('Unknown', 404), put, 'S3_BAD_ANSWER', 8, /not one of S3/],
    [s3Error('Unknown', 404), { ...put, operation: 'list' }, 'S3_BAD_ANSWER', 7, /not one of S3/],
    [s3Error('Unknown', 404), { ...put, operation: 'head' }, 'S3_NOT_FOUND', 7, /no such object/],
    [s3Error('Error', 200), { ...put, operation: 'list' }, 'S3_BAD_ANSWER', 7, /not one of S3/],
    [s3Error('SomethingNew', 400), put, 'S3_UNEXPECTED', 8, /SomethingNew/],
    [new TypeError('a bug'), put, 'S3_UNEXPECTED', 8, /TypeError: a bug/],
    ['thrown text', put, 'S3_UNEXPECTED', 8, /thrown text/],
    [new DOMException('stop', 'AbortError'), put, 'INTERRUPTED', 130, /stopped/],
  ])('%s', (error, context, code, exitCode, words) => {
    const known = toCollectError(error, context);
    expect(known).toMatchObject({ code, exitCode });
    expect(known.message).toMatch(words);
    expect(known.hint).toMatch(/\w/);
    expect(explanations[code].exit).toContain(exitCode);
  });
});

describe('what an error says', () => {
  it('is the key, the bucket, the status, S3’s code and the request id', () => {
    expect(toCollectError(s3Error('NoSuchBucket', 404), put).message).toBe(
      'could not store css/a.css in bucket assets: there is no bucket "assets" (HTTP 404, NoSuchBucket, request REQ1)',
    );
    expect(toCollectError(node('ECONNREFUSED'), { ...put, operation: 'list' }).message).toBe(
      'could not list bucket assets: S3 in us-east-1 refused the connection (ECONNREFUSED)',
    );
  });

  it('is the code where the server sends no message, as Ceph does not', () => {
    const { message, cause } = toCollectError(s3Error('SomethingNew', 400), put);
    expect(message).toContain('S3 answered SomethingNew (HTTP 400');
    expect(cause).toHaveProperty('message', 'SomethingNew');
  });

  it('tells how far the clock is off', () => {
    const minute = 60_000;
    const skewed = (offset: number) =>
      toCollectError(
        s3Error(
          'RequestTimeTooSkewed',
          403,
          {},
          { date: new Date(Date.now() + offset).toUTCString() },
        ),
        put,
      ).message;
    expect(skewed(17 * minute)).toContain("17 minutes behind the server's");
    expect(skewed(-20 * minute)).toContain("20 minutes ahead of the server's");
  });

  it('never suggests to stop verifying certificates', () => {
    const { hint } = toCollectError(node('CERT_HAS_EXPIRED'), put);
    expect(hint).toContain('NODE_EXTRA_CA_CERTS');
    expect(hint).not.toMatch(/NODE_TLS_REJECT|insecure|disable/i);
  });

  it('names the expected owner where one was sent along', () => {
    const { hint } = toCollectError(s3Error('AccessDenied', 403), {
      ...put,
      expectedBucketOwner: '123456789012',
    });
    expect(hint).toContain('123456789012');
  });

  it('holds nothing that the SDK copied from the server’s answer', () => {
    const secret = {
      AWSAccessKeyId: 'AKIACANARY',
      StringToSign: 'CANARY',
      SignatureProvided: 'CANARY',
    };
    const error = toCollectError(s3Error('SignatureDoesNotMatch', 403, secret), put);
    expect(inspect(error, { showHidden: true, depth: 9 }) + JSON.stringify(error)).not.toContain(
      'CANARY',
    );
  });

  it('is left alone where it was known already', () => {
    const known = new CollectError('SOURCE_CHANGED', 'x', { exitCode: exitCodes.source });
    expect(toCollectError(known, put)).toBe(known);
  });
});

import { isChunked } from './body.ts';
import { ALGORITHMS, CHECKSUM_SIZE } from './checksums.ts';
import type { Algorithm } from './checksums.ts';
import { invalidRequest, notImplemented, S3Error } from './errors.ts';
import type { Reply, S3Request } from './request.ts';
import type { Bucket, StoredChecksum } from './store.ts';

const MAX_BODY = 5 * 1024 ** 3;

/** Refuses a body that is not what its headers and trailers say. */
export function verifyBody(request: S3Request, bucket: Bucket): void {
  const { payload, headers } = request;
  if (bucket.options.checksums === 'reject') refuseChecksums(headers);
  if (payload.error) throw payload.error;
  verifyLength(request);
  verifyMd5(request);
  if (bucket.options.checksums === 'none' || bucket.options.checksums === 'reject') return;
  const claimed = claimedChecksum(request);
  if (claimed === undefined || claimed.value === payload.checksum?.value) return;
  throw new S3Error(
    400,
    'BadDigest',
    `The ${claimed.algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
  );
}

/** What is kept of the body's checksum: the client's own, or the CRC64NVME that AWS makes unasked. */
export function checksumToStore(
  { payload }: S3Request,
  bucket: Bucket,
): StoredChecksum | undefined {
  if ((bucket.options.checksums ?? 'full') !== 'full') return undefined;
  return payload.checksum && { ...payload.checksum, type: 'FULL_OBJECT' };
}

export function checksumHeaders(checksum: StoredChecksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return {
    [`x-amz-checksum-${checksum.algorithm}`]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  };
}

/** The algorithm that the body itself carries, in a header or a trailer. */
export function claimedAlgorithm(request: S3Request): Algorithm | undefined {
  return claimedChecksum(request)?.algorithm;
}

export function algorithmNamed(name: string | undefined): Algorithm | undefined {
  if (name === undefined) return undefined;
  const algorithm = ALGORITHMS.find((known) => known === name.toLowerCase());
  if (algorithm === undefined)
    throw invalidRequest(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  return algorithm;
}

/** A write without a length is 411: what a stream of unknown size comes to. */
export function requireLength({ headers }: S3Request): void {
  const length = isChunked(headers)
    ? headers['x-amz-decoded-content-length']
    : headers['content-length'];
  if (length === undefined) {
    throw new S3Error(
      411,
      'MissingContentLength',
      'You must provide the Content-Length HTTP header.',
    );
  }
}

/** A reply to HEAD or GET shows the checksum only to who asks for it. */
export function wantedChecksumHeaders(
  { headers }: S3Request,
  checksum: StoredChecksum | undefined,
): NonNullable<Reply['headers']> {
  return headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED'
    ? checksumHeaders(checksum)
    : {};
}

function refuseChecksums(headers: Readonly<Record<string, string>>): void {
  const header = Object.keys(headers).find((name) =>
    /^x-amz-(?:checksum-(?!mode$)|sdk-checksum-algorithm$|trailer$)/.test(name),
  );
  if (header !== undefined) throw notImplemented(header);
  if (isChunked(headers)) throw notImplemented('x-amz-content-sha256');
}

function verifyLength({ headers, payload }: S3Request): void {
  const decoded = headers['x-amz-decoded-content-length'];
  if (isChunked(headers) && decoded !== undefined && Number(decoded) !== payload.size) {
    throw new S3Error(
      400,
      'IncompleteBody',
      'You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header',
    );
  }
  if (payload.size > MAX_BODY) {
    throw new S3Error(
      400,
      'EntityTooLarge',
      'Your proposed upload exceeds the maximum allowed size',
      { ProposedSize: String(payload.size), MaxSizeAllowed: String(MAX_BODY) },
    );
  }
}

function verifyMd5({ headers, payload }: S3Request): void {
  const claimed = headers['content-md5'];
  if (claimed === undefined) return;
  const bytes = decodeBase64(claimed);
  if (bytes?.length !== 16)
    throw new S3Error(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.');
  if (bytes.toString('hex') === payload.md5) return;
  throw new S3Error(
    400,
    'BadDigest',
    'The Content-MD5 you specified did not match what we received.',
    {
      ExpectedDigest: claimed,
      CalculatedDigest: Buffer.from(payload.md5, 'hex').toString('base64'),
    },
  );
}

function claimedChecksum({
  headers,
  payload,
}: S3Request): { readonly algorithm: Algorithm; readonly value: string } | undefined {
  const inHeaders = ALGORITHMS.filter((name) => headers[`x-amz-checksum-${name}`] !== undefined);
  const trailer = headers['x-amz-trailer']?.toLowerCase();
  const inTrailer = ALGORITHMS.find((name) => trailer === `x-amz-checksum-${name}`);
  if (inHeaders.length + (inTrailer === undefined ? 0 : 1) > 1) {
    throw invalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const algorithm = inTrailer ?? inHeaders[0];
  if (algorithm === undefined) {
    if (headers['x-amz-sdk-checksum-algorithm'] === undefined) return undefined;
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  const name = `x-amz-checksum-${algorithm}`;
  const value = inTrailer === undefined ? headers[name] : payload.trailers[name];
  if (value === undefined) {
    throw new S3Error(
      400,
      'MalformedTrailerError',
      `The request announced the trailer ${name} and did not send it.`,
    );
  }
  if (decodeBase64(value)?.length !== CHECKSUM_SIZE[algorithm])
    throw invalidRequest(
      `Value for ${name} ${inTrailer ? 'trailing header' : 'header'} is invalid.`,
    );
  return { algorithm, value };
}

function decodeBase64(text: string): Buffer | undefined {
  return /^[A-Za-z\d+/]+={0,2}$/.test(text) && text.length % 4 === 0
    ? Buffer.from(text, 'base64')
    : undefined;
}

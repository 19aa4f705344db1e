import { crc32 } from 'node:zlib';
import { CollectError } from '../../errors.ts';
import { detailsOf } from '../../explanations/index.ts';
import type { Proof } from '../../types.ts';

/** What S3 must have computed if it holds what was sent. */
export interface Expected {
  /** Hex MD5, or the composite of a multipart upload. */
  readonly etag: string;
  /** Base64; of a multipart upload `<crc32 of the parts' crc32s>-<parts>`. */
  readonly crc32: string;
  /** Base64; absent where S3 would not compute it over the whole object. */
  readonly sha256?: string;
}

/** The fields of an answer that can prove something. */
export interface Answer {
  readonly ETag?: string | undefined;
  readonly ChecksumCRC32?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly $metadata: { readonly httpStatusCode?: number | undefined };
}

export type Verdict = { readonly proof: Proof } | { readonly problem: string };

/** Whether the answer shows that the bytes arrived. A 2xx alone does not: proxies and portals say that too. */
export function judge(answer: Answer, expected: Expected): Verdict {
  const problem = problemOf(answer, expected);
  if (problem !== undefined) return { problem };
  if (checksums(answer, expected).length > 0) return { proof: 'checksum' };
  const etag = unquote(answer.ETag);
  if (etag?.toLowerCase() === expected.etag) return { proof: 'etag' };
  // Under KMS and customer keys the ETag is no MD5 by design; S3 compared the Content-MD5 itself.
  if (isOpaquelyEncrypted(answer)) return { proof: 'content-md5' };
  return { problem: `its ETag is ${etag ?? 'missing'}, expected was ${expected.etag}` };
}

/** What in an answer speaks against the bytes having arrived. A wrong checksum does, whatever else is right. */
export function problemOf(answer: Answer, expected: Omit<Expected, 'etag'>): string | undefined {
  const wrong = checksums(answer, expected).find(({ returned, ours }) => returned !== ours);
  if (wrong !== undefined) return `its ${wrong.name} is ${wrong.returned}, ours is ${wrong.ours}`;
  const status = answer.$metadata.httpStatusCode ?? 0;
  if (status < 200 || status > 299) return `it was HTTP ${status}`;
  return unquote(answer.ETag) === undefined ? `it was HTTP ${status} without an ETag` : undefined;
}

/** The same of a part, whose MD5 is known in hex: what its ETag is, where that is an MD5. */
export function problemOfPart(
  answer: Answer,
  { md5, crc32 }: { readonly md5: string; readonly crc32: string },
): string | undefined {
  const etag = unquote(answer.ETag)?.toLowerCase() ?? '';
  const isMd5 = /^[0-9a-f]{32}$/.test(etag) && !isOpaquelyEncrypted(answer);
  const other = isMd5 && etag !== md5 ? `its ETag is ${etag}, expected was ${md5}` : undefined;
  return problemOf(answer, { crc32 }) ?? other;
}

/** The proof, or the failed put. @throws CollectError S3_UNPROVED */
export function proved(answer: Answer, expected: Expected, key: string, bucket: string): Proof {
  const verdict = judge(answer, expected);
  if ('proof' in verdict) return verdict.proof;
  throw unproved(
    `the answer to storing ${key} in bucket ${bucket} proves nothing: ${verdict.problem}`,
  );
}

export function unproved(message: string): CollectError {
  return new CollectError('S3_UNPROVED', message, detailsOf('S3_UNPROVED'));
}

/** An ETag without its quotes; undefined if there is none. */
export function unquote(etag: string | undefined): string | undefined {
  const bare = etag?.replace(/^(?:W\/)?"?|"?$/g, '');
  return bare === '' ? undefined : bare;
}

/** Big-endian, as in S3's checksum headers. */
export function crc32Of(bytes: Uint8Array): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}

interface Compared {
  readonly name: string;
  readonly returned: string;
  readonly ours: string;
}

/** The checksums that came back and that we can compare. */
function checksums(answer: Answer, expected: Omit<Expected, 'etag'>): Compared[] {
  return [
    { name: 'CRC32', returned: answer.ChecksumCRC32 ?? '', ours: expected.crc32 },
    { name: 'SHA-256', returned: answer.ChecksumSHA256 ?? '', ours: expected.sha256 ?? '' },
  ].filter(
    ({ returned, ours }) =>
      returned !== '' &&
      ours !== '' &&
      // A full-object checksum of a multipart upload is another kind of number than the composite one.
      returned.includes('-') === ours.includes('-'),
  );
}

/** Under KMS and customer keys an ETag is no MD5. */
export function isOpaquelyEncrypted(
  answer: Pick<Answer, 'ServerSideEncryption' | 'SSECustomerAlgorithm'>,
): boolean {
  return (
    answer.ServerSideEncryption === 'aws:kms' ||
    answer.ServerSideEncryption === 'aws:kms:dsse' ||
    answer.SSECustomerAlgorithm !== undefined
  );
}

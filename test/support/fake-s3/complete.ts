import { createHash } from 'node:crypto';
import { ALGORITHMS, checksumOf } from './checksums.ts';
import { checkWriteConditions } from './conditions.ts';
import { invalidRequest, malformedXml, S3Error } from './errors.ts';
import { findUpload } from './multipart.ts';
import { encryptionHeaders } from './object-headers.ts';
import { replyXml } from './request.ts';
import type { Reply, S3Request } from './request.ts';
import { makeEtag, writeObject } from './store.ts';
import type { Bucket, Part, Store, StoredChecksum, Upload } from './store.ts';
import { childrenOf, element, makeDocument, parseXml, textOf } from './xml.ts';
import type { Node } from './xml.ts';

/** A second Complete of the same upload is NoSuchUpload: the harder of the two answers that AWS has given. */
export function completeMultipartUpload(request: S3Request, bucket: Bucket, store: Store): Reply {
  const upload = findUpload(request, bucket);
  const parts = findParts(request, upload, store.minPart);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  checkSize(request, size);
  checkWriteConditions(request, bucket);
  const whole = joinBytes(parts);
  const sha256 = whole && createHash('sha256').update(whole).digest('hex');
  const checksum = checksumOfWhole(bucket, upload, parts, whole);
  checkChecksum(request, checksum);
  const etag = etagOf(bucket, upload, parts);
  bucket.uploads.delete(upload.id);
  writeObject(bucket, {
    key: upload.key,
    bytes: size > store.keep ? undefined : whole,
    size,
    sha256,
    parts: parts.map((part) => ({ size: part.size, sha256: part.sha256 })),
    headers: upload.headers,
    acl: upload.acl,
    etag,
    modified: new Date(),
    checksum,
  });
  return replyXml(
    makeDocument(
      'CompleteMultipartUploadResult',
      element('Location', `http://${bucket.name}.s3.amazonaws.com/${upload.key}`),
      element('Bucket', bucket.name),
      element('Key', upload.key),
      element('ETag', `"${etag}"`),
      checksum ? element(`Checksum${checksum.algorithm.toUpperCase()}`, checksum.value) : '',
      element('ChecksumType', checksum?.type),
    ),
    encryptionHeaders(upload.headers, bucket.options),
  );
}

function findParts({ payload }: S3Request, upload: Upload, minPart: number): readonly Part[] {
  const root = parseXml(payload.bytes?.toString() ?? '');
  const nodes = childrenOf(root, 'Part');
  if (root.name !== 'CompleteMultipartUpload' || nodes.length === 0) throw malformedXml();
  const numbers = nodes.map((node) => Number(textOf(node, 'PartNumber')));
  if (numbers.some((number, index) => index > 0 && !(number > (numbers[index - 1] ?? 0)))) {
    throw new S3Error(
      400,
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    );
  }
  return nodes.map((node, index) => {
    const number = numbers[index] ?? 0;
    const part = upload.parts.get(number);
    const etag = textOf(node, 'ETag')?.replaceAll('"', '') ?? '';
    if (part?.etag !== etag) throw invalidPart(upload, number, etag);
    if (part.size < minPart && index < nodes.length - 1) throw tooSmall(part, number, minPart);
    checkPartChecksum(node, upload, part, number);
    return part;
  });
}

function checkPartChecksum(node: Node, upload: Upload, part: Part, number: number): void {
  const sent = ALGORITHMS.map(
    (name) => [name, textOf(node, `Checksum${name.toUpperCase()}`)] as const,
  ).find(([, value]) => value !== undefined);
  if (sent === undefined) {
    if (upload.algorithm === undefined || upload.checksumType === 'FULL_OBJECT') return;
    throw invalidRequest(
      `The upload was created using a ${upload.algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
    );
  }
  // Without a declared algorithm there is nothing to compare with; a bucket that ignores checksums ignores these too.
  if (part.checksum === undefined || upload.algorithm === undefined) return;
  if (part.checksum.algorithm !== sent[0] || part.checksum.value !== sent[1])
    throw invalidPart(upload, number, part.etag);
}

function checkSize({ headers }: S3Request, size: number): void {
  const expected = headers['x-amz-mp-object-size'];
  if (expected === undefined || Number(expected) === size) return;
  throw invalidRequest(
    `The provided 'x-amz-mp-object-size' header value ${expected} does not match what was computed: ${size}`,
  );
}

function joinBytes(parts: readonly Part[]): Buffer | undefined {
  const kept = parts.flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes]));
  return kept.length === parts.length ? Buffer.concat(kept) : undefined;
}

function etagOf(bucket: Bucket, { headers }: Upload, parts: readonly Part[]): string {
  const md5s = Buffer.concat(parts.map(({ md5 }) => Buffer.from(md5, 'hex')));
  const md5 = createHash('md5').update(md5s).digest('hex');
  return `${makeEtag(bucket, headers, md5)}-${parts.length}`;
}

function checksumOfWhole(
  { options }: Bucket,
  { algorithm, checksumType: type }: Upload,
  parts: readonly Part[],
  whole: Buffer | undefined,
): StoredChecksum | undefined {
  if ((options.checksums ?? 'full') !== 'full') return undefined;
  if (type === 'COMPOSITE' && algorithm !== undefined) {
    const values = parts.map(({ checksum }) => Buffer.from(checksum?.value ?? '', 'base64'));
    const value = checksumOf(algorithm, Buffer.concat(values));
    return { algorithm, value: `${value}-${parts.length}`, type };
  }
  const full = algorithm ?? 'crc64nvme';
  return whole && { algorithm: full, value: checksumOf(full, whole), type: 'FULL_OBJECT' };
}

/** The checksum of the whole, if the client sends one with Complete. */
function checkChecksum({ headers }: S3Request, checksum: StoredChecksum | undefined): void {
  if (checksum === undefined) return;
  const sent = headers[`x-amz-checksum-${checksum.algorithm}`];
  if (sent === undefined || sent.replace(/-\d+$/, '') === checksum.value.replace(/-\d+$/, ''))
    return;
  throw new S3Error(
    400,
    'BadDigest',
    `The ${checksum.algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
  );
}

function invalidPart(upload: Upload, number: number, etag: string): S3Error {
  return new S3Error(
    400,
    'InvalidPart',
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { UploadId: upload.id, PartNumber: String(number), ETag: etag },
  );
}

function tooSmall({ size, etag }: Part, number: number, minPart: number): S3Error {
  return new S3Error(
    400,
    'EntityTooSmall',
    'Your proposed upload is smaller than the minimum allowed size',
    {
      ProposedSize: String(size),
      MinSizeAllowed: String(minPart),
      PartNumber: String(number),
      ETag: etag,
    },
  );
}

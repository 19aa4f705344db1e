import { randomBytes } from 'node:crypto';
import { aclOf } from './acl.ts';
import { findSource } from './copy.ts';
import { payloadOf } from './body.ts';
import { invalidArgument, invalidRequest, noSuchUpload, notImplemented } from './errors.ts';
import { checkKey, encryptionHeaders, headersToKeep } from './object-headers.ts';
import { replyXml } from './request.ts';
import type { Reply, S3Request } from './request.ts';
import { makeEtag } from './store.ts';
import type { Bucket, Part, Store, StoredChecksum, Upload } from './store.ts';
import {
  algorithmNamed,
  checksumToStore,
  claimedAlgorithm,
  requireLength,
  verifyBody,
} from './verify.ts';
import { element, makeDocument, parent } from './xml.ts';

const MAX_PARTS = 10_000;

export function createMultipartUpload(request: S3Request, bucket: Bucket): Reply {
  const { key, headers } = request;
  checkKey(key);
  const acl = aclOf(request, bucket);
  const kept = headersToKeep(request, bucket);
  const algorithm = declaredAlgorithm(request, bucket);
  const checksumType = typeOf(headers['x-amz-checksum-type'], algorithm);
  const id = randomBytes(24).toString('base64url');
  bucket.uploads.set(id, {
    id,
    key,
    headers: kept,
    acl,
    initiated: new Date(),
    algorithm,
    checksumType,
    parts: new Map(),
  });
  return replyXml(
    makeDocument(
      'InitiateMultipartUploadResult',
      element('Bucket', bucket.name),
      element('Key', key),
      element('UploadId', id),
    ),
    {
      ...encryptionHeaders(kept, bucket.options),
      ...(algorithm && {
        'x-amz-checksum-algorithm': algorithm.toUpperCase(),
        'x-amz-checksum-type': checksumType,
      }),
    },
  );
}

export function uploadPart(request: S3Request, bucket: Bucket): Reply {
  const { payload } = request;
  requireLength(request);
  const upload = findUpload(request, bucket);
  const number = partNumber(request);
  verifyBody(request, bucket);
  const { bytes, size, md5, sha256 } = payload;
  const checksum = checksumOfPart(request, bucket, upload);
  const etag = makeEtag(bucket, upload.headers, md5);
  upload.parts.set(number, { bytes, size, md5, sha256, etag, checksum, modified: new Date() });
  return {
    status: 200,
    headers: {
      etag: `"${etag}"`,
      ...encryptionHeaders(upload.headers, bucket.options),
      ...(checksum && { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value }),
    },
  };
}

export function uploadPartCopy(request: S3Request, bucket: Bucket, store: Store): Reply {
  const upload = findUpload(request, bucket);
  const number = partNumber(request);
  const { object } = findSource(request, store);
  const [, first, last] =
    /^bytes=(\d+)-(\d+)$/.exec(request.headers['x-amz-copy-source-range'] ?? '') ?? [];
  const source = object.bytes ?? Buffer.alloc(0);
  const bytes = first === undefined ? source : source.subarray(Number(first), Number(last) + 1);
  const { size, md5, sha256, checksum: made } = payloadOf(bytes, upload.algorithm);
  const checksum = made && { ...made, type: upload.checksumType };
  const etag = makeEtag(bucket, upload.headers, md5);
  const modified = new Date();
  upload.parts.set(number, { bytes, size, md5, sha256, etag, checksum, modified });
  return replyXml(
    makeDocument(
      'CopyPartResult',
      element('LastModified', modified.toISOString()),
      element('ETag', `"${etag}"`),
    ),
  );
}

export function abortMultipartUpload(request: S3Request, bucket: Bucket): Reply {
  bucket.uploads.delete(findUpload(request, bucket).id);
  return { status: 204 };
}

/** All parts at once: nobody here uploads more than fit on a page. */
export function listParts(request: S3Request, bucket: Bucket): Reply {
  const { id, key, parts, headers } = findUpload(request, bucket);
  return replyXml(
    makeDocument(
      'ListPartsResult',
      element('Bucket', bucket.name),
      element('Key', key),
      element('UploadId', id),
      element('StorageClass', headers['x-amz-storage-class'] ?? 'STANDARD'),
      element('MaxParts', MAX_PARTS),
      element('IsTruncated', false),
      ...[...parts].sort(([a], [b]) => a - b).map(describePart),
    ),
  );
}

/** All uploads below the prefix at once, likewise. */
export function listMultipartUploads(request: S3Request, bucket: Bucket): Reply {
  const prefix = request.query['prefix'] ?? '';
  const uploads = [...bucket.uploads.values()].filter(({ key }) => key.startsWith(prefix));
  return replyXml(
    makeDocument(
      'ListMultipartUploadsResult',
      element('Bucket', bucket.name),
      element('Prefix', prefix),
      element('MaxUploads', 1000),
      element('IsTruncated', false),
      ...uploads.map(({ id, key, initiated }) =>
        parent(
          'Upload',
          element('Key', key),
          element('UploadId', id),
          element('Initiated', initiated.toISOString()),
        ),
      ),
    ),
  );
}

export function findUpload({ key, query }: S3Request, bucket: Bucket): Upload {
  const id = query['uploadId'] ?? '';
  const upload = bucket.uploads.get(id);
  if (upload?.key !== key) throw noSuchUpload(id);
  return upload;
}

/** What AWS makes of an upload whose creator says nothing: composite, except where only the whole can be summed. */
function typeOf(
  sent: string | undefined,
  algorithm: Upload['algorithm'],
): 'FULL_OBJECT' | 'COMPOSITE' {
  if (sent === 'FULL_OBJECT' || sent === 'COMPOSITE') return sent;
  return algorithm === undefined || algorithm === 'crc64nvme' ? 'FULL_OBJECT' : 'COMPOSITE';
}

function declaredAlgorithm({ headers }: S3Request, { options }: Bucket): Upload['algorithm'] {
  const header = headers['x-amz-checksum-algorithm'];
  if (options.checksums === 'none') return undefined;
  if (options.checksums === 'reject' && header !== undefined)
    throw notImplemented('x-amz-checksum-algorithm');
  return algorithmNamed(header);
}

function partNumber({ query }: S3Request): number {
  const text = query['partNumber'] ?? '';
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= MAX_PARTS) return number;
  throw invalidArgument(
    'Part number must be an integer between 1 and 10000, inclusive',
    'partNumber',
    text,
  );
}

/**
 * A part's checksum is of the algorithm that the upload was created with. Who declares none and sends CRC32 with its parts
 * (the SDK's default) is refused, as AWS documents it: declare it, as the SDK's own lib-storage does.
 */
function checksumOfPart(
  request: S3Request,
  bucket: Bucket,
  { algorithm, checksumType: type }: Upload,
): StoredChecksum | undefined {
  const checksum = checksumToStore(request, bucket);
  if (checksum === undefined) return undefined;
  const sent = claimedAlgorithm(request);
  if (sent === (algorithm ?? 'crc64nvme')) return { ...checksum, type };
  if (sent === undefined && type === 'FULL_OBJECT') return undefined;
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${algorithm ?? 'null'}, actual checksum Type: ${sent ?? 'null'}`,
  );
}

function describePart([number, { etag, size, modified, checksum }]: readonly [number, Part]) {
  return parent(
    'Part',
    element('PartNumber', number),
    element('LastModified', modified.toISOString()),
    element('ETag', `"${etag}"`),
    element('Size', size),
    checksum ? element(`Checksum${checksum.algorithm.toUpperCase()}`, checksum.value) : '',
  );
}

import { requireAction } from './access.ts';
import { S3Error } from './errors.ts';
import type { S3Request } from './request.ts';
import type { Bucket, StoredObject } from './store.ts';
import type { BucketOptions } from './types.ts';

const KEPT =
  /^(?:cache-control|content-(?:type|encoding|disposition|language)|expires|x-amz-(?:meta-.+|storage-class|tagging|website-redirect-location|server-side-encryption.*))$/;
const STORAGE_CLASSES =
  /^(?:STANDARD|REDUCED_REDUNDANCY|STANDARD_IA|ONEZONE_IA|INTELLIGENT_TIERING|GLACIER|GLACIER_IR|DEEP_ARCHIVE|EXPRESS_ONEZONE)$/;
const MAX_KEY = 1024;
const MAX_METADATA = 2048;

/** The headers of a write that stay with its object, checked. */
export function headersToKeep(request: S3Request, bucket: Bucket): Record<string, string> {
  const headers = keptHeaders(request.headers);
  checkMetadata(headers);
  const storageClass = headers['x-amz-storage-class'];
  if (storageClass !== undefined && !STORAGE_CLASSES.test(storageClass)) {
    throw new S3Error(400, 'InvalidStorageClass', 'The storage class you specified is not valid', {
      StorageClassRequested: storageClass,
    });
  }
  checkTagging(request, bucket, headers['x-amz-tagging']);
  return headers;
}

export function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers)
    .map(([name, value]): [string, string] => [
      name,
      // The framing of the body is not a property of the object.
      name === 'content-encoding' ? value.replace(/,?\s*aws-chunked\s*,?/i, '') : value,
    ])
    .filter(([name, value]) => KEPT.test(name) && (value !== '' || name.startsWith('x-amz-meta-')));
  return Object.fromEntries(kept);
}

export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size <= MAX_KEY) return;
  throw new S3Error(400, 'KeyTooLongError', 'Your key is too long', {
    Size: String(size),
    MaxSizeAllowed: String(MAX_KEY),
  });
}

/** The headers of GET and HEAD. */
export function describeObject(
  { key, headers, etag, modified, size }: StoredObject,
  options: BucketOptions,
): Record<string, string> {
  const { 'x-amz-tagging': tagging, 'x-amz-storage-class': storageClass, ...shown } = headers;
  const tags = tagging === undefined ? 0 : parseTags(tagging).length;
  return {
    'content-type':
      key.endsWith('/') && size === 0 ? 'application/x-directory' : 'binary/octet-stream',
    ...shown,
    ...encryptionHeaders(headers, options),
    'accept-ranges': 'bytes',
    etag: `"${etag}"`,
    'last-modified': modified.toUTCString(),
    ...(storageClass !== undefined &&
      storageClass !== 'STANDARD' && { 'x-amz-storage-class': storageClass }),
    ...(tags > 0 && { 'x-amz-tagging-count': String(tags) }),
  };
}

export function encryptionHeaders(
  headers: Readonly<Record<string, string>>,
  options: BucketOptions,
): Record<string, string> {
  const customer = headers['x-amz-server-side-encryption-customer-algorithm'];
  if (customer !== undefined)
    return { 'x-amz-server-side-encryption-customer-algorithm': customer };
  const sse = headers['x-amz-server-side-encryption'] ?? (options.kms ? 'aws:kms' : 'AES256');
  if (!sse.startsWith('aws:kms')) return { 'x-amz-server-side-encryption': sse };
  return {
    'x-amz-server-side-encryption': sse,
    'x-amz-server-side-encryption-aws-kms-key-id':
      headers['x-amz-server-side-encryption-aws-kms-key-id'] ??
      'arn:aws:kms:us-east-1:123456789012:key/00000000-0000-4000-8000-000000000000',
  };
}

export function parseTags(tagging: string): readonly (readonly [string, string])[] {
  return [...new URLSearchParams(tagging)];
}

function checkMetadata(headers: Readonly<Record<string, string>>): void {
  const size = Object.entries(headers)
    .filter(([name]) => name.startsWith('x-amz-meta-'))
    .reduce((sum, [name, value]) => sum + name.length - 'x-amz-meta-'.length + value.length, 0);
  if (size <= MAX_METADATA) return;
  throw new S3Error(
    400,
    'MetadataTooLarge',
    'Your metadata headers exceed the maximum allowed metadata size',
    { Size: String(size), MaxSizeAllowed: String(MAX_METADATA) },
  );
}

function checkTagging(request: S3Request, bucket: Bucket, tagging: string | undefined): void {
  if (tagging === undefined) return;
  requireAction(request, bucket, 's3:PutObjectTagging');
  const tags = parseTags(tagging);
  if (tags.length > 10)
    throw new S3Error(400, 'BadRequest', 'Object tags cannot be greater than 10');
  if (tags.some(([name, value]) => name === '' || name.length > 128 || value.length > 256))
    throw new S3Error(400, 'InvalidTag', 'The TagKey or TagValue you have provided is invalid');
}

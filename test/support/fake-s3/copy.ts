import { findBucket, findObject, requireAction } from './access.ts';
import { aclOf } from './acl.ts';
import { checkReadConditions, checkWriteConditions } from './conditions.ts';
import { checksumOf } from './checksums.ts';
import { invalidArgument, invalidRequest, preconditionFailed } from './errors.ts';
import { checkKey, encryptionHeaders, headersToKeep } from './object-headers.ts';
import { replyXml } from './request.ts';
import type { Reply, S3Request } from './request.ts';
import { makeEtag, writeObject } from './store.ts';
import type { Bucket, Store, StoredChecksum, StoredObject } from './store.ts';
import { algorithmNamed } from './verify.ts';
import { element, makeDocument } from './xml.ts';
import { createHash } from 'node:crypto';

const MAX_COPY = 5 * 1024 ** 3;
/** A copy to itself is legal only if one of these changes. */
const CHANGING =
  /^x-amz-(?:storage-class|website-redirect-location|server-side-encryption.*|checksum-algorithm)$/;

export function copyObject(request: S3Request, bucket: Bucket, store: Store): Reply {
  const { headers, key } = request;
  checkKey(key);
  const source = findSource(request, store);
  const replace = directive(request, 'x-amz-metadata-directive') === 'REPLACE';
  if (source.bucket === bucket && source.object.key === key && !replace) {
    if (!Object.keys(headers).some((name) => CHANGING.test(name))) {
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
    }
  }
  if (source.object.size > MAX_COPY) {
    throw invalidRequest(
      'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
    );
  }
  // The ACL is not copied: without a header it is private again.
  const acl = aclOf(request, bucket);
  const kept = headersOfCopy(request, bucket, source.object, replace);
  checkWriteConditions(request, bucket);
  const { bytes, size, sha256 } = source.object;
  const md5 = bytes ? createHash('md5').update(bytes).digest('hex') : source.object.etag;
  const etag = makeEtag(bucket, kept, md5);
  const checksum = checksumOfCopy(request, bucket, source.object);
  const modified = new Date();
  writeObject(bucket, { key, bytes, size, sha256, headers: kept, acl, etag, modified, checksum });
  return replyXml(
    makeDocument(
      'CopyObjectResult',
      element('LastModified', modified.toISOString()),
      element('ETag', `"${etag}"`),
      checksum ? element(`Checksum${checksum.algorithm.toUpperCase()}`, checksum.value) : '',
    ),
    encryptionHeaders(kept, bucket.options),
  );
}

/** The object named by `x-amz-copy-source`, if the caller may read it and its conditions hold. */
export function findSource(
  request: S3Request,
  store: Store,
): { readonly bucket: Bucket; readonly object: StoredObject } {
  const header = request.headers['x-amz-copy-source'] ?? '';
  const [, name, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodeSource(header)) ?? [];
  if (name === undefined || key === undefined) {
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      header,
    );
  }
  const asSource = { ...request, bucket: name, key };
  const bucket = findBucket(store, asSource);
  requireAction(asSource, bucket, 's3:GetObject');
  const object = findObject(asSource, bucket);
  if (checkReadConditions(request.headers, object, 'x-amz-copy-source-') === 'not-modified')
    throw preconditionFailed('x-amz-copy-source-If-None-Match');
  return { bucket, object };
}

function decodeSource(header: string): string {
  try {
    return decodeURIComponent(header.replace(/\?versionId=.*$/, '').replaceAll('+', ' '));
  } catch {
    throw invalidArgument('Invalid copy source encoding', 'x-amz-copy-source', header);
  }
}

function headersOfCopy(
  request: S3Request,
  bucket: Bucket,
  source: StoredObject,
  replace: boolean,
): Record<string, string> {
  const sent = headersToKeep(request, bucket);
  const tagging =
    directive(request, 'x-amz-tagging-directive') === 'REPLACE'
      ? sent['x-amz-tagging']
      : source.headers['x-amz-tagging'];
  // Storage class, redirect and encryption never come from the source.
  const always = Object.entries(sent).filter(([name]) => CHANGING.test(name));
  const chosen = Object.entries(replace ? sent : source.headers).filter(
    ([name]) => !CHANGING.test(name) && name !== 'x-amz-tagging',
  );
  return Object.fromEntries([
    ...chosen,
    ...always,
    ...(tagging === undefined ? [] : [['x-amz-tagging', tagging] as const]),
  ]);
}

function directive({ headers }: S3Request, name: string): 'COPY' | 'REPLACE' {
  const value = headers[name] ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value;
  throw invalidArgument('Unknown metadata directive.', name, value);
}

function checksumOfCopy(
  { headers }: S3Request,
  { options }: Bucket,
  { bytes, checksum }: StoredObject,
): StoredChecksum | undefined {
  if ((options.checksums ?? 'full') !== 'full') return undefined;
  const algorithm = algorithmNamed(headers['x-amz-checksum-algorithm']) ?? checksum?.algorithm;
  if (algorithm === undefined || bytes === undefined) return checksum;
  return { algorithm, value: checksumOf(algorithm, bytes), type: 'FULL_OBJECT' };
}

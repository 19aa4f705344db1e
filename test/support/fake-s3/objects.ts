import { findObject } from './access.ts';
import { aclOf } from './acl.ts';
import { checkDeleteConditions, checkReadConditions, checkWriteConditions } from './conditions.ts';
import { S3Error } from './errors.ts';
import {
  checkKey,
  describeObject,
  encryptionHeaders,
  headersToKeep,
  parseTags,
} from './object-headers.ts';
import { replyXml } from './request.ts';
import type { Reply, S3Request } from './request.ts';
import { deleteObject as deleteStored, makeEtag, writeObject } from './store.ts';
import type { Bucket, StoredObject } from './store.ts';
import {
  checksumHeaders,
  checksumToStore,
  requireLength,
  verifyBody,
  wantedChecksumHeaders,
} from './verify.ts';
import { element, makeDocument, parent } from './xml.ts';

export function putObject(request: S3Request, bucket: Bucket): Reply {
  const { key, payload } = request;
  requireLength(request);
  checkKey(key);
  const acl = aclOf(request, bucket);
  const headers = headersToKeep(request, bucket);
  verifyBody(request, bucket);
  checkWriteConditions(request, bucket);
  const etag = makeEtag(bucket, headers, payload.md5);
  const checksum = checksumToStore(request, bucket);
  const { bytes, size, sha256 } = payload;
  const modified = new Date();
  writeObject(bucket, { key, bytes, size, sha256, headers, acl, etag, modified, checksum });
  return {
    status: 200,
    headers: {
      etag: `"${etag}"`,
      ...encryptionHeaders(headers, bucket.options),
      ...checksumHeaders(checksum),
    },
  };
}

export function headObject(request: S3Request, bucket: Bucket): Reply {
  return getObject(request, bucket, { bytes: false });
}

export function getObject(
  request: S3Request,
  bucket: Bucket,
  want: { readonly bytes: boolean } = { bytes: true },
): Reply {
  const object = findObject(request, bucket);
  const described = {
    ...describeObject(object, bucket.options),
    ...overrides(request),
  };
  if (checkReadConditions(request.headers, object) === 'not-modified') {
    const kept = ['etag', 'last-modified', 'cache-control', 'expires'];
    const entries = Object.entries(described).filter(([name]) => kept.includes(name));
    return { status: 304, headers: Object.fromEntries(entries) };
  }
  const range = parseRange(request.headers['range'], object);
  const { start, end } = range ?? { start: 0, end: object.size };
  if (want.bytes && object.bytes === undefined)
    throw new S3Error(500, 'InternalError', 'The fake kept only the digest of this body.');
  return {
    status: range ? 206 : 200,
    headers: {
      ...described,
      ...(range ? {} : wantedChecksumHeaders(request, object.checksum)),
      'content-length': String(end - start),
      ...(range && { 'content-range': `bytes ${start}-${end - 1}/${object.size}` }),
    },
    ...(want.bytes && object.bytes && { body: object.bytes.subarray(start, end) }),
  };
}

export function deleteObject(request: S3Request, bucket: Bucket): Reply {
  checkDeleteConditions(request, bucket);
  deleteStored(bucket, request.key);
  return { status: 204 };
}

export function getObjectTagging(request: S3Request, bucket: Bucket): Reply {
  const { headers } = findObject(request, bucket);
  const tags = parseTags(headers['x-amz-tagging'] ?? '').map(([name, value]) =>
    parent('Tag', element('Key', name), element('Value', value)),
  );
  return replyXml(makeDocument('Tagging', parent('TagSet', ...tags)));
}

/** `response-content-type` and its like, for signed requests only. */
function overrides({ query, anonymous }: S3Request): Record<string, string> {
  const wanted = Object.entries(query).filter(([name]) => name.startsWith('response-'));
  if (wanted.length > 0 && anonymous) {
    throw new S3Error(
      400,
      'InvalidRequest',
      'Request specific response headers cannot be used for anonymous GET requests.',
    );
  }
  return Object.fromEntries(
    wanted.map(([name, value]) => [
      name.slice('response-'.length),
      Buffer.from(value).toString('latin1'),
    ]),
  );
}

/** `undefined` stands for the whole object, also where the header is not understood (RFC 9110, 14.2). */
function parseRange(
  header: string | undefined,
  { size }: StoredObject,
): { readonly start: number; readonly end: number } | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (start < end) return { start, end };
  throw new S3Error(
    416,
    'InvalidRange',
    'The requested range is not satisfiable',
    { RangeRequested: header ?? '', ActualObjectSize: String(size) },
    { 'content-range': `bytes */${size}` },
  );
}

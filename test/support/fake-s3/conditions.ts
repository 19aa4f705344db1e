import { requireAction } from './access.ts';
import { noSuchKey, notImplemented, preconditionFailed } from './errors.ts';
import type { S3Request } from './request.ts';
import type { Bucket, StoredObject } from './store.ts';

/** Conditional writes: `If-None-Match: *` and `If-Match: "etag"`. Nothing runs between this and the write. */
export function checkWriteConditions(request: S3Request, bucket: Bucket): void {
  const held = bucket.objects.get(request.key);
  const absent = request.headers['if-none-match'];
  const { conditionalWrites } = bucket.options;
  if (conditionalWrites === 'ignored') return;
  if (conditionalWrites === 'not-implemented') refuseConditions(request);
  if (absent !== undefined) {
    if (absent !== '*') throw notImplemented('If-None-Match');
    if (held !== undefined) throw preconditionFailed('If-None-Match');
  }
  const match = request.headers['if-match'];
  if (match === undefined) return;
  // AWS asks for the right to read whatever a write is made to depend on.
  requireAction(request, bucket, 's3:GetObject');
  if (held === undefined) throw noSuchKey(request.key);
  if (!matches(match, held)) throw preconditionFailed('If-Match');
}

function refuseConditions({ headers }: S3Request): void {
  const header = ['if-none-match', 'if-match'].find((name) => headers[name] !== undefined);
  if (header !== undefined) throw notImplemented(header);
}

/** Conditional deletes, which AWS has had since 2025; here `*` asks only whether the object exists. */
export function checkDeleteConditions(request: S3Request, bucket: Bucket): void {
  const match = request.headers['if-match'];
  if (match === undefined) return;
  const held = bucket.objects.get(request.key);
  if (match !== '*') requireAction(request, bucket, 's3:GetObject');
  if (held === undefined && match !== '*') throw noSuchKey(request.key);
  if (held === undefined || !matches(match, held)) throw preconditionFailed('If-Match');
}

/** RFC 9110, 13.2.2; `not-modified` is answered 304. */
export function checkReadConditions(
  headers: Readonly<Record<string, string>>,
  object: StoredObject,
  prefix: '' | 'x-amz-copy-source-' = '',
): 'ok' | 'not-modified' {
  const seconds = Math.floor(object.modified.getTime() / 1000) * 1000;
  const match = headers[`${prefix}if-match`];
  if (match !== undefined && !matches(match, object)) throw preconditionFailed('If-Match');
  const unmodified = headers[`${prefix}if-unmodified-since`];
  if (match === undefined && unmodified !== undefined && seconds > Date.parse(unmodified))
    throw preconditionFailed('If-Unmodified-Since');
  const none = headers[`${prefix}if-none-match`];
  if (none !== undefined) return matches(none, object) ? 'not-modified' : 'ok';
  const modified = headers[`${prefix}if-modified-since`];
  return modified !== undefined && seconds <= Date.parse(modified) ? 'not-modified' : 'ok';
}

/** A list of ETags, with quotes (as AWS documents it) or without (as it accepts). */
function matches(header: string, { etag }: StoredObject): boolean {
  return header
    .split(',')
    .map((item) => item.trim().replace(/^W\//, '').replaceAll('"', ''))
    .some((item) => item === '*' || item === etag);
}

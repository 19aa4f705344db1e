import { createHash } from 'node:crypto';
import { encode } from './address.ts';
import { invalidArgument } from './errors.ts';
import { numberIn, replyXml } from './request.ts';
import type { Reply, S3Request } from './request.ts';
import { compareKeys, sortedKeys } from './store.ts';
import type { Bucket, StoredObject } from './store.ts';
import { element, makeDocument, parent } from './xml.ts';

interface Page {
  readonly contents: readonly string[];
  readonly prefixes: readonly string[];
  /** The last thing on the page, if there is more behind it. */
  readonly next: string | undefined;
}

export function listObjectsV2(request: S3Request, bucket: Bucket): Reply {
  const { query } = request;
  const token = query['continuation-token'];
  const startAfter = query['start-after'];
  const limit = maxKeys(request, bucket);
  const last = token === undefined ? undefined : readToken(token);
  const page =
    bucket.options.shuffled === true
      ? findShuffledPage(bucket, query, last, limit)
      : findPage(bucket, query, last ?? startAfter, limit);
  const text = textEncoder(query);
  return replyXml(
    makeDocument(
      'ListBucketResult',
      element('Name', bucket.name),
      element('Prefix', text(query['prefix'] ?? '')),
      element('Delimiter', query['delimiter'] && text(query['delimiter'])),
      element('MaxKeys', limit),
      element('EncodingType', query['encoding-type']),
      element('KeyCount', page.contents.length + page.prefixes.length),
      element('StartAfter', startAfter && text(startAfter)),
      element('ContinuationToken', token),
      element('IsTruncated', page.next !== undefined),
      element('NextContinuationToken', page.next && makeToken(page.next)),
      ...describePage(bucket, page, text),
    ),
  );
}

export function listObjects(request: S3Request, bucket: Bucket): Reply {
  const { query } = request;
  const limit = maxKeys(request, bucket);
  const page = findPage(bucket, query, query['marker'], limit);
  const text = textEncoder(query);
  return replyXml(
    makeDocument(
      'ListBucketResult',
      element('Name', bucket.name),
      element('Prefix', text(query['prefix'] ?? '')),
      element('Marker', text(query['marker'] ?? '')),
      // As on S3, only with a delimiter: without one the last key is the marker.
      element('NextMarker', query['delimiter'] && page.next && text(page.next)),
      element('Delimiter', query['delimiter'] && text(query['delimiter'])),
      element('MaxKeys', limit),
      element('EncodingType', query['encoding-type']),
      element('IsTruncated', page.next !== undefined),
      ...describePage(bucket, page, text),
    ),
  );
}

/** Keys as the caller wants them: `encoding-type=url` is form encoding that leaves slashes alone. */
function textEncoder(query: Readonly<Record<string, string>>): (text: string) => string {
  const type = query['encoding-type'];
  if (type === undefined) return (text) => text;
  if (type !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type);
  return (text) => encode(text).replaceAll('%2F', '/').replaceAll('%20', '+');
}

function findPage(
  bucket: Bucket,
  query: Readonly<Record<string, string>>,
  after: string | undefined,
  limit: number,
): Page {
  const prefix = query['prefix'] ?? '';
  const delimiter = query['delimiter'] ?? '';
  const keys = sortedKeys(bucket);
  const contents: string[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  if (limit === 0) return { contents, prefixes, next: undefined };
  const from = after !== undefined && compareKeys(after, prefix) > 0 ? after : prefix;
  for (let index = lowerBound(keys, from); index < keys.length; index++) {
    const key = keys[index] ?? '';
    if (!key.startsWith(prefix)) break;
    if (after !== undefined && compareKeys(key, after) <= 0) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const common = cut === -1 ? undefined : key.slice(0, cut + delimiter.length);
    if (common !== undefined && (common === after || common === prefixes.at(-1))) continue;
    if (contents.length + prefixes.length === limit) return { contents, prefixes, next: last };
    if (common === undefined) contents.push(key);
    else prefixes.push(common);
    last = common ?? key;
  }
  return { contents, prefixes, next: undefined };
}

/** The same order each time, and none that a caller could guess; without a delimiter. */
function findShuffledPage(
  bucket: Bucket,
  { prefix = '', 'start-after': startAfter = '' }: Readonly<Record<string, string>>,
  last: string | undefined,
  limit: number,
): Page {
  const scattered = (key: string) => createHash('md5').update(key).digest('hex');
  const keys = sortedKeys(bucket)
    .filter((key) => key.startsWith(prefix) && compareKeys(key, startAfter) > 0)
    .sort((a, b) => compareKeys(scattered(a), scattered(b)));
  const start = last === undefined ? 0 : keys.indexOf(last) + 1;
  const contents = keys.slice(start, start + limit);
  const next = start + limit < keys.length ? contents.at(-1) : undefined;
  return { contents, prefixes: [], next };
}

function lowerBound(keys: readonly string[], prefix: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keys[middle] ?? '', prefix) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function describePage(
  { objects }: Bucket,
  { contents, prefixes }: Page,
  text: (text: string) => string,
): readonly string[] {
  return [
    ...contents.map((key) => describeEntry(text(key), objects.get(key))),
    ...prefixes.map((prefix) => parent('CommonPrefixes', element('Prefix', text(prefix)))),
  ];
}

function describeEntry(key: string, object: StoredObject | undefined): string {
  return parent(
    'Contents',
    element('Key', key),
    element('LastModified', object && inSeconds(object.modified)),
    element('ETag', `"${object?.etag ?? ''}"`),
    element('ChecksumAlgorithm', object?.checksum?.algorithm.toUpperCase()),
    element('ChecksumType', object?.checksum?.type),
    element('Size', object?.size),
    element('StorageClass', object?.headers['x-amz-storage-class'] ?? 'STANDARD'),
  );
}

function maxKeys(request: S3Request, { options: { pageSize = 1000 } }: Bucket): number {
  return Math.min(pageSize, numberIn(request, 'max-keys', { min: 0, max: 1000, default: 1000 }));
}

/** S3 keeps no fractions of a second. */
const inSeconds = (date: Date) => date.toISOString().replace(/\.\d+/, '.000');

const makeToken = (last: string) => Buffer.from(`1${last}`).toString('base64url');

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (text.startsWith('1') && makeToken(text.slice(1)) === token) return text.slice(1);
  throw invalidArgument(
    'The continuation token provided is incorrect',
    'continuation-token',
    token,
  );
}

import { randomBytes } from 'node:crypto';
import type { Algorithm } from './checksums.ts';
import type { BucketOptions, HistoryEntry } from './types.ts';

export interface StoredChecksum {
  readonly algorithm: Algorithm;
  /** A composite one ends in `-N`. */
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

export interface StoredObject {
  readonly key: string;
  readonly bytes: Buffer | undefined;
  readonly size: number;
  readonly sha256: string | undefined;
  readonly parts?: readonly { readonly size: number; readonly sha256: string }[];
  readonly headers: Readonly<Record<string, string>>;
  readonly acl: string;
  readonly etag: string;
  readonly modified: Date;
  readonly checksum: StoredChecksum | undefined;
}

export interface Part {
  readonly bytes: Buffer | undefined;
  readonly size: number;
  readonly md5: string;
  readonly sha256: string;
  readonly etag: string;
  readonly checksum: StoredChecksum | undefined;
  readonly modified: Date;
}

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly acl: string;
  readonly initiated: Date;
  /** Declared when the upload was created. */
  readonly algorithm: Algorithm | undefined;
  readonly checksumType: 'FULL_OBJECT' | 'COMPOSITE';
  readonly parts: Map<number, Part>;
}

export interface Bucket {
  readonly name: string;
  options: BucketOptions;
  readonly created: Date;
  readonly objects: Map<string, StoredObject>;
  readonly uploads: Map<string, Upload>;
  readonly history: HistoryEntry[];
  /** Keys in the order of a listing; `undefined` after a key came or went. */
  sorted: readonly string[] | undefined;
}

export interface Store {
  readonly buckets: Map<string, Bucket>;
  readonly region: string;
  readonly keep: number;
  readonly keepsBodyOf: (key: string) => boolean;
  readonly minPart: number;
}

export function createBucket(name: string, options: BucketOptions): Bucket {
  return {
    name,
    options,
    created: new Date(),
    objects: new Map(),
    uploads: new Map(),
    history: [],
    sorted: undefined,
  };
}

export function writeObject(bucket: Bucket, object: StoredObject): void {
  const { key, sha256 } = object;
  if (!bucket.objects.has(key)) bucket.sorted = undefined;
  bucket.objects.set(key, object);
  bucket.history.push({
    at: Date.now(),
    op: 'put',
    key,
    ...(sha256 !== undefined && { sha256 }),
  });
}

export function deleteObject(bucket: Bucket, key: string): void {
  if (!bucket.objects.delete(key)) return;
  bucket.sorted = undefined;
  bucket.history.push({ at: Date.now(), op: 'delete', key });
}

export function sortedKeys(bucket: Bucket): readonly string[] {
  bucket.sorted ??= [...bucket.objects.keys()].sort(compareKeys);
  return bucket.sorted;
}

/** The order of the UTF-8 bytes, without making them. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [x, y] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** UTF-16 sorts surrogates (everything above U+FFFF) below U+E000–U+FFFF; UTF-8 sorts them above. */
function rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}

/** An MD5 where the bucket and the object have one, else something that only looks like it. */
export function makeEtag(
  { options }: Bucket,
  headers: Readonly<Record<string, string>>,
  md5: string,
): string {
  return hasOpaqueEtag(options, headers) ? randomBytes(16).toString('hex') : md5;
}

function hasOpaqueEtag(options: BucketOptions, headers: Readonly<Record<string, string>>): boolean {
  if (options.etags === 'opaque') return true;
  if (headers['x-amz-server-side-encryption-customer-algorithm'] !== undefined) return true;
  const sse = headers['x-amz-server-side-encryption'];
  return sse === undefined ? options.kms === true : sse.startsWith('aws:kms');
}

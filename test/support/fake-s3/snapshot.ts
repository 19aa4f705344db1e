import { isPublic } from './access.ts';
import type { Bucket } from './store.ts';
import type { FakeObject } from './types.ts';

/** A stored object as tests see it. */
export function describeSnapshot(bucket: Bucket, key: string): FakeObject {
  const object = bucket.objects.get(key);
  if (object === undefined) throw new Error(`no object "${key}" in bucket "${bucket.name}"`);
  const { bytes = Buffer.alloc(0), size, sha256, parts, headers, acl, etag, modified } = object;
  return {
    key,
    bytes,
    size,
    sha256,
    parts,
    headers: { ...headers },
    acl,
    etag,
    modified,
    public: isPublic(bucket, object),
  };
}

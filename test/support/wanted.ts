import { createHash } from 'node:crypto';
import type { Action, ObjectHeaders, StoredObject, Upload, Wanted } from '../../src/types.ts';

/** A file to be stored, made from its name and text. */
export function wanted(name: string, text = name, headers: Partial<ObjectHeaders> = {}): Wanted {
  const bytes = Buffer.from(text);
  const md5 = createHash('md5').update(bytes).digest('hex');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    name,
    key: name,
    prefix: '',
    content: { kind: 'bytes', bytes },
    immutable: false,
    headers: { contentType: 'text/plain; charset=utf-8', ...headers },
    digests: { md5, sha256, etag: md5 },
    size: bytes.length,
  };
}

/** A stored object whose ETag is the MD5 of the text. */
export function stored(key: string, text = key): StoredObject {
  const { size, digests } = wanted(key, text);
  return { key, size, etag: digests.etag };
}

export function upload(name: string, text?: string): Upload {
  return { type: 'upload', key: name, file: wanted(name, text), reason: 'new' };
}

export function remove(key: string): Action {
  return { type: 'delete', key, reason: 'orphan' };
}

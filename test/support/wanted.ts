import { createHash } from 'node:crypto';
import type { PlanOptions } from '../../src/plan.ts';
import type { StoredOptions } from '../../src/stored.ts';
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

/** Of a plan where nothing special is asked for. */
export function planOptions(
  stored: PlanOptions['stored'],
  more: Partial<PlanOptions> = {},
): PlanOptions {
  return {
    stored,
    force: false,
    link: false,
    keepExisting: false,
    clear: false,
    acl: undefined,
    copies: false,
    records: false,
    recorded: undefined,
    prune: undefined,
    preserve: undefined,
    restore: undefined,
    ...more,
  };
}

/** Of a look at a destination without a release record. */
export function storedOptions(more: Partial<StoredOptions> = {}): StoredOptions {
  const { onOwn = () => {} } = more;
  return { listing: true, recorded: undefined, headers: false, trustRecord: false, onOwn, ...more };
}

import { mapAtOnce } from './at-once.ts';
import type { Backend, PutOptions } from './backends/backend.ts';
import type { StoredObject, Wanted } from './types.ts';

/** HEADs at once. */
const atOnce = 32;

export interface StoredOptions {
  /** One listing for all; false: ask for each wanted key. */
  readonly listing: boolean;
  /** For every call of the backend. */
  readonly pass?: PutOptions;
}

/** What the destination holds, by key: all of it from a listing, or the wanted keys only. */
export async function readStored(
  backend: Backend,
  wanted: readonly Wanted[],
  options: StoredOptions,
): Promise<Map<string, StoredObject>> {
  const { pass } = options;
  const stored = new Map<string, StoredObject>();
  const ask = async (file: Wanted) => {
    const held = await backend.head?.(file.key, pass);
    // A key that was listed a moment ago stays: a bodiless 404 can come from anything on the way, and what
    // is taken for absent is written over.
    if (held !== undefined) stored.set(file.key, held);
  };
  if (backend.list === undefined || !options.listing) {
    await mapAtOnce(wanted, atOnce, ask);
    return stored;
  }
  for await (const object of backend.list(pass)) stored.set(object.key, object);
  const unsettled = wanted.filter((file) => needsHead(file, stored.get(file.key)));
  await mapAtOnce(unsettled, atOnce, ask);
  return stored;
}

/**
 * An equal size under another ETag proves nothing: KMS and foreign multipart uploads have ETags that are no MD5.
 * A HEAD (on a disk: reading the file) settles it by the digest kept with the object.
 */
function needsHead(file: Wanted, held: StoredObject | undefined): boolean {
  if (held === undefined || held.linkTarget !== undefined || held.size !== file.size) return false;
  return held.md5 === undefined && held.sha256 === undefined && held.etag !== file.digests.etag;
}

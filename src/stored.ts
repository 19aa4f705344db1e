import { mapAtOnce } from './at-once.ts';
import type { Backend, PutOptions } from './backends/backend.ts';
import { noDigestCache, type DigestCache } from './digest-cache.ts';
import { CollectError, exitCodes } from './errors.ts';
import { isOwnName } from './keys.ts';
import { collectGarbage } from './memory.ts';
import type { Recorded } from './record.ts';
import { makeDigests } from './running-digests.ts';
import type { Digests, StoredObject, Wanted } from './types.ts';

/** HEADs at once. */
const atOnce = 32;
/** Keys in one answer of S3. */
const page = 1_000;
/** Stretches that a listing is taken apart into, where each has a few pages at most. */
const stretches = 8;
/** The most keys of one: every cut may cost a request more. */
const longestStretch = 20_000;
/** Keys fewer in the first stretch: what the tool keeps for itself comes before most others, and would take one more answer. */
const spare = 100;

export interface StoredOptions {
  /** One listing for all; false: ask for each wanted key. */
  readonly listing: boolean;
  /** What the last deploy left, where it said so. */
  readonly recorded: Recorded | undefined;
  /** Whether the headers of what is there have to be known, though it takes a HEAD. */
  readonly headers: boolean;
  /** Ask nobody: what is recorded is there. */
  readonly trustRecord: boolean;
  /** What is known of the files of a directory without reading them. */
  readonly cache?: DigestCache | undefined;
  /** Called with what a listing shows of the tool's own. */
  readonly onOwn: (held: StoredObject) => void;
  /** For every call of the backend. */
  readonly pass?: PutOptions;
}

/** What the destination holds, by key: all of it from a listing, or the wanted keys only. The tool's own records are no objects. */
export async function readStored(
  backend: Backend,
  wanted: readonly Wanted[],
  options: StoredOptions,
): Promise<Map<string, StoredObject>> {
  const { pass, recorded, cache = noDigestCache } = options;
  const objects = new Map<string, StoredObject>();
  if (options.trustRecord && recorded !== undefined) {
    for (const key of recorded.keys) objects.set(key, recorded.trust(key));
    return objects;
  }
  if (backend.list === undefined || !options.listing) {
    await mapAtOnce(wanted, atOnce, async ({ key }) => {
      const held = await backend.head?.(key, pass);
      if (held !== undefined) objects.set(key, recorded?.complete(held) ?? held);
    });
    return objects;
  }
  const files = new Map(wanted.map((file) => [file.key, file]));
  for await (const listed of backend.list({ ...pass, cuts: cutsOf(recorded) })) {
    if (isOwnName(listed.key.split('/', 1)[0] ?? '')) {
      options.onOwn(listed);
      continue;
    }
    const object = shareTexts(listed, files.get(listed.key));
    objects.set(object.key, recorded?.complete(object) ?? object);
  }
  collectGarbage(objects.size);
  // A key that was listed a moment ago stays: a bodiless 404 can come from anything on the way, and what
  // is taken for absent is written over.
  const lookUp = async ({ key, digests }: Wanted) => {
    const held = recall(objects.get(key), digests, cache) ?? (await lookAndRemember(key));
    if (held !== undefined) objects.set(key, recorded?.complete(held) ?? held);
  };
  const lookAndRemember = async (key: string) => {
    const beganMs = Date.now();
    const held = await backend.head?.(key, pass);
    return held && remember(held, beganMs, cache);
  };
  const unsettled = wanted.filter((file) => isUnsettled(file, objects.get(file.key)));
  await mapAtOnce(unsettled, atOnce, lookUp);
  if (!options.headers) return objects;
  const faceless = wanted.filter(({ key }) => {
    const held = objects.get(key);
    return held !== undefined && held.headers === undefined;
  });
  await lookAtHeaders(faceless, lookUp);
  return objects;
}

/** What is unchanged, as nearly everything is, has its key and ETag in memory once: in a listing they are parts of longer texts. */
function shareTexts(listed: StoredObject, file: Wanted | undefined): StoredObject {
  if (file === undefined || listed.etag !== file.digests.etag) return listed;
  const { size, md5, sha256, modifiedMs, state, linkTarget, headers, recorded, acl } = listed;
  const { key, digests } = file;
  const { etag } = digests;
  return { key, size, etag, md5, sha256, modifiedMs, state, linkTarget, headers, recorded, acl };
}

/** A listed object with the digests that its bytes had in that state. */
function recall(
  listed: StoredObject | undefined,
  wanted: Digests,
  cache: DigestCache,
): StoredObject | undefined {
  if (listed === undefined) return undefined;
  const { state, ...rest } = listed;
  const known = cache.find(state, rest.size);
  if (known === undefined) return undefined;
  // Of what is the same, as nearly everything is, one copy takes half the memory.
  const same = known.digests.sha256 === wanted.sha256;
  const { etag, md5, sha256 } = same ? wanted : known.digests;
  return { etag, md5, sha256, ...rest };
}

/** The object, without what only the cache needs of it. */
function remember(
  { state, ...held }: StoredObject,
  beganMs: number,
  cache: DigestCache,
): StoredObject {
  const { etag, md5, sha256 } = held;
  if (etag !== undefined && sha256 !== undefined) {
    cache.add(state, { digests: makeDigests({ md5, sha256, etag }), verdict: undefined }, beganMs);
  }
  return held;
}

/** Whoever may list need not have the right to read: then the headers stay unknown, and nothing hangs on them. */
async function lookAtHeaders(
  files: readonly Wanted[],
  lookUp: (file: Wanted) => Promise<void>,
): Promise<void> {
  let denied = false;
  await mapAtOnce(files, atOnce, async (file) => {
    if (denied) return;
    try {
      await lookUp(file);
    } catch (error) {
      if (!(error instanceof CollectError) || error.exitCode !== exitCodes.permission) throw error;
      denied = true;
    }
  });
}

/** Where listings can begin beside each other: at keys that were there last time. */
function cutsOf(recorded: Recorded | undefined): string[] {
  const { keys = [] } = recorded ?? {};
  const pages = Math.ceil(keys.length / page / stretches);
  const length = Math.min(pages * page, longestStretch);
  return keys.filter((_, i) => (i + 1 + spare) % length === 0 && i + 1 < keys.length);
}

/**
 * An equal size under another ETag proves nothing: KMS and foreign multipart uploads have ETags that are no MD5.
 * A HEAD (on a disk: reading the file) settles it by the digest kept with the object.
 */
function isUnsettled(file: Wanted, held: StoredObject | undefined): boolean {
  if (held === undefined || held.linkTarget !== undefined || held.size !== file.size) return false;
  // Of what is still as it was recorded, the ETag is an MD5, or the record has told its digest.
  if (held.recorded === true) return false;
  return held.md5 === undefined && held.sha256 === undefined && held.etag !== file.digests.etag;
}

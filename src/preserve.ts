import { byCodePoint } from './keys.ts';
import type { Recorded } from './record.ts';
import { secondsOf } from './record.ts';
import type { Action, Delete, Preserve, StoredObject, Upload } from './types.ts';
import type { Release } from './release.ts';

/** Where the bytes are kept that an earlier release had under a key that has other ones now. */
const preservedPrefix = '.collect-static/objects/';
const releasePrefix = '.collect-static/releases/';

export function preservedKey(sha256: string): string {
  return preservedPrefix + sha256;
}

/** Where the record of a release is kept when it is the current one no more. */
export function releaseKey(id: string): string {
  return `${releasePrefix}${id}.json.gz`;
}

/** Whether something is kept where the release record is, and not where the objects are. */
export function isReleaseKey(key: string): boolean {
  return key.startsWith(releasePrefix);
}

/** What is kept already, by sha-256. */
export function preservedOf(own: ReadonlyMap<string, StoredObject>): Map<string, StoredObject> {
  const kept = [...own].filter(([key]) => key.startsWith(preservedPrefix));
  return new Map(kept.map(([key, held]) => [key.slice(preservedPrefix.length), held]));
}

export interface PreserveInput {
  readonly recorded: Recorded;
  readonly stored: ReadonlyMap<string, StoredObject>;
  /** What the tool keeps at the destination, as far as that is known. */
  readonly own: ReadonlyMap<string, StoredObject>;
  /** Releases before the current one that can be gone back to: until the record is written, also the one that is forgotten then. */
  readonly keepPast: number;
}

/** What has to be kept before the actions may be done: one copy for each bytes that give way. Pure. */
export function findPreservable(actions: readonly Action[], input: PreserveInput): Preserve[] {
  const kept = preservedOf(input.own);
  const found = new Map<string, Preserve>();
  for (const action of actions) {
    if (action.type !== 'upload' && action.reason !== 'restored') continue;
    const held = input.stored.get(action.key);
    const sha256 = held && releasedAs(held, input);
    if (sha256 === undefined || sha256 === action.file.digests.sha256) continue;
    if (kept.get(sha256)?.size === held?.size) continue;
    if (held !== undefined) found.set(sha256, preserve(held, sha256, action));
  }
  return [...found.values()].sort((a, b) => byCodePoint(a.key, b.key));
}

/**
 * The digest of an object that a release left there which can be gone back to. Of what the current one has, a listing
 * tells whether it is still that; what an earlier one had was looked up, and says itself what it is.
 */
export function releasedAs(
  held: StoredObject,
  { recorded, keepPast }: Pick<PreserveInput, 'recorded' | 'keepPast'>,
): string | undefined {
  const { release, holds } = recorded;
  const former = release.former.get(held.key);
  if (former !== undefined && former.sequence < release.sequence - keepPast) return undefined;
  if (former !== undefined) return held.sha256;
  const sha256 = release.entries.get(held.key)?.sha256;
  return (held.sha256 === undefined ? holds(held) : held.sha256 === sha256) ? sha256 : undefined;
}

function preserve(held: StoredObject, sha256: string, { file }: Pick<Upload, 'file'>): Preserve {
  const { serverSideEncryption, kmsKeyId } = file.headers;
  return {
    type: 'preserve',
    key: preservedKey(sha256),
    from: held.key,
    sha256,
    size: held.size,
    etag: held.etag,
    // Nobody is to read it under this key.
    headers: {
      contentType: 'application/octet-stream',
      cacheControl: 'no-store',
      ...(serverSideEncryption !== undefined && { serverSideEncryption }),
      ...(kmsKeyId !== undefined && { kmsKeyId }),
    },
    reason: 'replaced',
  };
}

export interface SweepInput {
  /** Everything of ours beside the site's objects. */
  readonly own: ReadonlyMap<string, StoredObject>;
  /** The releases that can be gone back to. */
  readonly kept: readonly Release[];
  /** Of the release that this deploy will be. */
  readonly id: string;
  readonly days: number;
  readonly nowMs: number;
}

/** What was kept for releases that nobody goes back to any more. Pure. */
export function findSweepable({ own, kept, id, days, nowMs }: SweepInput): Delete[] {
  const needed = new Set([id, ...kept.map((release) => release.id)].map(releaseKey));
  for (const { entries } of kept) {
    for (const { sha256 } of entries.values()) needed.add(preservedKey(sha256));
  }
  return [...own.values()]
    .filter(({ key }) => key.startsWith(preservedPrefix) || isReleaseKey(key))
    .filter(({ key, modifiedMs }) => !needed.has(key) && isOld(modifiedMs, days, nowMs))
    .map(({ key }): Delete => ({ type: 'delete', key, reason: 'old release' }))
    .sort((a, b) => byCodePoint(a.key, b.key));
}

export function isOld(modifiedMs: number | undefined, days: number, nowMs: number): boolean {
  return modifiedMs !== undefined && secondsOf(nowMs) - secondsOf(modifiedMs) >= days * 86_400;
}

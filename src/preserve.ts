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
}

/** What has to be kept before the actions may be done: one copy for each bytes that give way. Pure. */
export function findPreservable(actions: readonly Action[], input: PreserveInput): Preserve[] {
  const kept = preservedOf(input.own);
  const found = new Map<string, Preserve>();
  for (const action of actions) {
    if (action.type !== 'upload' && action.reason !== 'restored') continue;
    const held = input.stored.get(action.key);
    const sha256 = held && releasedAs(held, input.recorded);
    if (sha256 === undefined || sha256 === action.file.digests.sha256) continue;
    if (kept.get(sha256)?.size === held?.size) continue;
    if (held !== undefined) found.set(sha256, preserve(held, sha256, action));
  }
  return [...found.values()].sort((a, b) => byCodePoint(a.key, b.key));
}

/** The digest that an object has by the record; undefined where it is not, or may not be, what a release left there. */
function releasedAs(held: StoredObject, { release, holds }: Recorded): string | undefined {
  const former = release.former.get(held.key);
  const untouched = former !== undefined && secondsOf(held.modifiedMs ?? 0) <= former.since;
  const sha256 = release.entries.get(held.key)?.sha256 ?? former?.sha256;
  if (held.sha256 !== undefined) return held.sha256 === sha256 ? sha256 : undefined;
  return holds(held) || untouched ? sha256 : undefined;
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

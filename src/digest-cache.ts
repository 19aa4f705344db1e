import { createHash, randomBytes } from 'node:crypto';
import { readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { freshMs, notWritten, removeCached, staleAfterMs, temporaryPrefix } from './cache-files.ts';
import { readDigestFile, saltSize, writeDigestFile } from './digest-file.ts';
import {
  fillRecord,
  findRecord,
  forgetVerdicts,
  keyOf,
  mergeRecords,
  readRecordAt,
  recordSize,
  type Known,
} from './digest-records.ts';
import { CollectError, errnoOf } from './errors.ts';
import type { Config, Outcome, Warning } from './types.ts';

// What was found out about files, for the next run, so that what did not change is not read again. An accelerator, never
// a judge: it answers for a state of a file (device, inode, size, times of change in nanoseconds), and whatever it does
// not know, or not for sure, is read.

/** Digests, and the guard's word, by the state of a file. */
export interface DigestCache {
  /** Undefined: read it. */
  find(state: string | undefined, size: number): Known | undefined;
  /** Keeps what was found out by reading the file in that state; `beganMs`: the time before its first byte was read. */
  add(state: string | undefined, known: Known, beganMs: number): void;
  /** Puts what is known in its place for the next run. `whole`: of other files than these nothing needs to be known. */
  end(options: { readonly whole: boolean }): Promise<readonly Warning[]>;
}

/** Knows nothing, and keeps nothing. */
export const noDigestCache: DigestCache = {
  find: () => undefined,
  add: () => undefined,
  end: () => Promise.resolve([]),
};

export type DigestCacheOptions = Pick<Config, 'cache' | 'root' | 'target' | 'hash'>;

/** The guard's fingerprint, made with a salt. */
export type Fingerprint = (salt: Buffer) => Promise<Buffer>;

/** A clock that counts in steps, of a file system for example, may give one time to two changes: milliseconds. */
const surelyLaterMs = 2000;
/** Records that there is room for at first. */
const firstRoom = 256;

/** What the last run of this project and target left. Never rejects: it is a cache. */
export async function openDigestCache(
  config: DigestCacheOptions,
  fingerprint: Fingerprint,
): Promise<DigestCache> {
  const { cache } = config;
  if (cache === undefined) return noDigestCache;
  const path = digestPath(cache, config);
  const found = await readDigestFile(path);
  const kept = found?.wide === false && config.hash.enabled ? undefined : found;
  const wide = kept?.wide ?? config.hash.enabled;
  const step = recordSize(wide);
  const salt = kept?.salt ?? randomBytes(saltSize);
  const guard = await fingerprint(salt);
  let old = kept?.records ?? Buffer.alloc(0);
  if (kept?.guard.equals(guard) === false) forgetVerdicts(old, step);
  const seen = new Uint8Array(old.length / step);
  let fresh = Buffer.alloc(0);
  let filled = 0;

  return {
    find(state, size) {
      const start = state === undefined ? undefined : findRecord(old, step, keyOf(state));
      if (start === undefined) return undefined;
      seen[start / step] = 1;
      return readRecordAt(old, start, size);
    },
    add(state, known, beganMs) {
      if (state === undefined || !isSettled(state, beganMs)) return;
      if (filled === fresh.length) {
        const room = Math.max(fresh.length, firstRoom * step);
        fresh = Buffer.concat([fresh, Buffer.allocUnsafe(room)]);
      }
      fillRecord(fresh.subarray(filled, filled + step), keyOf(state), known);
      filled += step;
    },
    async end({ whole }) {
      const used = seen.reduce((sum, one) => sum + one, 0);
      // Some of what was not seen may be of a destination that was not asked; but it must not grow for ever.
      const keepsUnseen = !whole || seen.length - used <= used + filled / step;
      if (filled === 0 && keepsUnseen) {
        if (kept !== undefined && Date.now() - kept.usedMs > freshMs) await touch(path);
        return [];
      }
      const isKept = (i: number) => keepsUnseen || seen[i] === 1;
      const records = mergeRecords(fresh.subarray(0, filled), old, { step, isKept });
      [fresh, old, filled] = [Buffer.alloc(0), Buffer.alloc(0), 0];
      try {
        await writeDigestFile(path, { wide, salt, guard, records });
        await trimDigests(join(cache, folder));
        return [];
      } catch (error) {
        const errno = errnoOf(error);
        if (errno === undefined) throw error;
        return [notWritten(cache, errno)];
      }
    },
  };
}

/** Whether no change can have followed within the same tick of the clock: the last one is older than that by far. */
function isSettled(state: string, beganMs: number): boolean {
  const changedNs = Number(state.slice(state.lastIndexOf(':') + 1));
  return changedNs / 1e6 <= beganMs - surelyLaterMs;
}

/** Where bytes were not what their digests said, that may be the cache's fault: the next run must not repeat it. */
export async function forgetWrongDigests(
  config: DigestCacheOptions,
  outcomes: readonly Outcome[],
): Promise<void> {
  if (config.cache === undefined || !outcomes.some(isOtherThanKnown)) return;
  await removeCached(digestPath(config.cache, config));
}

function isOtherThanKnown(outcome: Outcome): boolean {
  if (outcome.status !== 'failed' || !(outcome.error instanceof CollectError)) return false;
  return ['SOURCE_CHANGED', 'S3_BAD_DIGEST', 'S3_UNPROVED'].includes(outcome.error.code);
}

/** Of the cache's directory, where these files are. */
const folder = 'digests';
/** A project that nobody deployed for so long, in milliseconds, is begun with anew. */
const unusedMs = 30 * 24 * 3_600_000;

function digestPath(cache: string, { root, target }: DigestCacheOptions): string {
  const name = createHash('sha256')
    .update(JSON.stringify([root, target]))
    .digest('hex');
  return join(cache, folder, name);
}

async function touch(path: string): Promise<void> {
  await utimes(path, new Date(), new Date()).catch(() => undefined);
}

/** Removes what nobody uses any more, of what this program makes. */
async function trimDigests(dir: string): Promise<void> {
  for (const name of await readdir(dir).catch((): string[] => [])) {
    const unfinished = name.startsWith(temporaryPrefix);
    if (!unfinished && !/^[0-9a-f]{64}$/.test(name)) continue;
    const path = join(dir, name);
    const stats = await stat(path).catch(() => undefined);
    const age = Date.now() - (stats?.mtimeMs ?? Infinity);
    if (age > (unfinished ? staleAfterMs : unusedMs)) await removeCached(path);
  }
}

import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { findFile, readOnly, stateOf } from '../../open-file.ts';
import { digestContent } from '../../digest.ts';
import { CollectError, errnoOf } from '../../errors.ts';
import { openPatiently, whereIs } from '../../handles.ts';
import type { StoredObject } from '../../types.ts';
import { readLimit, type ReadOptions, type ReadResult } from '../backend.ts';
import { tooLarge } from '../conditions.ts';
import { checkInPlace } from './directories.ts';
import { cannotRead } from './errors.ts';

/** The destination's real path. Rejects where there is none. */
export type Root = () => Promise<string>;

/** Another run may put a new file in its place while it is looked at. */
const tries = 10;

/** One file's state and its digests; undefined where there is none. Links are not followed. */
export async function headFile(root: Root, key: string): Promise<StoredObject | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await at(root, key, async (path) => {
        const file = await findFile(path);
        if (file === undefined) return undefined;
        if (attempt > 1) await checkInPlace(path); // what lies behind a link looks like a change
        const { etag, sha256, md5 } = await digestContent(
          { kind: 'file', ...file },
          { wholeMd5: false },
        );
        const state = stateOf(file);
        return { key, size: file.size, modifiedMs: file.mtimeMs, etag, sha256, md5, state };
      });
    } catch (error) {
      const code = error instanceof CollectError ? error.code : '';
      const passing = code === 'SOURCE_CHANGED' || code === 'SOURCE_VANISHED';
      if (!passing || attempt === tries) throw cannotRead(key, error);
    }
  }
}

/**
 * One file's bytes; undefined where there is none. Links are not followed. Files appear whole, so that one that is open
 * is whole, even if another takes its place.
 */
export async function readFile(
  root: Root,
  key: string,
  { signal, atMost = readLimit }: ReadOptions = {},
): Promise<ReadResult | undefined> {
  const read = (path: string) =>
    inPlace(path, async (handle) => {
      const { size, mtimeNs } = await handle.stat({ bigint: true });
      if (size > atMost) throw tooLarge(key, atMost);
      signal?.throwIfAborted();
      const bytes = await handle.readFile();
      const { etag } = await digestContent({ kind: 'bytes', bytes });
      return { bytes, etag, modifiedMs: Number(mtimeNs) / 1e6 };
    });
  return at(root, key, read).catch((error: unknown) => {
    throw cannotRead(key, error);
  });
}

/** Where there is nothing, or a link, there is no object. */
async function at<T>(root: Root, key: string, use: (path: string) => Promise<T>) {
  try {
    return await use(join(await root(), ...key.split('/')));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** Opens a regular file that is where its name says. */
async function inPlace<T>(path: string, use: (handle: FileHandle) => Promise<T>) {
  const handle = await openPatiently(path, readOnly);
  try {
    if (!(await handle.stat()).isFile()) return undefined;
    if ((await whereIs(handle, path)) !== path) await checkInPlace(path);
    return await use(handle);
  } finally {
    await handle.close();
  }
}

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { explanations } from './explanations/index.ts';
import { openPatiently } from './handles.ts';
import { makeDirectory } from './make-directory.ts';
import type { Warning } from './types.ts';

// Files that are kept for the next run, for their owner alone. They come and go under the feet of a run (another one
// makes room, a disk fails), so that nothing here is needed: what is gone or damaged is made again.

/** What the name of a file that is being written begins with. */
export const temporaryPrefix = 'new-';
/** What a run began to write and did not end is nobody's after so many milliseconds. */
export const staleAfterMs = 3_600_000;
/** A file used again within this time is not marked as used again. */
export const freshMs = 24 * 3_600_000;

/** A file of the cache, open; undefined where it cannot be had. A link is not followed. */
export async function openCached(path: string): Promise<FileHandle | undefined> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
  return openPatiently(path, (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
}

/** Puts a file in its place whole, by a rename from a name in `dir`, or not at all. */
export async function writeCached(
  path: string,
  dir: string,
  fill: (file: FileHandle) => Promise<void>,
): Promise<void> {
  await makeDirectory(dirname(path), 0o700);
  const temporary = join(dir, `${temporaryPrefix}${randomBytes(8).toString('hex')}`);
  try {
    const file = await openPatiently(temporary, 'wx+', 0o600);
    try {
      await fill(file);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await removeCached(temporary);
    throw error;
  }
}

/** A disk that is nearly full takes a part and gives no error; the rest then brings it about. */
export async function writeFully(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, at + written);
    written += bytesWritten;
  }
}

export async function removeCached(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}

/** Without a cache everything still works: a disk that is full is no reason not to deploy. */
export function notWritten(dir: string, errno: string): Warning {
  const message = `${dir} cannot be written (${errno}): what this run found out is not kept for the next one`;
  return { code: 'CACHE_NOT_WRITTEN', message, hint: explanations.CACHE_NOT_WRITTEN.fix };
}

import { readlinkSync, realpathSync } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { errnoOf } from './errors.ts';

/** Waits while no handle is to be had, in milliseconds: other work of this process will soon close some. */
const waits = [10, 20, 50, 100, 200, 400, 800];

/** As `open`, but a moment without a free handle is no failure. */
export async function openPatiently(
  path: string,
  flags: string | number,
  mode?: number,
): Promise<FileHandle> {
  for (const wait of waits) {
    try {
      return await open(path, flags, mode);
    } catch (error) {
      if (!isOutOfHandles(error)) throw error;
      await sleep(wait);
    }
  }
  return open(path, flags, mode);
}

/** Runs at most `most` jobs at once. One that found no free handle is run again, with fewer beside it. */
export function createHandleLimit(most: number): <T>(job: () => Promise<T>) => Promise<T> {
  const limit = pLimit(most);
  const attempt = async <T>(job: () => Promise<T>): Promise<T> => {
    for (let rerun = 0; ; rerun += 1) {
      try {
        return await job();
      } catch (error) {
        if (!isOutOfHandles(error) || rerun === waits.length) throw error;
        limit.concurrency = Math.max(1, Math.floor(limit.concurrency / 2));
        await sleep(waits[rerun]);
      }
    }
  };
  return (job) => limit(() => attempt(job));
}

/**
 * Where the open file is, links resolved. Linux tells it of the handle itself, so that nobody can swap a
 * directory in between; elsewhere the path is resolved once more.
 */
export async function whereIs(handle: FileHandle, path: string): Promise<string> {
  return procfs(handle.fd) ?? realpath(path);
}

/** The same for whoever may wait for the disk. */
export function whereIsNow(fd: number, path: string): string {
  return procfs(fd) ?? realpathSync.native(path);
}

function procfs(fd: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`); // no disk is waited for
  } catch {
    return undefined;
  }
}

export function isOutOfHandles(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return [errnoOf(error), errnoOf(cause)].some((errno) => errno === 'EMFILE' || errno === 'ENFILE');
}

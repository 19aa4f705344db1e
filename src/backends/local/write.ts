import { createHash, hash } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  futimesSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { link, rename, rm, stat, symlink, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openContent } from '../../content.ts';
import { CollectError, errnoOf } from '../../errors.ts';
import { detailsOf } from '../../explanations/index.ts';
import { isOutOfHandles, openPatiently, whereIs, whereIsNow } from '../../handles.ts';
import { breathe, isHot, runHot } from '../../hot.ts';
import { readFully } from '../../open-file.ts';
import type { Digests } from '../../types.ts';
import type { PutRequest } from '../backend.ts';
import { cloneFile } from './clone.ts';
import { checkInPlace, linkInTheWay } from './directories.ts';
import { noHardLinks } from './lock.ts';

const chunkSize = 1024 * 1024;

export interface Place {
  /** Real path of the file to be. */
  readonly path: string;
  /** A new name beside it. */
  readonly temporary: string;
  /** Real path of what it is a compressed twin of. */
  readonly original?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Only if nothing is there: else EEXIST. */
  readonly exclusive?: boolean;
}

/** Puts a file in its place whole, by a rename, or not at all: what was there stays. */
export async function writeFileWhole(object: PutRequest, place: Place): Promise<void> {
  await inTwoSteps(place, () => writeCopy(object, place));
}

/** Puts a symbolic link in the place of a file. */
export async function writeLink(target: string, place: Place): Promise<void> {
  await inTwoSteps(place, async () => {
    await symlink(target, place.temporary);
    await checkInPlace(place.temporary);
  });
}

async function inTwoSteps(place: Place, write: () => Promise<void>): Promise<void> {
  const { path, temporary, exclusive = false } = place;
  try {
    await write();
    if (exclusive && (await appear(place))) return;
    // Should the directory be swapped for a link only now, the temporary file is not found behind it.
    if (isHot())
      runHot(() => {
        renameSync(temporary, path);
      });
    else await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Gives the file its name, which a rename would take from another. False where the name is only taken, and empty. */
async function appear({ path, temporary }: Place): Promise<boolean> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (!noHardLinks.includes(errnoOf(error) ?? '')) throw error;
    await writeFile(path, '', { flag: 'wx' });
    return false;
  }
  await rm(temporary, { force: true });
  return true;
}

/** Writes the bytes to a new file, and proves that they are the ones the plan was made for. */
async function writeCopy({ content, digests }: PutRequest, place: Place): Promise<void> {
  const source = await openContent(content, place.signal);
  try {
    const { bytes } = source;
    if (bytes !== undefined && isHot()) {
      await breathe();
      await source.verify();
      requireSame(hash('sha256', bytes, 'hex'), digests, place);
      if (runHot(() => writeSmall(bytes, place))) return;
    }
    const target = await openPatiently(place.temporary, 'wx+', 0o600);
    try {
      const actual = await whereIs(target, place.temporary);
      if (actual !== place.temporary) {
        await rm(actual, { force: true });
        throw linkInTheWay(dirname(place.path));
      }
      const cloned = source.file !== undefined && (await cloneFile(source.file, target));
      const sha256 = createHash('sha256');
      for (let start = 0; start < source.size; start += chunkSize) {
        place.signal?.throwIfAborted();
        const end = Math.min(start + chunkSize, source.size);
        if (cloned) {
          sha256.update(
            await readFully(target, place.path, start, Buffer.allocUnsafe(end - start)),
          );
        } else {
          const piece = await source.read(start, end);
          sha256.update(piece);
          await target.writeFile(piece);
        }
      }
      await source.verify();
      requireSame(sha256.digest('hex'), digests, place);
      if (place.original !== undefined) await takeTime(target, place.original);
      await target.chmod(readable);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Whatever the umask: a web server must be able to read it. */
const readable = 0o644;

/** The same with calls that wait; false where no handle is free. */
function writeSmall(bytes: Buffer, { temporary, path, original }: Place): boolean {
  let fd: number;
  try {
    fd = openSync(temporary, 'wx', 0o600);
  } catch (error) {
    if (isOutOfHandles(error)) return false;
    throw error;
  }
  try {
    const actual = whereIsNow(fd, temporary);
    if (actual !== temporary) {
      rmSync(actual, { force: true });
      throw linkInTheWay(dirname(path));
    }
    writeFileSync(fd, bytes);
    if (original !== undefined) {
      const { atimeMs, mtimeMs } = statSync(original);
      futimesSync(fd, atimeMs / 1000, mtimeMs / 1000);
    }
    fchmodSync(fd, readable);
    return true;
  } finally {
    closeSync(fd);
  }
}

function requireSame(sha256: string, digests: Digests, { path }: Place): void {
  if (sha256 !== digests.sha256) throw changed(path);
}

/** Servers date a file by the twin that they send: nginx wants both to have one time. */
async function takeTime(target: FileHandle, original: string): Promise<void> {
  const { atimeMs, mtimeMs } = await stat(original);
  await target.utimes(atimeMs / 1000, mtimeMs / 1000);
}

function changed(path: string): CollectError {
  const message = `${path} changed while it was being collected`;
  return new CollectError('SOURCE_CHANGED', message, detailsOf('SOURCE_CHANGED'));
}

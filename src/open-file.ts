import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type BigIntStats,
} from 'node:fs';
import { lstat, type FileHandle } from 'node:fs/promises';
import { sep } from 'node:path';
import { CollectError, errnoOf } from './errors.ts';
import { detailsOf } from './explanations/index.ts';
import { isOutOfHandles, openPatiently, whereIs, whereIsNow } from './handles.ts';
import { breathe, isHot, runHot } from './hot.ts';
import type { FileContent } from './types.ts';

/** A regular file as a walk saw it, under its real path. */
export interface FoundFile {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Permissions. */
  readonly mode: number;
  readonly seen: string;
  readonly changedNs: string;
}

/** Positional reads from one open file, which stays the same file whatever happens to its name. */
export interface OpenContent {
  readonly size: number;
  /** All of them, where they are in memory. */
  readonly bytes?: Buffer;
  /** The open file whose bytes they are, from its first to its last. */
  readonly file?: { readonly fd: number; readonly path: string };
  /**
   * The bytes from `start` up to, not including, `end`; where they are not in memory, they may be read into `room`.
   * Rejects when the file is shorter.
   */
  read(start: number, end: number, room?: Buffer): Promise<Buffer>;
  /** Rejects when the file was changed between being found and the last read. */
  verify(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A link that took a file's place is not followed, and a FIFO does not wait for a writer for ever.
 * Windows has neither flag.
 */
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
export const readOnly = (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK;

/** The regular file at a path, not through a link; undefined where there is something else. Rejects as lstat. */
export async function findFile(path: string): Promise<FoundFile | undefined> {
  await breathe();
  const stats = await lookAt(path);
  if (!stats.isFile()) return undefined;
  return {
    path,
    size: Number(stats.size),
    mtimeMs: Number(stats.mtimeNs) / 1e6,
    mode: Number(stats.mode) & 0o777,
    seen: identityOf(stats),
    changedNs: String(stats.ctimeNs),
  };
}

/** One state of a file, as no other file and no other state has it; undefined where no walk saw it. */
export function stateOf(file: FoundFile): string;
export function stateOf(file: FileContent): string | undefined;
export function stateOf({ seen, changedNs }: FoundFile | FileContent): string | undefined {
  return seen === undefined || changedNs === undefined ? undefined : `${seen}:${changedNs}`;
}

/** The same of what was looked at. */
export function stateIn(stats: BigIntStats): string {
  return `${identityOf(stats)}:${stats.ctimeNs}`;
}

async function lookAt(path: string): Promise<BigIntStats> {
  if (!isHot()) return lstat(path, { bigint: true });
  return runHot(() => lstatSync(path, { bigint: true }));
}

/** Files up to here are read with one call, and are in memory while they are open (bench/README.md). */
export const smallSize = 256 * 1024;

/**
 * Opens a file for positional reads: the one that was found, in the state and at the place it was found in, or none.
 * @throws CollectError SOURCE_VANISHED, SOURCE_CHANGED, SOURCE_UNREADABLE
 */
export async function openFile(content: FileContent): Promise<OpenContent> {
  const { path, size } = content;
  const check = (stats: BigIntStats) => {
    if (!isAsFound(stats, content)) throw changed(path);
  };
  try {
    if (content.bytes !== undefined) {
      check(await lookAt(path));
      return openRead(content, content.bytes);
    }
    if (size <= smallSize) {
      await breathe();
      const bytes = isHot() ? runHot(() => readSmall(content, check)) : undefined;
      if (bytes !== undefined) return openRead(content, bytes);
    }
    check(await lstat(path, { bigint: true })); // so that a FIFO, socket or device is not even opened
    const handle = await openPatiently(path, readOnly);
    const verify = () => {
      // Of an open file this waits for no disk, and it is asked twice for every file.
      check(fstatSync(handle.fd, { bigint: true }));
    };
    try {
      verify();
      if (content.seen !== undefined && (await whereIs(handle, path)) !== path) throw changed(path);
      if (size === 0) await checkEmpty(handle, path);
      if (size <= smallSize) {
        const bytes = await readFully(handle, path, 0, Buffer.allocUnsafe(size));
        verify();
        await handle.close();
        return openRead(content, bytes);
      }
    } catch (error) {
      await handle.close();
      throw error;
    }
    const read: OpenContent['read'] = (start, end, room) => {
      const buffer = room?.subarray(0, end - start) ?? Buffer.allocUnsafe(end - start);
      return readFully(handle, path, start, buffer);
    };
    return {
      size,
      file: { fd: handle.fd, path },
      read,
      verify: () =>
        new Promise((resolve) => {
          verify();
          resolve();
        }),
      close: () => handle.close(),
    };
  } catch (error) {
    throw error instanceof CollectError ? error : unreadable(path, error);
  }
}

/** Memory to read a file into piece by piece; undefined where there is but one. New memory for each piece would be garbage as fast as files are read. */
export function roomFor({ size }: Pick<OpenContent, 'size'>, piece: number): Buffer | undefined {
  return size > piece ? Buffer.allocUnsafeSlow(piece) : undefined;
}

/** All bytes of a small file; undefined where no handle is free, for that has to be waited for. */
function readSmall(content: FileContent, check: (stats: BigIntStats) => void): Buffer | undefined {
  const { path, size, seen } = content;
  // What was read before was a file then, and where it is was looked at.
  const read = content.digests !== undefined;
  if (!read) check(lstatSync(path, { bigint: true }));
  let fd: number;
  try {
    fd = openSync(path, readOnly);
  } catch (error) {
    if (isOutOfHandles(error)) return undefined;
    throw error;
  }
  try {
    const stats = fstatSync(fd, { bigint: true });
    check(stats);
    const same = read && stateIn(stats) === stateOf(content);
    if (!same && seen !== undefined && whereIsNow(fd, path) !== path) throw changed(path);
    // What says it is empty, such as a file of procfs, may have bytes all the same.
    const buffer = Buffer.allocUnsafe(Math.max(size, 1));
    let filled = 0;
    while (filled < size) {
      const came = readSync(fd, buffer, filled, size - filled, filled);
      if (came === 0) throw changed(path);
      filled += came;
    }
    if (size === 0 && readSync(fd, buffer, 0, 1, 0) > 0) throw changed(path);
    check(fstatSync(fd, { bigint: true }));
    return buffer.subarray(0, size);
  } finally {
    closeSync(fd);
  }
}

/** A file whose bytes are in memory: what happens to it from now on does not matter to them. */
function openRead({ path, size }: FileContent, bytes: Buffer): OpenContent {
  return {
    size,
    bytes,
    read: (start, end) =>
      end <= size ? Promise.resolve(bytes.subarray(start, end)) : Promise.reject(changed(path)),
    verify: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/** Device and inode tell that it is the same file, size and time that nobody wrote to it. */
function identityOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  const device = sep === '\\' ? '' : dev; // Windows: lstat and fstat do not agree on it in every Node
  // Joined, for a template makes a tree of strings, and this one is kept for every file.
  return [device, ino, size, mtimeNs].join(':');
}

function isAsFound(stats: BigIntStats, { size, mtimeMs, seen }: FileContent) {
  if (!stats.isFile()) return false;
  if (seen !== undefined) return identityOf(stats) === seen;
  // A float of milliseconds holds no nanoseconds.
  return Number(stats.size) === size && Math.abs(Number(stats.mtimeNs) / 1e6 - mtimeMs) < 0.001;
}

/** What says it is empty, such as a file of procfs, may have bytes all the same, or give an error. */
async function checkEmpty(handle: FileHandle, path: string): Promise<void> {
  const { bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, 0);
  if (bytesRead > 0) throw changed(path);
}

/** Fills the buffer from `start` on. @throws CollectError SOURCE_UNREADABLE, SOURCE_CHANGED where the file is shorter */
export async function readFully(
  handle: FileHandle,
  path: string,
  start: number,
  buffer: Buffer,
): Promise<Buffer> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle
      .read(buffer, filled, buffer.length - filled, start + filled)
      .catch((error: unknown) => {
        throw unreadable(path, error);
      });
    if (bytesRead === 0) throw changed(path);
    filled += bytesRead;
  }
  return buffer;
}

export function changed(path: string): CollectError {
  const message = `${path} changed while it was being collected`;
  return new CollectError('SOURCE_CHANGED', message, detailsOf('SOURCE_CHANGED'));
}

export function unreadable(path: string, cause: unknown): CollectError {
  const errno = errnoOf(cause) ?? 'error';
  // A link took its place, or a socket did, or its directory is no directory any more.
  if (errno === 'ELOOP' || errno === 'ENXIO' || errno === 'ENOTDIR') return changed(path);
  const vanished = errno === 'ENOENT';
  const code = vanished ? 'SOURCE_VANISHED' : 'SOURCE_UNREADABLE';
  const message = vanished
    ? `${path} vanished while it was being collected`
    : `${path} cannot be read (${errno})`;
  return new CollectError(code, message, { ...detailsOf(code), cause });
}

import { constants, fstatSync, type BigIntStats } from 'node:fs';
import { lstat, realpath, type FileHandle } from 'node:fs/promises';
import { sep } from 'node:path';
import { openCompressed } from './compressed.ts';
import { createPieces } from './edits.ts';
import { CollectError, errnoOf } from './errors.ts';
import { detailsOf } from './explanations/index.ts';
import { openPatiently, whereIs } from './handles.ts';
import type { Content, EditedContent, FileContent } from './types.ts';

/** A regular file as a walk saw it, under its real path. */
export interface FoundFile {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly seen: string;
}

/** Positional reads from one open file, which stays the same file whatever happens to its name. */
export interface OpenContent {
  readonly size: number;
  /** The bytes from `start` up to, not including, `end`. Rejects when the file is shorter. */
  read(start: number, end: number): Promise<Buffer>;
  /** Rejects when the file was changed since it was found. */
  verify(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A link that took a file's place is not followed, and a FIFO does not wait for a writer for ever.
 * Windows has neither flag.
 */
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
export const readOnly = (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK;

/** Bytes of the content. */
export function sizeOf(content: Content): number {
  return content.kind === 'bytes' ? content.bytes.byteLength : content.size;
}

/** The file that the bytes come from; undefined for generated ones. */
export function sourceOf(content: Content): FileContent | undefined {
  const plain = content.kind === 'compressed' ? content.of : content;
  if (plain.kind === 'bytes') return undefined;
  return plain.kind === 'edited' ? plain.source : plain;
}

/** The regular file at a path, not through a link; undefined where there is something else. Rejects as lstat. */
export async function findFile(path: string): Promise<FoundFile | undefined> {
  const stats = await lstat(path, { bigint: true });
  if (!stats.isFile()) return undefined;
  return {
    path,
    size: Number(stats.size),
    mtimeMs: Number(stats.mtimeNs) / 1e6,
    seen: identityOf(stats),
  };
}

/** The content as it is now: what changed or was replaced while it was read may be read again. */
export async function findAgain(content: Content): Promise<Content> {
  if (content.kind === 'bytes') return content;
  // Its edits, or its digests, are of what was there.
  if (content.kind === 'edited') throw changed(content.source.path);
  if (content.kind === 'compressed') throw changed(sourceOf(content)?.path ?? 'a generated file');
  const { path } = content;
  try {
    const file = await findFile(path);
    if (file === undefined || (await realpath(path)) !== path) throw changed(path);
    return { kind: 'file', ...file };
  } catch (error) {
    throw error instanceof CollectError ? error : unreadable(path, error);
  }
}

/** All bytes of a content. @throws CollectError SOURCE_VANISHED, SOURCE_CHANGED, SOURCE_UNREADABLE */
export async function readContent(content: Content): Promise<Buffer> {
  if (content.kind === 'bytes') return Buffer.from(content.bytes);
  const file = await openContent(content);
  try {
    const bytes = await file.read(0, file.size);
    await file.verify();
    return bytes;
  } finally {
    await file.close();
  }
}

/**
 * Opens a content for positional reads: the file that was found, in the state it was found in, at the place
 * it was found at, or none. @throws CollectError as readContent
 */
export async function openContent(content: Content): Promise<OpenContent> {
  if (content.kind === 'compressed') return openCompressed(content, openContent);
  if (content.kind === 'bytes') return openBytes(content.bytes);
  return content.kind === 'edited' ? openEdited(content) : openFile(content);
}

async function openFile(content: FileContent): Promise<OpenContent> {
  const { path, size } = content;
  const check = (stats: BigIntStats) => {
    if (!isAsFound(stats, content)) throw changed(path);
  };
  try {
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
    } catch (error) {
      await handle.close();
      throw error;
    }
    const read = (start: number, end: number) => readFully(handle, path, start, end);
    return {
      size,
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

async function openEdited({ source, edits, size }: EditedContent): Promise<OpenContent> {
  const file = await openFile(source);
  const piecesOf = createPieces(edits, source.size);
  return {
    ...file,
    size,
    read: async (from, to) => {
      const pieces = piecesOf(from, to);
      // One read for all of them: what the edits leave out in between is little.
      const kept = pieces.filter((piece) => 'start' in piece);
      const start = kept[0]?.start ?? 0;
      const bytes = await file.read(start, kept.at(-1)?.end ?? start);
      return Buffer.concat(
        pieces.map((piece) =>
          'bytes' in piece ? piece.bytes : bytes.subarray(piece.start - start, piece.end - start),
        ),
      );
    },
  };
}

function openBytes(bytes: Uint8Array): OpenContent {
  return {
    size: bytes.byteLength,
    read: (start, end) => Promise.resolve(Buffer.from(bytes.subarray(start, end))),
    verify: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/** What says it is empty, such as a file of procfs, may have bytes all the same, or give an error. */
async function checkEmpty(handle: FileHandle, path: string): Promise<void> {
  const { bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, 0);
  if (bytesRead > 0) throw changed(path);
}

async function readFully(handle: FileHandle, path: string, start: number, end: number) {
  const buffer = Buffer.allocUnsafe(end - start);
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

function unreadable(path: string, cause: unknown): CollectError {
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

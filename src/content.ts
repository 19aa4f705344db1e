import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { CollectError, errnoOf, exitCodes } from './errors.ts';
import type { Content } from './types.ts';

/** Positional reads from one open file, which stays the same file whatever happens to its name. */
export interface OpenContent {
  readonly size: number;
  /** The bytes from `start` up to, not including, `end`. Rejects when the file is shorter. */
  read(start: number, end: number): Promise<Buffer>;
  /** Rejects when the file was changed since it was found. */
  verify(): Promise<void>;
  close(): Promise<void>;
}

/** Opening a FIFO that took a file's place would wait for a writer for ever. Windows has neither. */
const nonBlocking = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0;

/** Bytes of the content. */
export function sizeOf(content: Content): number {
  return content.kind === 'bytes' ? content.bytes.byteLength : content.size;
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

/** Opens a content for positional reads. @throws CollectError as readContent */
export async function openContent(content: Content): Promise<OpenContent> {
  if (content.kind === 'bytes') return openBytes(content.bytes);
  const { path, size, mtimeMs } = content;
  const handle = await open(path, constants.O_RDONLY | nonBlocking).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const verify = async () => {
    const now = await handle.stat();
    if (!now.isFile() || now.size !== size || now.mtimeMs !== mtimeMs) throw changed(path);
  };
  try {
    await verify();
  } catch (error) {
    await handle.close();
    throw error;
  }
  return {
    size,
    read: (start, end) => readFully(handle, path, start, end),
    verify,
    close: () => handle.close(),
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

function changed(path: string): CollectError {
  return new CollectError('SOURCE_CHANGED', `${path} changed while it was being collected`, {
    exitCode: exitCodes.source,
    hint: 'wait until the build has finished, then run again',
  });
}

function unreadable(path: string, cause: unknown): CollectError {
  const errno = errnoOf(cause) ?? 'error';
  const vanished = errno === 'ENOENT';
  return new CollectError(
    vanished ? 'SOURCE_VANISHED' : 'SOURCE_UNREADABLE',
    vanished
      ? `${path} vanished while it was being collected`
      : `${path} cannot be read (${errno})`,
    {
      exitCode: exitCodes.source,
      hint: vanished
        ? 'wait until the build has finished, then run again'
        : 'make it readable for the user that runs collect-static, or ignore it',
      cause,
    },
  );
}

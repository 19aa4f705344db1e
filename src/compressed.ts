import { createHash, randomBytes } from 'node:crypto';
import { rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openCached, writeFully } from './cache-files.ts';
import { headerSize } from './compress-cache.ts';
import { compressBytes, createCompressor, createDecompressor, hideSystem } from './compressor.ts';
import type { OpenContent } from './open-file.ts';
import { openPatiently } from './handles.ts';
import type { CompressedContent, PlainContent, Recipe } from './types.ts';

/** Up to here a file is compressed in memory. The same bytes must always take the same way: the results differ. */
export const inMemory = 1024 * 1024;
/** Bytes read at once of a larger one, and of what is kept. */
const chunkSize = 256 * 1024;
/** Kept bytes up to here are read once, and served as they were checked. */
const heldLimit = 16 * 1024 * 1024;

export interface Opening {
  readonly open: (content: PlainContent) => Promise<OpenContent>;
  readonly signal?: AbortSignal | undefined;
}

/** Positional reads from a file. */
type Read = (start: number, end: number) => Promise<Buffer>;

/** Where bytes can be read from, and what to do when they are no longer wanted. */
interface Bytes {
  readonly read: Read;
  readonly close: () => Promise<void>;
}

/**
 * Opens a compressed content. What is kept is used only if it is what was planned and decodes to the source's bytes;
 * else the source, in the state it was found in, is compressed again.
 */
export async function openCompressed(
  content: CompressedContent,
  { open, signal }: Opening,
): Promise<OpenContent> {
  const source = await open(content.of);
  try {
    const bytes =
      (await openKept(content, source.size)) ?? (await compressAgain(content, source, signal));
    return {
      size: content.size,
      read: bytes.read,
      verify: () => source.verify(),
      close: async () => {
        await bytes.close();
        await source.close();
      },
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function openKept(content: CompressedContent, ofSize: number): Promise<Bytes | undefined> {
  const { kept } = content;
  if (kept === undefined) return undefined;
  if (typeof kept !== 'string') return fromMemory(Buffer.from(kept));
  const handle = await openCached(kept);
  if (handle === undefined) return undefined;
  try {
    const file = fromFile(handle, headerSize);
    if (content.size > heldLimit) {
      if (await isSound(content, file.read, ofSize)) return file;
    } else {
      const bytes = fromMemory(await file.read(0, content.size));
      if (await isSound(content, bytes.read, ofSize)) {
        await handle.close();
        return bytes;
      }
    }
  } catch {
    // It is damaged, or was taken away: then it is as if it had never been.
  }
  await handle.close();
  return undefined;
}

/** Whether these are the planned bytes, and decode to those of the source. */
async function isSound(
  { size, digests, recipe, ofSha256 }: CompressedContent,
  read: Read,
  ofSize: number,
): Promise<boolean> {
  const stored = createHash('sha256');
  const decoded = createHash('sha256');
  let length = 0;
  await pipeline(
    chunksOf(read, size, (chunk) => stored.update(chunk)),
    createDecompressor(recipe.encoding),
    async (output: AsyncIterable<Buffer>) => {
      for await (const chunk of output) {
        length += chunk.length;
        if (length > ofSize) return; // a bomb
        decoded.update(chunk);
      }
    },
  );
  return (
    length === ofSize &&
    stored.digest('hex') === digests.sha256 &&
    decoded.digest('hex') === ofSha256
  );
}

async function compressAgain(
  { recipe }: CompressedContent,
  source: OpenContent,
  signal: AbortSignal | undefined,
): Promise<Bytes> {
  if (source.size <= inMemory) {
    const bytes = await source.read(0, source.size);
    return fromMemory(await compressBytes(bytes, recipe, signal));
  }
  const handle = await openNameless();
  const file = fromFile(handle, 0);
  try {
    await compressInto(handle, 0, { source, recipe, signal });
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

export interface LargeSource {
  readonly source: OpenContent;
  readonly recipe: Recipe;
  readonly signal?: AbortSignal | undefined;
}

/** Compresses a large source into a file from `start` on, piece by piece. The size, and the sha-256 of what was read. */
export async function compressInto(
  file: FileHandle,
  start: number,
  { source, recipe, signal }: LargeSource,
): Promise<{ size: number; ofSha256: string }> {
  const read = createHash('sha256');
  let size = 0;
  await pipeline(
    chunksOf(
      (from, to) => source.read(from, to),
      source.size,
      (chunk) => read.update(chunk),
    ),
    createCompressor(recipe, source.size),
    async (output: AsyncIterable<Buffer>) => {
      for await (const chunk of output) {
        if (recipe.encoding === 'gzip') hideSystem(chunk, size);
        await writeFully(file, chunk, start + size);
        size += chunk.length;
      }
    },
    { ...(signal && { signal }) },
  );
  await source.verify();
  return { size, ofSha256: read.digest('hex') };
}

/** Bytes of a file from `start` on. */
export function fromFile(handle: FileHandle, start: number): Bytes {
  const read = async (from: number, to: number) => {
    const buffer = Buffer.allocUnsafe(to - from);
    for (let filled = 0; filled < buffer.length;) {
      const { bytesRead } = await handle.read(
        buffer,
        filled,
        buffer.length - filled,
        start + from + filled,
      );
      if (bytesRead === 0) throw new Error('the file of compressed bytes was cut short');
      filled += bytesRead;
    }
    return buffer;
  };
  return { read, close: () => handle.close() };
}

/** A file that only this process can reach, and that is gone when it ends, however that is. */
export async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `collect-static-${randomBytes(8).toString('hex')}`);
  const handle = await openPatiently(path, 'wx+', 0o600);
  await rm(path, { force: true });
  return handle;
}

function fromMemory(bytes: Buffer): Bytes {
  return {
    read: (from, to) => Promise.resolve(bytes.subarray(from, to)),
    close: () => Promise.resolve(),
  };
}

async function* chunksOf(read: Read, size: number, see: (chunk: Buffer) => unknown) {
  for (let start = 0; start < size; start += chunkSize) {
    const chunk = await read(start, Math.min(start + chunkSize, size));
    see(chunk);
    yield chunk;
  }
}

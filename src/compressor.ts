import { arch, versions } from 'node:process';
import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import type { Encoding, Recipe } from './types.ts';

// Node's own compressors. They work in libuv's threads, so that this process goes on reading, digesting and sending.

/** What Node has from 22.15 on. */
interface Zstandard {
  readonly createZstdCompress: (options: object) => Transform;
  readonly createZstdDecompress: () => Transform;
  readonly zstdCompress: (bytes: Uint8Array, options: object, done: Done) => void;
  readonly constants: Readonly<Record<string, number>>;
}
type Done = (error: Error | null, result: Buffer) => void;

const zstandard = 'createZstdCompress' in zlib ? (zlib as unknown as Zstandard) : undefined;

export function canCompress(encoding: Encoding): boolean {
  return encoding !== 'zstd' || zstandard !== undefined;
}

/** Which compressor this is: another one may make other bytes of the same. */
export function compressorOf(encoding: Encoding): string {
  const library = { br: 'brotli', gzip: 'zlib', zstd: 'zstd' }[encoding];
  // zlib's fast paths differ from processor to processor, and with them what it finds.
  return [library, versions[library] ?? versions.node, arch].join(' ');
}

/** All bytes at once. Rejects as soon as the signal is aborted, though the thread cannot be stopped. */
export async function compressBytes(
  bytes: Uint8Array,
  recipe: Recipe,
  signal?: AbortSignal,
): Promise<Buffer> {
  signal?.throwIfAborted();
  const options = optionsOf(recipe, bytes.byteLength);
  const compressed = await new Promise<Buffer>((resolve, reject) => {
    const stop = () => {
      reject(new Error('stopped', { cause: signal?.reason }));
    };
    signal?.addEventListener('abort', stop, { once: true });
    const done: Done = (error, result) => {
      signal?.removeEventListener('abort', stop);
      if (error === null) resolve(result);
      else reject(error);
    };
    if (recipe.encoding === 'br') zlib.brotliCompress(bytes, options, done);
    else if (recipe.encoding === 'gzip') zlib.gzip(bytes, options, done);
    else zstd().zstdCompress(bytes, options, done);
  });
  if (recipe.encoding === 'gzip') hideSystem(compressed, 0);
  return compressed;
}

/** For what is too large for that. Its bytes are the same each time if it is given the same pieces. */
export function createCompressor(recipe: Recipe, size: number): Transform {
  const options = optionsOf(recipe, size);
  if (recipe.encoding === 'br') return zlib.createBrotliCompress(options);
  return recipe.encoding === 'gzip' ? zlib.createGzip(options) : zstd().createZstdCompress(options);
}

export function createDecompressor(encoding: Encoding): Transform {
  if (encoding === 'br') return zlib.createBrotliDecompress();
  return encoding === 'gzip' ? zlib.createGunzip() : zstd().createZstdDecompress();
}

/** Place in the header of gzip (RFC 1952) of the system it was made on. */
const systemAt = 9;

/** Makes the system "unknown", in a piece that begins at `start` of the whole: the bytes are the same everywhere. */
export function hideSystem(piece: Buffer, start: number): void {
  if (start <= systemAt && systemAt < start + piece.length) piece[systemAt - start] = 255;
}

function optionsOf({ encoding, quality }: Recipe, size: number): object {
  if (encoding === 'gzip') return { level: quality, chunkSize: chunkFor(size) };
  const { constants } = zlib;
  if (encoding === 'br') {
    return {
      chunkSize: chunkFor(size),
      params: {
        [constants.BROTLI_PARAM_QUALITY]: quality,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: size,
      },
    };
  }
  const {
    ZSTD_c_compressionLevel: level = 100,
    ZSTD_c_windowLog: windowLog = 101,
    ZSTD_c_checksumFlag: checksum = 201,
  } = zstd().constants;
  // From level 20 on the window would be larger than browsers take (RFC 9659).
  const window = quality > 19 ? { [windowLog]: mostWindowLog } : {};
  return {
    chunkSize: chunkFor(size),
    params: { [level]: quality, [checksum]: 1, ...window },
    pledgedSrcSize: size,
  };
}

/** 8 MiB, as a power of two. */
const mostWindowLog = 23;

/** Room for what text comes to, so that a small file takes one turn in a thread. */
function chunkFor(size: number): number {
  return Math.min(Math.max(1024, size >> 1), 64 * 1024);
}

function zstd(): Zstandard {
  if (zstandard === undefined) throw new Error('this Node has no Zstandard');
  return zstandard;
}

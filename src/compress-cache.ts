import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { freshMs, openCached, writeCached, writeFully } from './cache-files.ts';
import { compressorOf } from './compressor.ts';
import { makeDigests } from './running-digests.ts';
import type { Digests, Recipe } from './types.ts';

// What was compressed, kept for the next run: one file for each result, of a header and the bytes. Whatever is read here
// is checked: an entry that is gone or damaged is made again.

/** Bytes before those that were compressed. */
export const headerSize = 512;
/** Read at once: most entries are in it whole, so that all of them is checked. */
const firstRead = 64 * 1024;

/** What an entry tells without its bytes. */
export interface Entry {
  readonly size: number;
  readonly digests: Digests;
  /** False: only these figures are kept, as compressing did not pay. */
  readonly whole: boolean;
}

/** What an entry is the result of: the bytes before, and everything that has a say in those after. */
export function entryKey(ofSha256: string, { encoding, quality }: Recipe): string {
  const parts = [ofSha256, encoding, quality, compressorOf(encoding)];
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

export function entryPath(dir: string, key: string): string {
  return join(dir, key.slice(0, 2), key);
}

/** An entry in order; undefined where there is none. Marks it as used. */
export async function readEntry(path: string, key: string): Promise<Entry | undefined> {
  const handle = await openCached(path);
  if (handle === undefined) return undefined;
  try {
    const { size, mtimeMs } = await handle.stat();
    const start = Buffer.allocUnsafe(Math.min(size, firstRead));
    const { bytesRead } = await handle.read(start, 0, start.length, 0);
    if (bytesRead < start.length) return undefined;
    const entry = parseHeader(start.subarray(0, headerSize), key);
    if (entry === undefined || size !== headerSize + (entry.whole ? entry.size : 0))
      return undefined;
    const damaged =
      entry.whole &&
      size === start.length &&
      sha256(start.subarray(headerSize)) !== entry.digests.sha256;
    if (damaged) return undefined;
    if (Date.now() - mtimeMs > freshMs) await handle.utimes(new Date(), new Date());
    return entry;
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

/** Puts an entry in its place whole, or not at all. `fill` writes the bytes behind the header. */
export async function writeEntry(
  dir: string,
  key: string,
  fill: (file: FileHandle) => Promise<Entry>,
): Promise<void> {
  await writeCached(entryPath(dir, key), dir, async (file) => {
    await writeFully(file, headerOf(await fill(file), key), 0);
  });
}

const format = 'collect-static 1';

/** One line of fixed length, with a digest of itself before it. */
function headerOf({ size, digests, whole }: Entry, key: string): Buffer {
  const { md5, sha256: whole256, etag } = digests;
  const text = JSON.stringify({ key, size, md5, sha256: whole256, etag, whole });
  const line = `${format} ${sha256(text)} ${text}`;
  return Buffer.from(`${line.padEnd(headerSize - 1)}\n`);
}

function parseHeader(header: Buffer, key: string): Entry | undefined {
  const match = /^collect-static 1 ([0-9a-f]{64}) (\{.*\}) *\n$/.exec(header.toString());
  const [, digest = '', text = ''] = match ?? [];
  if (match === null || sha256(text) !== digest) return undefined;
  // The digest shows that it is what was written here.
  const { key: own, size, md5, sha256: whole256, etag, whole } = JSON.parse(text) as Written;
  if (own !== key) return undefined;
  return { size, whole, digests: makeDigests({ md5, sha256: whole256, etag }) };
}

type Written = Digests & Pick<Entry, 'size' | 'whole'> & { readonly key: string };

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

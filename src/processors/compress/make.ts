import { createHash } from 'node:crypto';
import { notWritten, writeFully } from '../../cache-files.ts';
import {
  entryKey,
  entryPath,
  headerSize,
  readEntry,
  writeEntry,
  type Entry,
} from '../../compress-cache.ts';
import { compressInto, fromFile, openNameless } from '../../compressed.ts';
import { compressBytes } from '../../compressor.ts';
import { openContent, sizeOf, sourceOf } from '../../content.ts';
import { changed } from '../../open-file.ts';
import { digestOpen } from '../../digest.ts';
import { errnoOf } from '../../errors.ts';
import { trimCache } from '../../trim-cache.ts';
import type { CompressedContent, Config, PlainContent, Recipe, Warning } from '../../types.ts';

/** Bytes of results that a run without a cache keeps in memory; beyond, they are made again when they are stored. */
const mostHeld = 48 * 1024 * 1024;

/** A content that was read. */
export interface Found {
  readonly content: PlainContent;
  readonly sha256: string;
  /** All of them, where they are few. */
  readonly bytes?: Buffer;
}

export interface Maker {
  /** Undefined where it does not pay. */
  make(found: Found, recipe: Recipe): Promise<CompressedContent | undefined>;
  end(): Promise<{ made: number; cached: number; warnings: readonly Warning[] }>;
}

/** A result, and where it is kept, if anywhere. */
type Made = Pick<Entry, 'size' | 'digests'> & Pick<CompressedContent, 'kept'>;

/** Compresses each content once: what the cache has is not made again. */
export function createMaker(
  options: Pick<Config, 'compress' | 'cache'>,
  signal: AbortSignal | undefined,
): Maker {
  const { minSaving } = options.compress;
  let { cache } = options;
  let [made, cached, held, wrote] = [0, 0, 0, false];
  const warnings: Warning[] = [];

  const pays = (size: number, before: number) => size / before <= 1 - minSaving;

  const store = async (write: (dir: string) => Promise<void>): Promise<boolean> => {
    if (cache === undefined) return false;
    try {
      await write(cache);
      wrote = true;
      return true;
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === undefined || signal?.aborted === true) throw error;
      if (warnings.length === 0) warnings.push(notWritten(cache, errno));
      cache = undefined;
      return false;
    }
  };

  const makeSmall = async (bytes: Buffer, recipe: Recipe, key: string): Promise<Made> => {
    const compressed = await compressBytes(bytes, recipe, signal);
    const size = compressed.length;
    const digests = digestsOf(compressed);
    const whole = pays(size, bytes.length);
    const path = cache && entryPath(cache, key);
    const stored = await store((dir) =>
      writeEntry(dir, key, async (file) => {
        if (whole) await writeFully(file, compressed, headerSize);
        return { size, digests, whole };
      }),
    );
    if (stored) return { size, digests, kept: path };
    const fits = whole && held + size <= mostHeld;
    if (fits) held += size;
    return { size, digests, kept: fits ? compressed : undefined };
  };

  const makeLarge = async (found: Found, recipe: Recipe, key: string): Promise<Made> => {
    let result: Pick<Entry, 'size' | 'digests'> | undefined;
    const path = cache && entryPath(cache, key);
    const stored = await store((dir) =>
      writeEntry(dir, key, async (file) => {
        result = await compressLarge(found, recipe, { file, start: headerSize, signal });
        const whole = pays(result.size, sizeOf(found.content));
        if (!whole) await file.truncate(headerSize);
        return { ...result, whole };
      }),
    );
    if (stored && result !== undefined) return { ...result, kept: path };
    const file = await openNameless();
    try {
      return {
        ...(await compressLarge(found, recipe, { file, start: 0, signal })),
        kept: undefined,
      };
    } finally {
      await file.close();
    }
  };

  /** The result from the cache, or a new one. */
  const find = async (found: Found, recipe: Recipe, key: string): Promise<Made> => {
    const { content, bytes } = found;
    const path = cache && entryPath(cache, key);
    const entry = path && (await readEntry(path, key));
    // What did not pay for one `minSaving` may pay for another.
    if (entry && (entry.whole || !pays(entry.size, sizeOf(content)))) {
      cached += 1;
      return { size: entry.size, digests: entry.digests, kept: path };
    }
    made += 1;
    return bytes === undefined ? makeLarge(found, recipe, key) : makeSmall(bytes, recipe, key);
  };
  const known = new Map<string, Promise<Made>>();

  return {
    async make(found, recipe) {
      const { content, sha256 } = found;
      const key = entryKey(sha256, recipe);
      const making = known.get(key) ?? find(found, recipe, key);
      known.set(key, making);
      const result = await making;
      if (!pays(result.size, sizeOf(content))) return undefined;
      return { kind: 'compressed', of: content, ofSha256: sha256, recipe, ...result };
    },
    async end() {
      if (wrote && cache !== undefined) await trimCache(cache);
      return { made, cached, warnings };
    },
  };
}

interface Into {
  readonly file: Parameters<typeof compressInto>[0];
  readonly start: number;
  readonly signal: AbortSignal | undefined;
}

async function compressLarge(
  { content, sha256 }: Found,
  recipe: Recipe,
  { file, start, signal }: Into,
): Promise<Pick<Entry, 'size' | 'digests'>> {
  const source = await openContent(content);
  try {
    const { size, ofSha256 } = await compressInto(file, start, { source, recipe, signal });
    if (ofSha256 !== sha256) throw changed(sourceOf(content)?.path ?? 'a generated file');
    const { read } = fromFile(file, start);
    const verify = () => Promise.resolve();
    return { size, digests: await digestOpen({ size, read, verify }, { signal }) };
  } finally {
    await source.close();
  }
}

function digestsOf(bytes: Buffer): Entry['digests'] {
  const md5 = createHash('md5').update(bytes).digest('hex');
  return { md5, sha256: createHash('sha256').update(bytes).digest('hex'), etag: md5 };
}

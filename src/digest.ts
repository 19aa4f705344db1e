import { setTimeout as sleep } from 'node:timers/promises';
import { findAgain, openContent, sizeOf } from './content.ts';
import { roomFor, smallSize, type OpenContent } from './open-file.ts';
import { CollectError } from './errors.ts';
import { createHandleLimit } from './handles.ts';
import { mapFiles } from './map-files.ts';
import { createDigests, type DigestChoice } from './running-digests.ts';
import type { LargeFile } from './threads/digest-large.ts';
import type { Content, Digests, ObjectHeaders, StaticFile, Wanted } from './types.ts';

/** Bytes read at once: files of any size are digested in little memory. */
const chunkSize = 1024 * 1024;
/** Files digested at once: enough to keep the disk busy, few enough to stay small. */
const atOnce = 16;
/** A build may still be writing: waits before a file that changed while it was read is read again. */
const rereadAfterMs = [20, 200];

/** A content in the state its digests are of. */
export interface Digested {
  readonly content: Content;
  readonly digests: Digests;
}

/** Digests each content once, whoever asks: a file and its hashed twin are the same bytes. */
export interface Digester {
  /** @throws CollectError as openContent */
  digest(content: Content): Promise<Digested>;
  /** The same with all bytes, for whoever has to look at them anyway. */
  read(content: Content): Promise<Digested & { readonly bytes: Buffer }>;
  /** Makes them in a pass over the bytes that somebody else makes: the content that comes back has them. */
  along<Value>(content: Content, pass: Pass<Value>): Promise<{ content: Content; value: Value }>;
  /** Whether these are all the digests that it would make. */
  isEnough(digests: Digests): boolean;
}

/** Reads a file, and where `each` is given, once, and gives it all bytes in order. */
export type Pass<Value> = (file: OpenContent, each?: (bytes: Buffer) => void) => Promise<Value>;

export interface DigestOptions {
  readonly headersFor: (file: StaticFile) => { headers: ObjectHeaders; immutable: boolean };
  readonly digester: Digester;
  readonly signal?: AbortSignal | undefined;
}

export interface DigesterOptions extends DigestChoice {
  /** Contents are asked for more than once; where names are hashed, they are anyway. */
  readonly again?: boolean;
  /** Bytes of small files that may stay in memory, so that they are read once. */
  readonly room?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of a file. The room is for the many: of what is longer, opening it again is a small part. */
const longestKept = 64 * 1024;

export function createDigester(options: DigesterOptions = {}): Digester {
  let { room = 0 } = options;
  const keep = (bytes: Buffer | undefined) => {
    if (bytes === undefined || bytes.length > Math.min(room, longestKept)) return {};
    room -= bytes.length;
    return { bytes };
  };
  const known = new WeakMap<Content, Promise<Digested>>();
  const remember = options.hashing === true || options.again === true;
  const digestAnew = async (content: Content): Promise<Digested> => {
    const settled = await settle(content, options, (found) => digestContent(found, options));
    return { content: settled.content, digests: settled.value };
  };
  return {
    digest(content) {
      // They are known from when it was compressed.
      if (content.kind === 'compressed') {
        return Promise.resolve({ content, digests: content.digests });
      }
      // The guard has read it, and in one pass made them.
      if (content.kind === 'file' && content.digests !== undefined) {
        return Promise.resolve({ content, digests: content.digests });
      }
      if (!remember) return digestAnew(content);
      const digested = known.get(content) ?? digestAnew(content);
      known.set(content, digested);
      // Whoever tries again, with a free file handle perhaps, must not get the old failure.
      digested.catch(() => known.delete(content));
      return digested;
    },
    async read(content) {
      const { content: found, value } = await settle(content, options, (settled) =>
        readAndDigest(settled, options),
      );
      const digested = { content: found, digests: value.digests };
      for (const same of [content, found]) known.set(same, Promise.resolve(digested));
      return { ...digested, bytes: value.bytes };
    },
    async along(found, pass) {
      const { content, value } = await settle(found, options, (one) =>
        withOpen(one, async (file) => {
          if (isLarge(file)) {
            const [came, digests] = await both(pass(file), digestByThreads(file, options));
            await file.verify();
            return { came, digests, bytes: undefined };
          }
          const running = createDigests(file.size, options);
          let whole = file.bytes;
          const came = await pass(file, (bytes) => {
            running.update(bytes);
            if (bytes.length === file.size && file.size <= smallSize) whole = bytes;
          });
          return { came, digests: running.end(), bytes: whole };
        }),
      );
      const { came, digests, bytes } = value;
      if (content.kind !== 'file') return { content, value: came };
      // Begun with a field of its own: V8 gives what begins with a spread a hidden class for each object.
      return { content: { digests, ...content, ...keep(bytes) }, value: came };
    },
    isEnough: ({ md5, sha384 }) =>
      (md5 !== undefined || options.wholeMd5 === false) &&
      (sha384 !== undefined || options.hashing !== true),
  };
}

/**
 * Every file with its headers and the digests of the bytes that will be stored.
 * @throws CollectError as openContent; of several files, all of them at once
 */
export async function digestFiles(
  files: readonly StaticFile[],
  { headersFor, digester, signal }: DigestOptions,
): Promise<Wanted[]> {
  const limit = createHandleLimit(atOnce);
  return mapFiles(files, atOnce, (file) =>
    limit(async () => {
      signal?.throwIfAborted();
      const digested = await digester.digest(file.content);
      const size = sizeOf(digested.content);
      return { size, ...file, ...headersFor(file), ...digested };
    }),
  );
}

/** Nothing was promised of a file yet: one that changed while it was read is found anew and read again. */
async function settle<T>(
  found: Content,
  { signal }: DigesterOptions,
  use: (content: Content) => Promise<T>,
): Promise<{ content: Content; value: T }> {
  let content = found;
  for (const wait of rereadAfterMs) {
    signal?.throwIfAborted();
    try {
      return { content, value: await use(content) };
    } catch (error) {
      if (!(error instanceof CollectError) || !passing.has(error.code)) throw error;
      await sleep(wait);
      content = await findAgain(content);
    }
  }
  return { content, value: await use(content) };
}

const passing = new Set(['SOURCE_CHANGED', 'SOURCE_VANISHED']);

/** One pass over the bytes gives every digest. */
export function digestContent(content: Content, options: DigesterOptions = {}): Promise<Digests> {
  return withOpen(content, (file) => digestOpen(file, options));
}

async function withOpen<Result>(
  content: Content,
  use: (file: OpenContent) => Promise<Result>,
): Promise<Result> {
  const file = await openContent(content);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

function readAndDigest(
  content: Content,
  options: DigesterOptions,
): Promise<{ bytes: Buffer; digests: Digests }> {
  return withOpen(content, async (file) => {
    const bytes = await file.read(0, file.size);
    if (content.kind === 'file' && content.digests !== undefined) {
      await file.verify();
      return { bytes, digests: content.digests };
    }
    const inMemory = {
      ...file,
      read: (start: number, end: number) => Promise.resolve(bytes.subarray(start, end)),
    };
    return { bytes, digests: await digestOpen(inMemory, options) };
  });
}

export async function digestOpen(
  file: Pick<OpenContent, 'size' | 'file' | 'read' | 'verify'>,
  options: DigesterOptions,
): Promise<Digests> {
  if (isLarge(file)) {
    const digests = await digestByThreads(file, options);
    await file.verify();
    return digests;
  }
  const running = createDigests(file.size, options);
  const room = roomFor(file, chunkSize);
  for (let start = 0; start < file.size; start += chunkSize) {
    options.signal?.throwIfAborted();
    running.update(await file.read(start, Math.min(start + chunkSize, file.size), room));
  }
  await file.verify();
  return running.end();
}

/** From so many bytes on it is faster to digest a file in threads, which have to be started, than where it is read. */
const largeSize = 64 * 1024 * 1024;

function isLarge(file: Pick<OpenContent, 'size' | 'file'>): file is LargeFile {
  return file.file !== undefined && file.size >= largeSize;
}

async function digestByThreads(file: LargeFile, options: DigesterOptions): Promise<Digests> {
  const { digestLarge } = await import('./threads/digest-large.ts');
  return digestLarge(file, options);
}

/** Both, and the first failure only when neither goes on: what they work on is closed then. */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

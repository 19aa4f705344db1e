import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { findAgain, openContent, sizeOf, type OpenContent } from './content.ts';
import { CollectError } from './errors.ts';
import { createHandleLimit } from './handles.ts';
import { mapFiles } from './map-files.ts';
import { partsOf, singlePutLimit } from './parts.ts';
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
}

export interface DigestOptions {
  readonly headersFor: (file: StaticFile) => { headers: ObjectHeaders; immutable: boolean };
  readonly digester: Digester;
  readonly signal?: AbortSignal | undefined;
}

export interface DigesterOptions {
  /** Names are hashed: sha384 is wanted as well, and contents are asked for more than once. */
  readonly hashing?: boolean;
  /** Contents are asked for more than once. */
  readonly again?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export function createDigester(options: DigesterOptions = {}): Digester {
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
      // Begun with a field of its own: V8 gives what begins with a spread a hidden class for each object.
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
export async function digestContent(
  content: Content,
  options: DigesterOptions = {},
): Promise<Digests> {
  const file = await openContent(content);
  try {
    return await digestOpen(file, options);
  } finally {
    await file.close();
  }
}

async function readAndDigest(
  content: Content,
  options: DigesterOptions,
): Promise<{ bytes: Buffer; digests: Digests }> {
  const file = await openContent(content);
  try {
    const bytes = await file.read(0, file.size);
    const inMemory = {
      ...file,
      read: (start: number, end: number) => Promise.resolve(bytes.subarray(start, end)),
    };
    return { bytes, digests: await digestOpen(inMemory, options) };
  } finally {
    await file.close();
  }
}

export async function digestOpen(
  file: Pick<OpenContent, 'size' | 'read' | 'verify'>,
  { hashing = false, signal }: DigesterOptions,
): Promise<Digests> {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  const sha384 = hashing ? createHash('sha384') : undefined;
  const parts = file.size > singlePutLimit ? partsOf(file.size) : [];
  const partDigests: Buffer[] = [];
  for (const part of parts.length > 0 ? parts : [{ start: 0, end: file.size }]) {
    const partMd5 = createHash('md5');
    for (let start = part.start; start < part.end; start += chunkSize) {
      signal?.throwIfAborted();
      const bytes = await file.read(start, Math.min(start + chunkSize, part.end));
      sha256.update(bytes);
      md5.update(bytes);
      sha384?.update(bytes);
      if (parts.length > 0) partMd5.update(bytes);
    }
    if (parts.length > 0) partDigests.push(partMd5.digest());
  }
  await file.verify();
  const whole = md5.digest('hex');
  const etag = parts.length === 0 ? whole : compositeEtag(partDigests);
  return {
    md5: whole,
    sha256: sha256.digest('hex'),
    etag,
    ...(sha384 && { sha384: sha384.digest('base64') }),
  };
}

/** S3's ETag of a multipart object: MD5 of the parts' MD5s, and how many there are. */
function compositeEtag(partDigests: readonly Buffer[]): string {
  const md5 = createHash('md5').update(Buffer.concat(partDigests)).digest('hex');
  return `${md5}-${partDigests.length}`;
}

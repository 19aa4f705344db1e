import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { mapAtOnce } from './at-once.ts';
import { findAgain, openContent, sizeOf } from './content.ts';
import { CollectError, exitCodes } from './errors.ts';
import { createHandleLimit } from './handles.ts';
import { partsOf, singlePutLimit } from './parts.ts';
import type { Content, Digests, ObjectHeaders, StaticFile, Wanted } from './types.ts';

/** Bytes read at once: files of any size are digested in little memory. */
const chunkSize = 1024 * 1024;
/** Files digested at once: enough to keep the disk busy, few enough to stay small. */
const atOnce = 16;
/** A build may still be writing: waits before a file that changed while it was read is read again. */
const rereadAfterMs = [20, 200];

export interface DigestOptions {
  readonly headersFor: (file: StaticFile) => { headers: ObjectHeaders; immutable: boolean };
  readonly signal?: AbortSignal | undefined;
}

/**
 * Every file with its headers and the digests of the bytes that will be stored.
 * @throws CollectError as openContent; of several files, all of them at once
 */
export async function digestFiles(
  files: readonly StaticFile[],
  { headersFor, signal }: DigestOptions,
): Promise<Wanted[]> {
  const limit = createHandleLimit(atOnce);
  const failures: CollectError[] = [];
  const wanted = await mapAtOnce(files, atOnce, (file) =>
    limit(async () => {
      signal?.throwIfAborted();
      const digested = await digestSettled(file.content, signal);
      // Begun with a field of its own: V8 gives what begins with a spread a hidden class for each object.
      const size = sizeOf(digested.content);
      return { size, ...file, ...headersFor(file), ...digested };
    }).catch((error: unknown) => {
      if (!(error instanceof CollectError)) throw error;
      failures.push(error);
      return undefined;
    }),
  );
  if (failures.length > 0) throw allOf(failures);
  return wanted.filter((file) => file !== undefined);
}

/** Nothing was promised of a file yet: one that changed while it was read is found anew and read again. */
async function digestSettled(
  found: Content,
  signal?: AbortSignal,
): Promise<{ content: Content; digests: Digests }> {
  let content = found;
  for (const wait of rereadAfterMs) {
    try {
      return { content, digests: await digestContent(content, signal) };
    } catch (error) {
      if (!(error instanceof CollectError) || !passing.has(error.code)) throw error;
      await sleep(wait);
      content = await findAgain(content);
    }
  }
  return { content, digests: await digestContent(content, signal) };
}

const passing = new Set(['SOURCE_CHANGED', 'SOURCE_VANISHED']);

function allOf(failures: readonly CollectError[]): CollectError {
  const [first] = failures;
  if (first !== undefined && failures.length === 1) return first;
  const code = failures.every((one) => one.code === first?.code) ? first?.code : undefined;
  return new CollectError(
    code ?? 'SOURCE_INVALID',
    `${failures.length} files could not be collected`,
    {
      exitCode: exitCodes.source,
      problems: failures.map(({ message }) => message),
      hint: first?.hint ?? 'correct the sources and run again',
    },
  );
}

/** One pass over the bytes gives every digest. */
export async function digestContent(content: Content, signal?: AbortSignal): Promise<Digests> {
  const file = await openContent(content);
  try {
    const sha256 = createHash('sha256');
    const md5 = createHash('md5');
    const parts = file.size > singlePutLimit ? partsOf(file.size) : [];
    const partDigests: Buffer[] = [];
    for (const part of parts.length > 0 ? parts : [{ start: 0, end: file.size }]) {
      const partMd5 = createHash('md5');
      for (let start = part.start; start < part.end; start += chunkSize) {
        signal?.throwIfAborted();
        const bytes = await file.read(start, Math.min(start + chunkSize, part.end));
        sha256.update(bytes);
        md5.update(bytes);
        if (parts.length > 0) partMd5.update(bytes);
      }
      if (parts.length > 0) partDigests.push(partMd5.digest());
    }
    await file.verify();
    const whole = md5.digest('hex');
    const etag = parts.length === 0 ? whole : compositeEtag(partDigests);
    return { md5: whole, sha256: sha256.digest('hex'), etag };
  } finally {
    await file.close();
  }
}

/** S3's ETag of a multipart object: MD5 of the parts' MD5s, and how many there are. */
function compositeEtag(partDigests: readonly Buffer[]): string {
  const md5 = createHash('md5').update(Buffer.concat(partDigests)).digest('hex');
  return `${md5}-${partDigests.length}`;
}

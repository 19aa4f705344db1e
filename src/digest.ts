import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { openContent, sizeOf } from './content.ts';
import { partsOf, singlePutLimit } from './parts.ts';
import type { Content, Digests, ObjectHeaders, StaticFile, Wanted } from './types.ts';

/** Bytes read at once: files of any size are digested in little memory. */
const chunkSize = 1024 * 1024;
/** Files digested at once: enough to keep the disk busy, few enough to stay small. */
const atOnce = 16;

export interface DigestOptions {
  readonly headersFor: (file: StaticFile) => { headers: ObjectHeaders; immutable: boolean };
  readonly signal?: AbortSignal | undefined;
}

/** Every file with its headers and the digests of the bytes that will be stored. @throws CollectError as openContent */
export async function digestFiles(
  files: readonly StaticFile[],
  { headersFor, signal }: DigestOptions,
): Promise<Wanted[]> {
  const limit = pLimit(atOnce);
  return Promise.all(
    files.map((file) =>
      limit(async () => {
        signal?.throwIfAborted();
        const digests = await digestContent(file.content);
        return { ...file, ...headersFor(file), digests, size: sizeOf(file.content) };
      }),
    ),
  );
}

/** One pass over the bytes gives every digest. */
export async function digestContent(content: Content): Promise<Digests> {
  const file = await openContent(content);
  try {
    const sha256 = createHash('sha256');
    const md5 = createHash('md5');
    const parts = file.size > singlePutLimit ? partsOf(file.size) : [];
    const partDigests: Buffer[] = [];
    for (const part of parts.length > 0 ? parts : [{ start: 0, end: file.size }]) {
      const partMd5 = createHash('md5');
      for (let start = part.start; start < part.end; start += chunkSize) {
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

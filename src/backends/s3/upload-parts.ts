import { createHash } from 'node:crypto';
import { UploadPartCommand, type CompletedPart } from '@aws-sdk/client-s3';
import type { OpenContent } from '../../open-file.ts';
import { partsOf } from '../../parts.ts';
import { crc32Of, problemOf, unproved, type Answer, type Expected } from './proof.ts';
import type { Putting } from './putting.ts';

/** Parts of one file at once. */
const partsAtOnce = 4;

/** One upload in progress. */
export interface Upload {
  readonly putting: Putting;
  readonly key: string;
  /** What every request of it names. */
  readonly target: {
    readonly Bucket: string;
    readonly Key: string;
    readonly UploadId: string;
    readonly ExpectedBucketOwner: string | undefined;
  };
}

export interface Part {
  readonly md5: Buffer;
  readonly crc32: Buffer;
  readonly completed: CompletedPart;
}

/** All parts, some at once. The first failure stops the others; none is left running when this returns. */
export async function uploadParts(
  upload: Upload,
  content: OpenContent,
  signal: AbortSignal | undefined,
): Promise<Part[]> {
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const waiting = [...partsOf(content.size).entries()];
  const parts: Part[] = [];
  const failures: unknown[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, { start, end }] = next;
      parts[index] = await uploadPart(upload, content, { number: index + 1, start, end }, either);
    }
  };
  const workers = Array.from({ length: partsAtOnce }, () =>
    work().catch((error: unknown) => {
      failures.push(error);
      stop.abort();
    }),
  );
  await Promise.all(workers);
  if (failures.length > 0) throw failures[0];
  return parts;
}

async function uploadPart(
  { putting, key, target }: Upload,
  content: OpenContent,
  { number, start, end }: { number: number; start: number; end: number },
  signal: AbortSignal,
): Promise<Part> {
  const release = await putting.budget.acquire(end - start, signal);
  try {
    const body = await content.read(start, end);
    const md5 = createHash('md5').update(body).digest();
    const crc32 = crc32Of(body);
    const accept = (answer: Answer) => {
      const problem = problemOf(answer, { crc32: crc32.toString('base64') });
      if (problem === undefined) return;
      throw unproved(`the answer to storing part ${number} of ${key} proves nothing: ${problem}`);
    };
    const answer = await putting.send(
      new UploadPartCommand({
        ...target,
        PartNumber: number,
        Body: body,
        ContentMD5: md5.toString('base64'),
      }),
      // A part is no object: it can be cut off.
      { operation: 'put', key, bytes: body.length, signal, accept, linger: 0 },
    );
    const { ETag, ChecksumCRC32 } = answer;
    return { md5, crc32, completed: { PartNumber: number, ETag, ChecksumCRC32 } };
  } finally {
    release();
  }
}

/** What S3 computes over an object put together from these parts. */
export function composite(parts: readonly Part[]): Expected {
  const md5s = Buffer.concat(parts.map(({ md5 }) => md5));
  const crcs = Buffer.concat(parts.map(({ crc32 }) => crc32));
  return {
    etag: `${createHash('md5').update(md5s).digest('hex')}-${parts.length}`,
    crc32: `${crc32Of(crcs).toString('base64')}-${parts.length}`,
  };
}

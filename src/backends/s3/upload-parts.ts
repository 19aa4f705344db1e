import { hash } from 'node:crypto';
import { UploadPartCommand, type CompletedPart } from '@aws-sdk/client-s3';
import { compositeEtag } from '../../md5.ts';
import type { OpenContent } from '../../open-file.ts';
import { partsOf } from '../../parts.ts';
import { crc32Of, problemOfPart, unproved, type Answer, type Expected } from './proof.ts';
import { changed, type Putting } from './putting.ts';

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
  /** Where the store was sent it, or told it. */
  readonly crc32: Buffer | undefined;
  readonly completed: CompletedPart;
}

export interface PartsOptions {
  /** MD5s of the parts in hex, where they have been made. */
  readonly known?: readonly string[] | undefined;
  readonly signal: AbortSignal | undefined;
}

/** All parts, some at once. The first failure stops the others; none is left running when this returns. */
export async function uploadParts(
  upload: Upload,
  content: OpenContent,
  { known = [], signal }: PartsOptions,
): Promise<Part[]> {
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const waiting = [...partsOf(content.size).entries()];
  const parts: Part[] = [];
  const failures: unknown[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, { start, end }] = next;
      const part = { number: index + 1, start, end, known: known[index] };
      parts[index] = await uploadPart(upload, content, part, either);
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
  { number, start, end, known }: SentPart,
  signal: AbortSignal,
): Promise<Part> {
  const release = await putting.budget.acquire(end - start, signal);
  try {
    const room = takeRoom(putting, end - start);
    const body = await content.read(start, end, room);
    // Of a file that is as it was, they are what they were.
    await content.verify();
    const md5 = known === undefined ? hash('md5', body, 'buffer') : Buffer.from(known, 'hex');
    let crc32 = putting.checksums ? crc32Of(body) : undefined;
    const accept = (answer: Answer) => {
      if (answer.ChecksumCRC32 !== undefined) crc32 ??= crc32Of(body);
      const problem = problemOfPart(answer, {
        md5: md5.toString('hex'),
        crc32: crc32?.toString('base64') ?? '',
      });
      if (problem === undefined) return;
      throw unproved(`the answer to storing part ${number} of ${key} proves nothing: ${problem}`);
    };
    let attempts = 0;
    const command = () => {
      attempts += 1;
      // One that was written to without a trace is refused by the store, which would be asked in vain again.
      if (attempts > 1 && known !== undefined && hash('md5', body) !== known) throw changed(key);
      return new UploadPartCommand({
        ...target,
        PartNumber: number,
        Body: body,
        ContentMD5: md5.toString('base64'),
        // The SDK would make it once more.
        ...(putting.checksums && { ChecksumCRC32: crc32?.toString('base64') }),
      });
    };
    const answer = await putting.send(command, {
      operation: 'put',
      key,
      bytes: body.length,
      signal,
      accept,
      // A part is no object: it can be cut off.
      linger: 0,
    });
    // Not after a failure: who knows what is still being sent.
    if (putting.rooms.length < partsAtOnce) putting.rooms.push(room);
    const { ETag, ChecksumCRC32 } = answer;
    return { md5, crc32, completed: { PartNumber: number, ETag, ChecksumCRC32 } };
  } finally {
    release();
  }
}

function takeRoom({ rooms }: Putting, bytes: number): Buffer {
  const room = rooms.pop();
  return room !== undefined && room.length >= bytes ? room : Buffer.allocUnsafe(bytes);
}

/** Half-open range of bytes. */
interface SentPart {
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly known: string | undefined;
}

/** What S3 computes over an object put together from these parts. */
export function composite(parts: readonly Part[]): Expected {
  const crcs = parts.flatMap(({ crc32 }) => crc32 ?? []);
  const ofCrcs = crc32Of(Buffer.concat(crcs)).toString('base64');
  return {
    etag: compositeEtag(parts.map(({ md5 }) => md5)),
    crc32: crcs.length === parts.length ? `${ofCrcs}-${parts.length}` : '',
  };
}

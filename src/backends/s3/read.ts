import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { digestContent } from '../../digest.ts';
import { CollectError, exitCodes } from '../../errors.ts';
import { detailsOf } from '../../explanations/index.ts';
import { joinKey } from '../../keys.ts';
import { readLimit, type ReadOptions, type ReadResult } from '../backend.ts';
import { tooLarge } from '../conditions.ts';
import type { About, Connection } from './client.ts';
import { sha256Metadata } from './headers.ts';
import { isOpaquelyEncrypted, unquote } from './proof.ts';

/** One object's bytes; undefined only where S3 says that it is absent. */
export async function readObject(
  { s3, send }: Connection,
  key: string,
  { signal, atMost = readLimit }: ReadOptions = {},
): Promise<ReadResult | undefined> {
  const command = new GetObjectCommand({
    Bucket: s3.bucket,
    Key: joinKey(s3.location, key),
    ...(s3.expectedBucketOwner !== undefined && { ExpectedBucketOwner: s3.expectedBucketOwner }),
  });
  let bytes = Buffer.alloc(0);
  const receive: Receive = async (answer, under) => {
    under.expect(Math.min(answer.ContentLength ?? atMost, atMost));
    bytes = await collect(answer, { key, atMost, stop: under.signal });
    await check(answer, bytes, `${key} in bucket ${s3.bucket}`);
  };
  const about = { operation: 'read', key, signal, receive } as const;
  const answer = await send(command, about).catch((error: unknown) => {
    if (error instanceof CollectError && error.code === 'S3_NOT_FOUND') return undefined;
    throw error;
  });
  if (answer === undefined) return undefined;
  const etag = unquote(answer.ETag);
  const modifiedMs = answer.LastModified?.getTime();
  return {
    bytes,
    ...(etag !== undefined && { etag }),
    ...(modifiedMs !== undefined && { modifiedMs }),
  };
}

type Receive = NonNullable<About<GetObjectCommandOutput>['receive']>;

/** All of the body, or an error: an object that turns out to be large is dropped on the way. */
async function collect(
  { Body, ContentLength = 0 }: GetObjectCommandOutput,
  { key, atMost, stop }: { key: string; atMost: number; stop: AbortSignal },
): Promise<Buffer<ArrayBuffer>> {
  const stream = Body as (AsyncIterable<Uint8Array> & { destroy(error?: Error): void }) | undefined;
  if (stream === undefined) return Buffer.alloc(0);
  const end = () => {
    stream.destroy(stop.reason as Error);
  };
  stop.addEventListener('abort', end, { once: true });
  const chunks: Uint8Array[] = [];
  let size = ContentLength;
  let received = 0;
  try {
    if (size <= atMost) {
      for await (const chunk of stream) {
        chunks.push(chunk);
        received += chunk.byteLength;
        size = Math.max(size, received);
        if (size > atMost) break;
      }
    }
    if (size > atMost) throw tooLarge(key, atMost);
    return Buffer.concat(chunks);
  } finally {
    stop.removeEventListener('abort', end);
    stream.destroy();
  }
}

/** A 2xx proves nothing: the bytes must be as many as were stored, and those that the store has a digest of. */
async function check(answer: GetObjectCommandOutput, bytes: Buffer, what: string): Promise<void> {
  const etag = unquote(answer.ETag);
  if (etag === undefined || answer.ContentLength === undefined) {
    throw new CollectError('S3_BAD_ANSWER', `the answer about ${what} is not one of S3`, {
      exitCode: exitCodes.unreachable,
      hint: "a proxy or a captive portal may answer in S3's place",
    });
  }
  const digests = await digestContent({ kind: 'bytes', bytes });
  const sha256 = answer.Metadata?.[sha256Metadata];
  // The metadata may be a copy of another object's; an ETag of an encrypted or a foreign multipart object is no MD5.
  const comparable = /^[0-9a-f]{32}$/.test(etag) && !isOpaquelyEncrypted(answer);
  const proved = sha256 === digests.sha256 || etag === digests.etag || etag === digests.md5;
  const disproved = !proved && (sha256 !== undefined || comparable);
  if (answer.ContentLength === bytes.length && !disproved) return;
  throw new CollectError('S3_BAD_DIGEST', `what was read of ${what} is not what was stored`, {
    ...detailsOf('S3_BAD_DIGEST'),
    exitCode: exitCodes.unreachable,
  });
}

import { HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { CollectError, exitCodes } from '../../errors.ts';
import { joinKey } from '../../keys.ts';
import type { StoredObject } from '../../types.ts';
import type { Connection } from './client.ts';
import { headersOf, sha256Metadata } from './headers.ts';
import { unquote } from './proof.ts';

/** One object's state; undefined only where S3 says that it is absent. */
export async function headObject(
  { s3, send }: Connection,
  key: string,
  signal: AbortSignal | undefined,
): Promise<StoredObject | undefined> {
  const command = new HeadObjectCommand({
    Bucket: s3.bucket,
    Key: joinKey(s3.location, key),
    ...(s3.expectedBucketOwner !== undefined && { ExpectedBucketOwner: s3.expectedBucketOwner }),
  });
  const accept = ({ ETag, ContentLength }: HeadObjectCommandOutput) => {
    if (unquote(ETag) === undefined || ContentLength === undefined) throw notS3(key, s3.bucket);
  };
  const about = { operation: 'head', key, signal, accept } as const;
  const answer = await send(command, about).catch((error: unknown) => {
    if (error instanceof CollectError && error.code === 'S3_NOT_FOUND') return undefined;
    throw error;
  });
  if (answer === undefined) return undefined;
  const etag = unquote(answer.ETag);
  const sha256 = answer.Metadata?.[sha256Metadata];
  return {
    key,
    size: answer.ContentLength ?? 0,
    headers: headersOf(answer),
    ...(etag !== undefined && { etag }),
    ...(sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) && { sha256 }),
    ...(answer.LastModified !== undefined && { modifiedMs: answer.LastModified.getTime() }),
  };
}

function notS3(key: string, bucket: string): CollectError {
  const message = `the answer about ${key} in bucket ${bucket} is not one of S3`;
  return new CollectError('S3_BAD_ANSWER', message, {
    exitCode: exitCodes.unreachable,
    hint: "a proxy or a captive portal may answer in S3's place",
  });
}

import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  type DeleteObjectCommandOutput,
  type DeleteObjectsCommandOutput,
} from '@aws-sdk/client-s3';
import { CollectError, exitCodes } from '../../errors.ts';
import { joinKey } from '../../keys.ts';
import type { Connection } from './client.ts';
import { toCollectError } from './errors.ts';

/** S3's limit for one request. */
const batchSize = 1000;

export interface Failed {
  readonly key: string;
  readonly error: Error;
}

/** Deletes the keys; resolves to those of which S3 did not say that they are gone. */
export async function deleteObjects(
  connection: Connection,
  keys: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Failed[]> {
  // A single one takes no batch.
  if (keys.length === 1) return deleteEach(connection, keys, signal);
  const failed: Failed[] = [];
  for (let start = 0; start < keys.length; start += batchSize) {
    failed.push(...(await deleteBatch(connection, keys.slice(start, start + batchSize), signal)));
  }
  return failed;
}

/** A batch can fail as a whole, or in part with a 200. */
async function deleteBatch(
  { s3, send }: Connection,
  keys: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Failed[]> {
  const command = new DeleteObjectsCommand({
    Bucket: s3.bucket,
    Delete: { Objects: keys.map((key) => ({ Key: joinKey(s3.location, key) })), Quiet: false },
    ...(s3.expectedBucketOwner !== undefined && { ExpectedBucketOwner: s3.expectedBucketOwner }),
  });
  const accept = ({ Deleted = [], Errors = [] }: DeleteObjectsCommandOutput) => {
    if (Deleted.length + Errors.length === 0) throw unproved(s3, `${keys.length} keys`);
  };
  try {
    const answer = await send(command, { operation: 'delete', signal, accept });
    const gone = new Set(answer.Deleted?.map(({ Key }) => Key));
    const errors = new Map(answer.Errors?.map((error) => [error.Key, error.Code]));
    return keys.flatMap((key) => {
      const objectKey = joinKey(s3.location, key);
      if (gone.has(objectKey) && !errors.has(objectKey)) return [];
      return [{ key, error: refused(s3, key, errors.get(objectKey)) }];
    });
  } catch (error) {
    const failure = toCollectError(error, { ...s3, operation: 'delete' });
    if (noBulkDelete.includes(failure.code)) return deleteEach({ s3, send }, keys, signal);
    return keys.map((key) => ({ key, error: failure }));
  }
}

/** Stores without bulk deletes (Google Cloud Storage), or that refuse the checksum the SDK sends with one. */
const noBulkDelete: readonly string[] = ['S3_NOT_IMPLEMENTED', 'S3_UNEXPECTED', 'S3_BAD_ANSWER'];

/** One request each; deleting what is gone already is no error to S3. */
async function deleteEach(
  { s3, send }: Pick<Connection, 's3' | 'send'>,
  keys: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Failed[]> {
  const failed: Failed[] = [];
  for (const key of keys) {
    const command = new DeleteObjectCommand({
      Bucket: s3.bucket,
      Key: joinKey(s3.location, key),
      ...(s3.expectedBucketOwner !== undefined && { ExpectedBucketOwner: s3.expectedBucketOwner }),
    });
    // S3 says so with a 204; anyone can say 200.
    const accept = ({ $metadata }: DeleteObjectCommandOutput) => {
      if ($metadata.httpStatusCode !== 204) throw unproved(s3, key);
    };
    try {
      await send(command, { operation: 'delete', key, signal, accept });
    } catch (error) {
      failed.push({ key, error: toCollectError(error, { ...s3, key, operation: 'delete' }) });
    }
  }
  return failed;
}

function refused(s3: Connection['s3'], key: string, code: string | undefined): CollectError {
  if (code !== undefined) {
    const error = Object.assign(new Error(code), { name: code });
    return toCollectError(error, { ...s3, key, operation: 'delete' });
  }
  return unproved(s3, key);
}

function unproved({ bucket }: Connection['s3'], what: string): CollectError {
  const message = `S3 did not say that ${what} in bucket ${bucket} is deleted`;
  return new CollectError('S3_UNPROVED', message, {
    exitCode: exitCodes.partial,
    hint: 'run again',
  });
}

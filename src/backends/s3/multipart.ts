import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
} from '@aws-sdk/client-s3';
import { openContent } from '../../content.ts';
import { CollectError } from '../../errors.ts';
import { joinKey } from '../../keys.ts';
import type { PutResult } from '../../types.ts';
import type { PutRequest } from '../backend.ts';
import { objectParams } from './headers.ts';
import { proved, unproved, unquote, type Expected } from './proof.ts';
import { changed, type Putting } from './putting.ts';
import { composite, uploadParts, type Part, type Upload } from './upload-parts.ts';

/** Milliseconds that the clearing away of a broken upload may take. */
const abortWithin = 3_000;

/** Stores a large object in parts. Nothing is visible under the key until the last request, and nothing stays after a failure. */
export async function putMultipart(
  putting: Putting,
  object: PutRequest,
  aclSent: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Pick<PutResult, 'etag' | 'proof'>> {
  const content = await openContent(object.content);
  try {
    const upload = await create(putting, object, aclSent, signal);
    try {
      const parts = await uploadParts(upload, content, signal);
      await content.verify();
      const expected = composite(parts);
      if (expected.etag !== object.digests.etag) throw changed(object.key);
      return await complete(upload, parts, expected, signal);
    } catch (error) {
      throw await abort(upload, error);
    }
  } finally {
    await content.close();
  }
}

async function create(
  putting: Putting,
  { key, headers, digests }: PutRequest,
  aclSent: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Upload> {
  const { s3, send, checksums } = putting;
  const place = {
    Bucket: s3.bucket,
    Key: joinKey(s3.location, key),
    ExpectedBucketOwner: s3.expectedBucketOwner,
  };
  const { UploadId } = await send(
    new CreateMultipartUploadCommand({
      ...place,
      ...objectParams(s3, headers, digests.sha256, aclSent),
      // The SDK sends CRC32 with the parts; AWS refuses that unless it was announced here, which the SDK leaves to us.
      ...(checksums && { ChecksumAlgorithm: 'CRC32' }),
    }),
    { operation: 'put', key, aclSent, signal },
  );
  if (UploadId === undefined) {
    throw unproved(`beginning the upload of ${key} was answered without an id`);
  }
  return { putting, key, target: { ...place, UploadId } };
}

async function complete(
  { putting, key, target }: Upload,
  parts: readonly Part[],
  expected: Expected,
  signal: AbortSignal | undefined,
): Promise<Pick<PutResult, 'etag' | 'proof'>> {
  const about = { operation: 'put', key, signal } as const;
  const { UploadId, ...place } = target;
  const MultipartUpload = { Parts: parts.map(({ completed }) => completed) };
  const answer = await putting.send(
    new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload }),
    about,
  );
  // Ceph 16 leaves the ETag of this answer empty. That it names our key shows that a store is speaking, so it is asked again.
  const silent = unquote(answer.ETag) === undefined && answer.Key === target.Key;
  const proving = silent ? await putting.send(new HeadObjectCommand(place), about) : answer;
  const proof = proved(proving, expected, key, putting.s3.bucket);
  const etag = unquote(proving.ETag);
  return { proof, ...(etag !== undefined && { etag }) };
}

/** Clears the parts away, also after the run was stopped; returns the error to throw. */
async function abort({ putting, key, target }: Upload, error: unknown): Promise<unknown> {
  const signal = AbortSignal.timeout(abortWithin);
  try {
    await putting.send(new AbortMultipartUploadCommand(target), {
      operation: 'put',
      key,
      signal,
    });
    return error;
  } catch (leftover) {
    const gone = leftover instanceof CollectError && leftover.code === 'S3_NO_SUCH_UPLOAD';
    return gone || !(error instanceof CollectError) ? error : withLeftovers(error, target.UploadId);
  }
}

function withLeftovers(error: CollectError, id: string): CollectError {
  const note = `parts of upload ${id} may be left in the bucket: a lifecycle rule (AbortIncompleteMultipartUpload) removes such`;
  return new CollectError(error.code, error.message, {
    exitCode: error.exitCode,
    hint: error.hint === undefined ? note : `${error.hint}; ${note}`,
    problems: error.problems,
    cause: error.cause,
  });
}

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type CompleteMultipartUploadCommandOutput,
  type CreateMultipartUploadCommandOutput,
  type HeadObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { openContent, sizeOf } from '../../content.ts';
import { CollectError } from '../../errors.ts';
import { joinKey } from '../../keys.ts';
import type { Proof, PutResult } from '../../types.ts';
import type { PutRequest } from '../backend.ts';
import { objectParams, sha256Metadata } from './headers.ts';
import type { Lost } from './leftovers.ts';
import { proved, unproved, unquote, type Answer } from './proof.ts';
import { changed, type Putting, type Sending } from './putting.ts';
import { composite, uploadParts, type Part, type Upload } from './upload-parts.ts';

/** Stores a large object in parts. Nothing is visible under the key until the last request, and nothing stays after a failure. */
export async function putMultipart(
  putting: Putting,
  object: PutRequest,
  sending: Sending,
): Promise<Pick<PutResult, 'etag' | 'proof'>> {
  const { signal } = sending;
  const content = await openContent(object.content, signal);
  const lost: Lost[] = [];
  let done = false;
  try {
    const upload = await create(putting, object, { ...sending, lost });
    try {
      const known = object.digests.parts;
      const parts = await uploadParts(upload, content, { known, signal });
      await content.verify();
      if (composite(parts).etag !== object.digests.etag) throw changed(object.key);
      const stored = await complete(upload, object, parts, sending);
      done = true;
      return stored;
    } catch (error) {
      throw await abortUpload(putting, object.key, upload.target, error);
    }
  } finally {
    await content.close();
    // By now others who upload the same key have sent parts, and can be told from what was lost.
    if (done || lost.length > 0) await putting.leftovers.clear(object.key, lost);
  }
}

interface Creating extends Pick<Sending, 'aclSent' | 'signal'> {
  /** Gets an entry for each request that was left without an answer. */
  readonly lost: Lost[];
}

async function create(
  putting: Putting,
  { key, headers, digests }: PutRequest,
  { aclSent, signal, lost }: Creating,
): Promise<Upload> {
  const { s3, send, checksums } = putting;
  const fromMs = performance.now();
  const onLost = () => void lost.push({ fromMs, untilMs: performance.now() });
  const place = {
    Bucket: s3.bucket,
    Key: joinKey(s3.location, key),
    ExpectedBucketOwner: s3.expectedBucketOwner,
  };
  const idOf = ({ UploadId }: CreateMultipartUploadCommandOutput) => {
    if (UploadId !== undefined) return UploadId;
    throw unproved(`beginning the upload of ${key} was answered without an id`);
  };
  const answer = await send(
    new CreateMultipartUploadCommand({
      ...place,
      ...objectParams(s3, headers, digests.sha256, aclSent),
      // The SDK sends CRC32 with the parts; AWS refuses that unless it was announced here, which the SDK leaves to us.
      ...(checksums && { ChecksumAlgorithm: 'CRC32' }),
    }),
    // A stopped run waits for the answer, for whoever has no id cannot abort.
    { operation: 'put', key, aclSent, signal, accept: idOf, onLost },
  );
  return { putting, key, target: { ...place, UploadId: idOf(answer) } };
}

async function complete(
  { putting, key, target }: Upload,
  object: PutRequest,
  parts: readonly Part[],
  { signal, conditions, onLost }: Sending,
): Promise<Pick<PutResult, 'etag' | 'proof'>> {
  const { send, s3 } = putting;
  const about = { operation: 'put', key, signal } as const;
  const { UploadId, ...place } = target;
  const MultipartUpload = { Parts: parts.map(({ completed }) => completed) };
  const prove = (answer: Answer) => proved(answer, composite(parts), key, s3.bucket);
  // Ceph 16 leaves the ETag of this answer empty. That it names our key shows that a store is speaking, so it is asked again.
  const silent = ({ ETag, Key }: CompleteMultipartUploadCommandOutput) =>
    unquote(ETag) === undefined && Key === target.Key;
  let doubtful = false;
  const answer = await send(
    new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload, ...conditions }),
    {
      ...about,
      accept: (given) => silent(given) || prove(given),
      onLost: () => {
        doubtful = true;
        onLost?.();
      },
    },
  ).catch((error: unknown) => {
    if (doubtful && error instanceof CollectError && error.code === 'S3_NO_SUCH_UPLOAD')
      return error;
    throw error;
  });
  if (!(answer instanceof CollectError) && !silent(answer)) return describe(answer, prove(answer));
  const stored = await send(new HeadObjectCommand(place), { ...about, accept: requireEtag });
  // The upload is gone after an attempt without an answer: either that one completed it, or somebody aborted it.
  if (!(answer instanceof CollectError)) return describe(stored, prove(stored));
  if (!isObject(stored, object)) throw answer;
  return describe(stored, 'digest');
}

function describe({ ETag }: Answer, proof: Proof): Pick<PutResult, 'etag' | 'proof'> {
  const etag = unquote(ETag);
  return { proof, ...(etag !== undefined && { etag }) };
}

/** A HEAD without one is nobody's we know. */
function requireEtag({ ETag }: HeadObjectCommandOutput): void {
  if (unquote(ETag) === undefined) throw unproved('the answer to a look-up has no ETag');
}

/** Whether these bytes under these headers are the object: the digest is the one that we gave the upload. */
function isObject(stored: HeadObjectCommandOutput, { content, headers, digests }: PutRequest) {
  return (
    stored.ContentLength === sizeOf(content) &&
    stored.Metadata?.[sha256Metadata] === digests.sha256 &&
    stored.ContentType === headers.contentType &&
    stored.CacheControl === headers.cacheControl
  );
}

/** Clears the parts away, also after the run was stopped; returns the error to throw. */
export async function abortUpload(
  putting: Putting,
  key: string,
  target: Upload['target'],
  error: unknown,
): Promise<unknown> {
  const signal = AbortSignal.timeout(putting.timing.clearAway);
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

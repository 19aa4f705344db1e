import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  UploadPartCopyCommand,
  type CopyObjectCommandInput,
} from '@aws-sdk/client-s3';
import { mapAtOnce } from '../../at-once.ts';
import { encodePath, joinKey } from '../../keys.ts';
import type { PutResult } from '../../types.ts';
import type { CopyRequest } from '../backend.ts';
import { objectParams } from './headers.ts';
import { abortUpload } from './multipart.ts';
import { unproved, unquote } from './proof.ts';
import type { Putting } from './putting.ts';
import { withAcl } from './with-acl.ts';

/** What S3 copies in one request, in bytes. */
export const singleCopyLimit = 5 * 1024 ** 3;
const partSize = 1024 ** 3;
const partsAtOnce = 4;

/**
 * Copies an object inside the bucket and restates everything: S3 keeps of the source only what it is told to, and
 * its ACL never. Another object under the source's key is not copied.
 */
export function copyObject(
  putting: Putting,
  object: CopyRequest,
  signal: AbortSignal | undefined,
): Promise<PutResult> {
  const copy = object.size > singleCopyLimit ? copyInParts : copyAtOnce;
  return withAcl(putting, object.visibility, (aclSent) => copy(putting, object, aclSent, signal));
}

type Copied = Pick<PutResult, 'etag' | 'proof'>;

async function copyAtOnce(
  { s3, send }: Putting,
  object: CopyRequest,
  aclSent: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Copied> {
  const { to, headers, digests, size } = object;
  const answer = await send(
    new CopyObjectCommand({
      Bucket: s3.bucket,
      Key: joinKey(s3.location, to),
      ...sourceOf(s3, object),
      MetadataDirective: 'REPLACE',
      TaggingDirective: 'REPLACE',
      ...objectParams(s3, headers, digests.sha256, aclSent),
    }),
    {
      operation: 'copy',
      key: to,
      aclSent,
      // The store reads and writes them all before it answers.
      bytes: size,
      signal,
      accept: ({ CopyObjectResult }) => requireEtag(CopyObjectResult?.ETag, to),
    },
  );
  return { proof: 'etag', etag: requireEtag(answer.CopyObjectResult?.ETag, to) };
}

async function copyInParts(
  putting: Putting,
  object: CopyRequest,
  aclSent: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Copied> {
  const { s3, send } = putting;
  const { to: key, headers, digests, size } = object;
  const place = {
    Bucket: s3.bucket,
    Key: joinKey(s3.location, key),
    ExpectedBucketOwner: s3.expectedBucketOwner,
  };
  const about = { operation: 'copy', key, signal } as const;
  const { UploadId } = await send(
    new CreateMultipartUploadCommand({
      ...place,
      ...objectParams(s3, headers, digests.sha256, aclSent),
    }),
    { ...about, aclSent, accept: ({ UploadId: id }) => requireEtag(id, key) },
  );
  const target = { ...place, UploadId };
  try {
    const numbers = Array.from({ length: Math.ceil(size / partSize) }, (_, i) => i + 1);
    const parts = await mapAtOnce(numbers, partsAtOnce, async (PartNumber) => {
      const start = (PartNumber - 1) * partSize;
      const end = Math.min(size, start + partSize);
      const answer = await send(
        new UploadPartCopyCommand({
          ...target,
          ...sourceOf(s3, object),
          PartNumber,
          CopySourceRange: `bytes=${start}-${end - 1}`,
        }),
        {
          ...about,
          linger: 0,
          bytes: end - start,
          accept: ({ CopyPartResult }) => requireEtag(CopyPartResult?.ETag, key),
        },
      );
      return { PartNumber, ETag: answer.CopyPartResult?.ETag };
    });
    const answer = await send(
      new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts: parts } }),
      { ...about, accept: ({ ETag }) => requireEtag(ETag, key) },
    );
    return { proof: 'etag', etag: requireEtag(answer.ETag, key) };
  } catch (error) {
    throw await abortUpload(putting, key, { ...place, UploadId: UploadId ?? '' }, error);
  }
}

function sourceOf(
  { bucket, location }: Putting['s3'],
  { from, etag }: CopyRequest,
): Pick<CopyObjectCommandInput, 'CopySource' | 'CopySourceIfMatch'> & { CopySource: string } {
  return {
    CopySource: `${bucket}/${encodePath(joinKey(location, from))}`,
    ...(etag !== undefined && { CopySourceIfMatch: `"${etag}"` }),
  };
}

/** Without it, nobody says that there is a copy. */
function requireEtag(etag: string | undefined, key: string): string {
  const bare = unquote(etag);
  if (bare === undefined) throw unproved(`the answer to copying ${key} proves nothing`);
  return bare;
}

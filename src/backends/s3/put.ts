import { hash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { sizeOf } from '../../content.ts';
import { joinKey } from '../../keys.ts';
import { singlePutLimit } from '../../parts.ts';
import type { PutResult } from '../../types.ts';
import type { PutRequest } from '../backend.ts';
import { objectParams } from './headers.ts';
import { putMultipart } from './multipart.ts';
import { crc32Of, proved, unquote, type Answer } from './proof.ts';
import { changed, type Putting, type Sending } from './putting.ts';
import { withAcl } from './with-acl.ts';

/** Stores one object and proves it; where the store takes no ACLs and none was insisted on, without one. */
export function putObject(
  putting: Putting,
  object: PutRequest,
  sending: Sending,
): Promise<PutResult> {
  const large = sizeOf(object.content) > singlePutLimit;
  const store = large ? putMultipart : putSingle;
  return withAcl(putting, object.visibility, (aclSent) =>
    store(putting, object, aclSent === undefined ? sending : { ...sending, aclSent }),
  );
}

type Stored = Pick<PutResult, 'etag' | 'proof'>;

async function putSingle(
  { s3, budget, read, send, fast }: Putting,
  { key, content, headers, digests }: PutRequest,
  { aclSent, signal, conditions, onLost }: Sending,
): Promise<Stored> {
  const release = await budget.acquire(sizeOf(content), signal);
  try {
    const body = await read(content, signal);
    // Of what is one put, the ETag is the MD5.
    const { sha256, etag: md5 } = digests;
    if (hash('sha256', body) !== sha256) throw changed(key);
    const crc32 = crc32Of(body).toString('base64');
    const expected = {
      etag: md5,
      crc32,
      sha256: Buffer.from(sha256, 'hex').toString('base64'),
    };
    const prove = (answer: Answer) => proved(answer, expected, key, s3.bucket);
    const objectKey = joinKey(s3.location, key);
    const contentMd5 = Buffer.from(md5, 'hex').toString('base64');
    const command = () =>
      new PutObjectCommand({
        Bucket: s3.bucket,
        Key: objectKey,
        Body: body,
        ContentMD5: contentMd5,
        ...conditions,
        ...objectParams(s3, headers, sha256, aclSent),
      });
    const shape = JSON.stringify([headers, aclSent]);
    const put = { command, key: objectKey, body, md5: contentMd5, crc32, sha256, shape };
    const way = conditions === undefined ? fast?.way(put) : undefined;
    const answer = await send(command, {
      operation: 'put',
      key,
      aclSent,
      bytes: body.length,
      signal,
      accept: prove,
      ...(onLost && { onLost }),
      ...(way && { way }),
    });
    const proof = prove(answer);
    const etag = unquote(answer.ETag);
    // An equal string is kept once: there is one for each of what may be a hundred thousand files.
    return { proof, etag: etag === md5 ? md5 : etag };
  } finally {
    release();
  }
}

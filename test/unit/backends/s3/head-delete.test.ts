import { DeleteObjectsCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createBackend, failure, ok, s3Error } from './setup.ts';

const s3 = mockClient(S3Client);
afterAll(() => {
  s3.restore();
});
const sha256 = 'ab'.repeat(32);
const answer = {
  ETag: '"abc"',
  ContentLength: 0,
  LastModified: new Date(1000),
  ContentType: 'text/css',
  CacheControl: 'no-cache',
  ContentLanguage: 'de',
  Metadata: { 'collect-static-sha256': sha256 },
};

beforeEach(() => {
  s3.reset();
});

describe('looking up one object', () => {
  it('tells its ETag, size, time, headers and the sha-256 we keep with it', async () => {
    s3.on(HeadObjectCommand).resolves(ok(answer));
    const backend = await createBackend();
    expect(await backend.head?.('a.css')).toEqual({
      key: 'a.css',
      size: 0,
      etag: 'abc',
      modifiedMs: 1000,
      headers: { contentType: 'text/css', cacheControl: 'no-cache', contentLanguage: 'de' },
      sha256,
    });
    expect(s3.commandCalls(HeadObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: 'assets',
      Key: 'static/a.css',
    });
  });

  it('does not take just anything for a sha-256', async () => {
    s3.on(HeadObjectCommand).resolves(
      ok({ ...answer, Metadata: { 'collect-static-sha256': 'x' } }),
    );
    const backend = await createBackend();
    expect(await backend.head?.('a.css')).not.toHaveProperty('sha256');
  });

  it('is undefined where there is none', async () => {
    s3.on(HeadObjectCommand).rejects(s3Error('NotFound', 404));
    const backend = await createBackend();
    expect(await backend.head?.('a.css')).toBeUndefined();
  });

  it('never takes a denial for absence', async () => {
    s3.on(HeadObjectCommand).rejects(s3Error('Unknown', 403));
    const backend = await createBackend();
    const error = await failure(Promise.resolve(backend.head?.('a.css')));
    expect(error).toMatchObject({ code: 'S3_ACCESS_DENIED', exitCode: 6 });
    expect(error).toHaveProperty('message', expect.stringContaining('s3:ListBucket'));
  });

  it('is an error where the answer is not one of S3', async () => {
    s3.on(HeadObjectCommand).resolves(ok({ ContentLength: 12 }));
    const backend = await createBackend();
    expect(await failure(Promise.resolve(backend.head?.('a.css')))).toMatchObject({
      code: 'S3_BAD_ANSWER',
      exitCode: 7,
    });
  });
});

describe('deleting', () => {
  const deleted = (input: { Delete: { Objects: { Key: string }[] } }) =>
    ok({ Deleted: input.Delete.Objects.map(({ Key }) => ({ Key })) });

  it('goes in batches of a thousand', async () => {
    s3.on(DeleteObjectsCommand).callsFake(deleted);
    const backend = await createBackend();
    const keys = Array.from({ length: 2_001 }, (_, i) => `${i}.css`);
    expect(await backend.delete?.(keys)).toEqual([]);
    const sizes = s3
      .commandCalls(DeleteObjectsCommand)
      .map((call) => call.args[0].input.Delete?.Objects?.length);
    expect(sizes).toEqual([1_000, 1_000, 1]);
    expect(s3.commandCalls(DeleteObjectsCommand)[2]?.args[0].input.Delete).toEqual({
      Objects: [{ Key: 'static/2000.css' }],
      Quiet: false,
    });
  });

  it('tells which keys S3 refused, and which it did not mention', async () => {
    s3.on(DeleteObjectsCommand).resolves(
      ok({
        Deleted: [{ Key: 'static/a' }],
        Errors: [{ Key: 'static/b', Code: 'AccessDenied', Message: 'no' }],
      }),
    );
    const backend = await createBackend();
    expect(await backend.delete?.(['a', 'b', 'c'])).toMatchObject([
      { key: 'b', error: { code: 'S3_ACCESS_DENIED' } },
      { key: 'c', error: { code: 'S3_UNPROVED' } },
    ]);
  });

  it('fails for every key of a batch that fails as a whole, and goes on with the next', async () => {
    s3.on(DeleteObjectsCommand).rejectsOnce(s3Error('InternalError', 500)).callsFake(deleted);
    const backend = await createBackend();
    const keys = Array.from({ length: 1_001 }, (_, i) => `${i}`);
    expect(await backend.delete?.(keys)).toHaveLength(1_000);
  });
});

import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { all, createBackend, failure, ok, s3Error } from './setup.ts';

const s3 = mockClient(S3Client);
afterAll(() => {
  s3.restore();
});
const page = (keys: string[], rest: object = {}) =>
  ok({
    Name: 'assets',
    IsTruncated: false,
    EncodingType: 'url' as const,
    KeyCount: keys.length,
    Contents: keys.map((Key) => ({ Key, Size: 3, ETag: '"abc"', LastModified: new Date(1000) })),
    ...rest,
  });

beforeEach(() => {
  s3.reset();
});

describe('a listing', () => {
  it('reads all pages below the location', async () => {
    s3.on(ListObjectsV2Command)
      .resolvesOnce(page(['static/a.css'], { IsTruncated: true, NextContinuationToken: 'T' }))
      .resolvesOnce(page(['static/b.css']));
    const backend = await createBackend();
    const found = await all(backend.list?.());
    expect(found).toEqual([
      { key: 'a.css', size: 3, etag: 'abc', modifiedMs: 1000 },
      { key: 'b.css', size: 3, etag: 'abc', modifiedMs: 1000 },
    ]);
    expect(s3.commandCalls(ListObjectsV2Command).map((call) => call.args[0].input)).toEqual([
      { Bucket: 'assets', Prefix: 'static/', EncodingType: 'url' },
      { Bucket: 'assets', Prefix: 'static/', EncodingType: 'url', ContinuationToken: 'T' },
    ]);
  });

  it('decodes keys as forms are encoded, where the store encoded them', async () => {
    s3.on(ListObjectsV2Command).resolves(page(['static/a+b%2B%C3%BC%25.css']));
    const backend = await createBackend();
    expect(await all(backend.list?.())).toMatchObject([{ key: 'a b+ü%.css' }]);
    s3.on(ListObjectsV2Command).resolves(page(['static/a+b%2B.css'], { EncodingType: undefined }));
    expect(await all(backend.list?.())).toMatchObject([{ key: 'a+b%2B.css' }]);
  });

  it('is empty where S3 says so, and passes over the marker of a "folder"', async () => {
    s3.on(ListObjectsV2Command).resolves(page(['static/']));
    const backend = await createBackend();
    expect(await all(backend.list?.())).toEqual([]);
    s3.on(ListObjectsV2Command).resolves(page([], { Contents: undefined }));
    expect(await all(backend.list?.())).toEqual([]);
  });

  it('has no prefix at the root of a bucket', async () => {
    s3.on(ListObjectsV2Command).resolves(page(['a.css']));
    const backend = await createBackend({ location: '' });
    expect(await all(backend.list?.())).toMatchObject([{ key: 'a.css' }]);
    expect(s3.commandCalls(ListObjectsV2Command)[0]?.args[0].input).not.toHaveProperty('Prefix');
  });
});

describe('a listing cannot be trusted', () => {
  const truncated = { IsTruncated: true, NextContinuationToken: 'T' };
  it.each([
    ['when the answer is empty', [ok({})]],
    ['when it does not say whether it is complete', [page([], { IsTruncated: undefined })]],
    ['without the bucket’s name', [page([], { Name: undefined })]],
    ['without a key count', [page([], { KeyCount: undefined })]],
    ['when the count is another', [page(['static/a'], { KeyCount: 2 })]],
    ['when it is cut off without a token', [page(['static/a'], { IsTruncated: true })]],
    [
      'when a token comes again',
      [page(['static/a'], truncated), page(['static/b'], truncated), page(['static/c'], truncated)],
    ],
    ['when a later page is junk', [page(['static/a'], truncated), ok({})]],
    ['when a key cannot be decoded', [page(['static/%ZZ'])]],
    ['when a key is missing', [page([], { KeyCount: 1, Contents: [{ Size: 1 }] })]],
    ['when it names keys from elsewhere', [page(['media/a'])]],
  ])('%s', async (_, pages) => {
    const stub = s3.on(ListObjectsV2Command);
    for (const answer of pages) stub.resolvesOnce(answer);
    const backend = await createBackend();
    expect(await failure(all(backend.list?.()))).toMatchObject({
      code: 'S3_BAD_LISTING',
      exitCode: 7,
    });
  });

  it('and a denied one is an error of its own', async () => {
    s3.on(ListObjectsV2Command).rejects(s3Error('AccessDenied', 403));
    const backend = await createBackend();
    const error = await failure(all(backend.list?.()));
    expect(error).toMatchObject({ code: 'S3_ACCESS_DENIED', exitCode: 6 });
    expect(error).toHaveProperty('message', expect.stringContaining('s3:ListBucket'));
  });
});

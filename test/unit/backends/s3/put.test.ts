import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createBackend, etagOf, failure, md5, ok, request, s3Error } from './setup.ts';

const s3 = mockClient(S3Client);
afterAll(() => {
  s3.restore();
});
const etag = `"${etagOf(Buffer.from('a{}'))}"`;
const proved = ok({ ETag: etag });

beforeEach(() => {
  s3.reset();
});

function sentAcls(): unknown[] {
  return s3.commandCalls(PutObjectCommand).map((call) => call.args[0].input.ACL);
}

describe('what a put sends', () => {
  it('sends the bytes, their MD5, the headers and the sha-256 as metadata below the location', async () => {
    s3.on(PutObjectCommand).resolves(proved);
    const backend = await createBackend({ expectedBucketOwner: '123456789012' });
    const asked = request('css/a.css', 'a{}', {
      headers: {
        contentType: 'text/css; charset=utf-8',
        cacheControl: 'public, max-age=31556926',
        contentEncoding: 'identity',
        contentDisposition: 'inline',
        contentLanguage: 'en',
        expires: 'Thu, 31 Dec 2037 23:55:55 GMT',
        metadata: { team: 'web' },
        storageClass: 'STANDARD_IA',
        serverSideEncryption: 'aws:kms',
        kmsKeyId: 'alias/site',
        tagging: 'team=web',
        websiteRedirect: '/b.css',
      },
    });
    await backend.put(asked);
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: 'assets',
      Key: 'static/css/a.css',
      Body: Buffer.from('a{}'),
      ContentMD5: md5(Buffer.from('a{}')).toString('base64'),
      ACL: 'public-read',
      CacheControl: 'public, max-age=31556926',
      ContentDisposition: 'inline',
      ContentEncoding: 'identity',
      ContentLanguage: 'en',
      ContentType: 'text/css; charset=utf-8',
      ExpectedBucketOwner: '123456789012',
      Expires: new Date('2037-12-31T23:55:55Z'),
      Metadata: { team: 'web', 'collect-static-sha256': asked.digests.sha256 },
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: 'alias/site',
      StorageClass: 'STANDARD_IA',
      Tagging: 'team=web',
      WebsiteRedirectLocation: '/b.css',
    });
  });

  it('puts at the root of the bucket where the location is empty', async () => {
    s3.on(PutObjectCommand).resolves(proved);
    const backend = await createBackend({ location: '' });
    await backend.put(request('a.css', 'a{}'));
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input.Key).toBe('a.css');
    expect(backend.label).toBe('s3://assets/');
  });

  it('sends nothing when the bytes are not those that were found', async () => {
    const backend = await createBackend();
    const { digests } = request('a.css', 'another');
    expect(await failure(backend.put(request('a.css', 'a{}', { digests })))).toMatchObject({
      code: 'SOURCE_CHANGED',
      exitCode: 4,
    });
    expect(s3.calls()).toHaveLength(0);
  });

  it('is a failed put when the answer proves nothing', async () => {
    s3.on(PutObjectCommand).resolves(ok({}));
    const backend = await createBackend();
    expect(await failure(backend.put(request('a.css', 'a{}')))).toMatchObject({
      code: 'S3_UNPROVED',
      exitCode: 8,
    });
  });
});

describe('the ACL', () => {
  it('is public-read by default, private for what must not be public', async () => {
    s3.on(PutObjectCommand).resolves(proved);
    const backend = await createBackend();
    expect(await backend.put(request('a.css', 'a{}'))).toMatchObject({ acl: 'applied' });
    await backend.put(request('a.css', 'a{}', { visibility: 'private' }));
    expect(sentAcls()).toEqual(['public-read', 'private']);
  });

  it('is not sent at all with acl "none"', async () => {
    s3.on(PutObjectCommand).resolves(proved);
    const backend = await createBackend({ acl: 'none' });
    expect(await backend.put(request('a.css', 'a{}'))).toMatchObject({ acl: 'none' });
    await backend.put(request('a.css', 'a{}', { visibility: 'private' }));
    expect(sentAcls()).toEqual([undefined, undefined]);
  });

  it.each([
    ['AccessControlListNotSupported', 400, {}],
    ['InvalidArgument', 400, {}],
    ['InvalidArgument', 400, { ArgumentName: 'x-amz-acl' }],
    ['NotImplemented', 501, {}],
    ['NotImplemented', 501, { Header: 'x-amz-acl' }],
  ])('is dropped for the rest of the run after %s (%i) %o', async (name, status, fields) => {
    s3.on(PutObjectCommand)
      .resolves(proved)
      .on(PutObjectCommand, { ACL: 'public-read' })
      .rejects(s3Error(name, status, fields));
    const backend = await createBackend();
    expect(await backend.put(request('a.css', 'a{}'))).toMatchObject({ acl: 'dropped' });
    expect(await backend.put(request('b.css', 'a{}'))).toMatchObject({ acl: 'dropped' });
    expect(sentAcls()).toEqual(['public-read', undefined, undefined]);
  });

  it('is dropped by puts that run at the same time, each on its own', async () => {
    s3.on(PutObjectCommand)
      .resolves(proved)
      .on(PutObjectCommand, { ACL: 'public-read' })
      .rejects(s3Error('AccessControlListNotSupported', 400));
    const backend = await createBackend();
    const results = await Promise.all(
      ['a', 'b', 'c'].map((key) => backend.put(request(key, 'a{}'))),
    );
    expect(results.map(({ acl }) => acl)).toEqual(['dropped', 'dropped', 'dropped']);
    await backend.put(request('d', 'a{}'));
    expect(sentAcls().at(-1)).toBeUndefined();
  });

  it('stays when the put without it fails as well: it was not the ACL', async () => {
    s3.on(PutObjectCommand).rejects(s3Error('InvalidArgument', 400));
    const backend = await createBackend();
    const error = await failure(backend.put(request('a.css', 'a{}')));
    expect(error).toMatchObject({ code: 'S3_INVALID_ARGUMENT' });
    await failure(backend.put(request('a.css', 'a{}')));
    expect(sentAcls()).toEqual(['public-read', undefined, 'public-read', undefined]);
  });

  it('stays when the put without it proves nothing', async () => {
    s3.on(PutObjectCommand)
      .resolves(ok({}))
      .on(PutObjectCommand, { ACL: 'public-read' })
      .rejects(s3Error('AccessControlListNotSupported', 400));
    const backend = await createBackend();
    await failure(backend.put(request('a.css', 'a{}')));
    await failure(backend.put(request('a.css', 'a{}')));
    expect(sentAcls()).toEqual(['public-read', undefined, 'public-read', undefined]);
  });

  it.each([
    ['AccessDenied', 403, {}],
    ['InvalidArgument', 400, { ArgumentName: 'x-amz-storage-class' }],
    ['NotImplemented', 501, { Header: 'x-amz-checksum-crc32' }],
    ['SlowDown', 503, {}],
  ])('is not tried without on %s (%i) %o', async (name, status, fields) => {
    s3.on(PutObjectCommand).rejects(s3Error(name, status, fields));
    const backend = await createBackend();
    await failure(backend.put(request('a.css', 'a{}')));
    expect(sentAcls()).toEqual(['public-read']);
  });

  it.each([
    ['AccessControlListNotSupported', 400],
    ['InvalidArgument', 400],
    ['NotImplemented', 501],
  ])('that was asked for by name makes %s (%i) an error', async (name, status) => {
    s3.on(PutObjectCommand).rejects(s3Error(name, status));
    const backend = await createBackend({ acl: 'public-read' });
    const error = await failure(backend.put(request('a.css', 'a{}')));
    expect(error).toMatchObject({ code: 'S3_ACL_NOT_SUPPORTED', exitCode: 6 });
    expect(error).toHaveProperty('hint', expect.stringContaining('policy --bucket'));
    expect(sentAcls()).toEqual(['public-read']);
  });
});

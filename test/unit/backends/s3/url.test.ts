import { describe, expect, it } from 'vitest';
import { bucketUrl, objectUrl, publicUrl } from '../../../../src/backends/s3/url.ts';
import { createBackend, failure, s3Options } from './setup.ts';

describe('the URL of a bucket', () => {
  it.each([
    [{}, 'eu-west-1', 'https://assets.s3.eu-west-1.amazonaws.com/'],
    [{}, undefined, 'https://assets.s3.amazonaws.com/'],
    [{}, 'cn-north-1', 'https://assets.s3.cn-north-1.amazonaws.com.cn/'],
    [{ forcePathStyle: true }, 'us-east-1', 'https://s3.us-east-1.amazonaws.com/assets/'],
    [
      { bucket: 'www.example.com' },
      'us-east-1',
      'https://s3.us-east-1.amazonaws.com/www.example.com/',
    ],
    [{ bucket: 'My_Bucket' }, 'us-east-1', 'https://s3.us-east-1.amazonaws.com/My_Bucket/'],
    [{ endpoint: 'https://ams3.example.com' }, 'x', 'https://assets.ams3.example.com/'],
    [
      { endpoint: 'https://s3.example.com:9000/root/' },
      'x',
      'https://assets.s3.example.com:9000/root/',
    ],
    [{ endpoint: 'https://h/root', forcePathStyle: true }, 'x', 'https://h/root/assets/'],
    [{ endpoint: 'http://127.0.0.1:9000' }, 'x', 'http://127.0.0.1:9000/assets/'],
    [{ endpoint: 'http://[::1]:9000' }, 'x', 'http://[::1]:9000/assets/'],
    [{ endpoint: 'http://s3.example.com', bucket: 'a.b.c' }, 'x', 'http://a.b.c.s3.example.com/'],
  ])('%o in %s', (s3, region, url) => {
    expect(bucketUrl({ ...s3Options, ...s3 }, region)).toBe(url);
  });
});

it('encodes each segment of a key as a signature wants it', () => {
  expect(objectUrl(s3Options, 'us-east-1', "a b/ü+(1)!'*.css")).toBe(
    'https://assets.s3.us-east-1.amazonaws.com/static/a%20b/%C3%BC%2B%281%29%21%27%2A.css',
  );
});

it('is public at the custom domain where there is one', () => {
  const url = {
    base: '/static/',
    domain: 'cdn.example.com',
    protocol: 'http:',
    signed: false,
    expiresIn: 60,
  } as const;
  expect(publicUrl(s3Options, url, 'us-east-1', 'a.css')).toBe(
    'http://cdn.example.com/static/a.css',
  );
});

it('is signed on demand, for as long as asked', async () => {
  const backend = await createBackend({}, { signed: true, expiresIn: 60 });
  const url = new URL((await backend.url?.('a b.css')) ?? '');
  expect(url.origin + url.pathname).toBe(
    'https://assets.s3.us-east-1.amazonaws.com/static/a%20b.css',
  );
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Expires': '60',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
  });
});

it('cannot be signed for longer than a week', async () => {
  const backend = await createBackend({}, { signed: true, expiresIn: 604_801 });
  expect(await failure(Promise.resolve(backend.url?.('a.css')))).toMatchObject({
    code: 'URL_EXPIRES_TOO_LATE',
    exitCode: 3,
  });
});

it('is plain otherwise', async () => {
  const backend = await createBackend({ region: 'eu-west-1' });
  expect(await backend.url?.('a.css')).toBe(
    'https://assets.s3.eu-west-1.amazonaws.com/static/a.css',
  );
});

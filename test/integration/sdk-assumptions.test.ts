import { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startFakeS3 } from '../support/fake-s3/index.ts';

// What the S3 backend is built around. When one of these fails after an update of the SDK, a part of the backend may be
// needless, or wrong.

const Bucket = 'assets';
const nothing = () => undefined;
const silent = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

async function start(config: S3ClientConfig = {}) {
  const fake = await startFakeS3();
  fake.createBucket(Bucket);
  const s3 = new S3Client({
    endpoint: fake.endpoint,
    region: 'us-east-1',
    credentials: fake.credentials,
    forcePathStyle: true,
    ...config,
  });
  onTestFinished(async () => {
    s3.destroy();
    await fake.close();
  });
  const put = (Body: Buffer | Readable = Buffer.from('abc')) =>
    s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body, ContentLength: 3 }));
  return { fake, s3, put };
}

const nameOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof Error ? error.name : 'unknown'),
  );

it('F1: a stream is not sent a second time, bytes are', async () => {
  const { fake, put } = await start({ logger: silent });
  fake.fault = ({ attempt }) => (attempt % 2 === 1 ? { status: 500 } : undefined);
  expect(await nameOf(put(Readable.from([Buffer.from('abc')])))).not.toBe('ok');
  fake.clearLog();
  expect(await nameOf(put())).toBe('ok');
  expect(fake.requests).toHaveLength(2);
});

it('F3: without being told, it waits for an answer for ever', async () => {
  const { fake, put } = await start();
  fake.fault = () => ({ hang: true });
  const answer = put().catch(() => 'ended');
  const late = new Promise((resolve) => setTimeout(resolve, 1_500, 'still waiting'));
  expect(await Promise.race([answer, late])).toBe('still waiting');
});

it('F4: a put that a captive portal answers is a success to it', async () => {
  const { fake, put } = await start();
  fake.fault = () => ({ status: 200, body: '<html>Sign in</html>' });
  expect((await put()).ETag).toBeUndefined();
  expect(fake.objects(Bucket).size).toBe(0);
});

it('F5: a listing of nothing at all is an empty bucket to it', async () => {
  const { fake, s3 } = await start();
  fake.fault = () => ({ status: 200, body: '' });
  const page = await s3.send(new ListObjectsV2Command({ Bucket }));
  expect(page).not.toHaveProperty('Name');
  expect(page).not.toHaveProperty('IsTruncated');
});

it('F6: keys that could not be deleted are no error to it', async () => {
  const { fake, s3 } = await start();
  fake.setBucket(Bucket, { deny: ['s3:DeleteObject'] });
  const Delete = { Objects: [{ Key: 'a' }] };
  const { Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete }));
  expect(Errors).toMatchObject([{ Key: 'a', Code: 'AccessDenied' }]);
});

it('F7: with one attempt it never sends a request twice', async () => {
  const { fake, put } = await start({ maxAttempts: 1 });
  for (const fault of [{ status: 503 }, { status: 500 }, { reset: true }]) {
    fake.clearLog();
    fake.fault = () => fault;
    expect(await nameOf(put())).not.toBe('ok');
    expect(fake.requests).toHaveLength(1);
  }
});

it('F15: its errors carry the access key id and the string to sign', async () => {
  const { fake, put } = await start({
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wrong' },
  });
  const error = await put().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'SignatureDoesNotMatch' });
  expect(JSON.stringify(error)).toContain(fake.credentials.accessKeyId);
});

it('a wrong clock costs one attempt: it is set by the answer', async () => {
  const { fake, put } = await start({ maxAttempts: 1 });
  fake.clockOffsetMs = 20 * 60_000;
  expect(await nameOf(put())).toBe('RequestTimeTooSkewed');
  expect(await nameOf(put())).toBe('ok');
});

it('credentials of a provider are kept until it is told to ask again', async () => {
  const provider = vi.fn(() => Promise.resolve({ accessKeyId: 'A', secretAccessKey: 'B' }));
  const { s3 } = await start({ credentials: provider });
  const first = await s3.config.credentials();
  expect(await s3.config.credentials()).toBe(first);
  expect(await s3.config.credentials({ forceRefresh: true })).not.toBe(first);
  expect(provider).toHaveBeenCalledTimes(2);
});

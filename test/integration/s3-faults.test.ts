import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createS3Backend } from '../../src/backends/s3/index.ts';
import { realTime } from '../../src/backends/s3/timing.ts';
import { digestContent } from '../../src/digest.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import { plainUrl, s3Options } from '../support/s3-subject.ts';

const MiB = 1024 * 1024;
let fake: FakeS3;

beforeEach(async () => {
  fake = await startFakeS3({ credentials: { ...session, sessionToken: 'first' } });
  fake.createBucket('assets');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await fake.close();
});

const session = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

async function connect(credentials: FakeS3['credentials'] | undefined) {
  const place = { endpoint: fake.endpoint, credentials: session, bucket: 'assets', location: '' };
  const backend = await createS3Backend({
    s3: s3Options(place, { credentials }),
    url: plainUrl,
    concurrency: 8,
    timing: { ...realTime, backOff: 1, longestBackOff: 5, budget: 1_000, attempt: 2_000 },
  });
  onTestFinished(() => backend.close?.());
  return backend;
}

/** What the fast path sends besides is for the SDK to try again once. */
function bySdk({ requests }: FakeS3): FakeS3['requests'] {
  return requests.filter(({ headers }) => 'amz-sdk-request' in headers);
}

async function object(key: string, bytes: Buffer) {
  const content = { kind: 'bytes', bytes } as const;
  const headers = { contentType: 'text/plain', cacheControl: 'no-cache' };
  return { key, content, headers, digests: await digestContent(content) };
}

describe('the answer to completing an upload that never came', () => {
  const bytes = Buffer.alloc(17 * MiB, 'large');

  it('is replaced by a look at the object', async () => {
    fake.fault = ({ op, attempt }) =>
      op === 'CompleteMultipartUpload' && attempt === 1
        ? { reset: true, storeAnyway: true }
        : undefined;
    const backend = await connect(fake.credentials);
    expect(await backend.put(await object('a', bytes))).toMatchObject({ proof: 'digest' });
    const completing = fake.requests.filter(({ op }) => /^(Complete|Head)/.test(op));
    expect(completing.map(({ op, status }) => `${op} ${status}`)).toEqual([
      'CompleteMultipartUpload 0',
      'CompleteMultipartUpload 404',
      'HeadObject 200',
    ]);
  });

  it('is a failure when somebody aborted the upload and the object is an older one', async () => {
    fake.put('assets', 'a', 'older');
    fake.fault = ({ op, attempt }) => {
      if (op !== 'CompleteMultipartUpload') return undefined;
      return attempt === 1 ? { reset: true } : { status: 404, code: 'NoSuchUpload' };
    };
    const backend = await connect(fake.credentials);
    await expect(backend.put(await object('a', bytes))).rejects.toMatchObject({
      code: 'S3_NO_SUCH_UPLOAD',
      exitCode: 8,
    });
  });

  it('is a failure when the store then has no such object', async () => {
    fake.fault = ({ op, key }) =>
      op === 'CompleteMultipartUpload'
        ? { status: 200, body: completed(`<Key>${key}</Key>`) }
        : undefined;
    const backend = await connect(fake.credentials);
    await expect(backend.put(await object('a', bytes))).rejects.toMatchObject({
      code: 'S3_BAD_ANSWER',
      exitCode: 8,
    });
  });
});

function completed(inner: string): string {
  return `<CompleteMultipartUploadResult>${inner}</CompleteMultipartUploadResult>`;
}

describe('an expired session', () => {
  const next = { ...session, sessionToken: 'second' };

  /** Gives out what is valid at the time, as a container's credential service does. */
  async function serveCredentials() {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = session;
      const Token = fake.credentials.sessionToken;
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      response.end(JSON.stringify({ AccessKeyId, SecretAccessKey, Token, Expiration }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const names = [
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'AWS_PROFILE',
    ];
    for (const name of names) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');
    const { port } = server.address() as AddressInfo;
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `http://127.0.0.1:${port}/`);
    return () => asked;
  }

  it('of the SDK’s chain is renewed once for all requests that find it expired', async () => {
    const asked = await serveCredentials();
    const backend = await connect(undefined);
    await backend.put(await object('a', Buffer.from('a')));
    fake.setCredentials(next);
    const objects = ['b', 'c', 'd', 'e'].map((key) => object(key, Buffer.from(key)));
    await Promise.all(objects.map(async (each) => backend.put(await each)));
    expect(fake.objects('assets').size).toBe(5);
    expect(asked()).toBe(2);
  });

  it('of the configuration is a failure at once', async () => {
    const backend = await connect(fake.credentials);
    fake.setCredentials(next);
    await expect(backend.put(await object('a', Buffer.from('a')))).rejects.toMatchObject({
      code: 'S3_EXPIRED_TOKEN',
      exitCode: 6,
    });
    expect(bySdk(fake)).toHaveLength(1);
  });
});

it('a clock that is wrong by twenty minutes costs one attempt', async () => {
  const backend = await connect(fake.credentials);
  fake.clockOffsetMs = 20 * 60_000;
  await backend.put(await object('a', Buffer.from('a')));
  expect(bySdk(fake).map(({ status }) => status)).toEqual([403, 200]);
});

it('bytes that changed on the way are sent again', async () => {
  fake.fault = ({ attempt }) => (attempt === 1 ? { corrupt: true } : undefined);
  const backend = await connect(fake.credentials);
  await backend.put(await object('a', Buffer.from('abc')));
  expect(fake.requests.map(({ status }) => status)).toEqual([400, 200]);
  expect(fake.objects('assets').get('a')?.bytes.toString()).toBe('abc');
});

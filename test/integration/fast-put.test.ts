import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { createS3Backend } from '../../src/backends/s3/index.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import { plainUrl, s3Options } from '../support/s3-subject.ts';
import { wanted } from '../support/wanted.ts';

let fake: FakeS3;

beforeEach(async () => {
  fake = await startFakeS3();
  fake.createBucket('assets');
});
afterEach(() => fake.close());

async function connect(more: { fastAfter?: number; fastPath?: boolean } = { fastAfter: 0 }) {
  const { endpoint, credentials } = fake;
  const place = { endpoint, credentials, bucket: 'assets', location: 'v1' };
  const backend = await createS3Backend({
    s3: s3Options(place),
    url: plainUrl,
    concurrency: 8,
    ...more,
  });
  onTestFinished(() => backend.close?.());
  return backend;
}

/** Requests that the SDK sent, and those that went without it. */
function ways(): { readonly sdk: number; readonly fast: number } {
  const sdk = fake.requests.filter(({ headers }) => 'amz-sdk-request' in headers).length;
  return { sdk, fast: fake.requests.length - sdk };
}

const odd = [
  'a b/ü+&%#?.txt',
  "~!'()*.txt",
  'x;y=z,@$:[]{}|^`".txt',
  '日本/語😀.txt',
  'back\\slash%2F.txt',
];

it('stores the same as the SDK under any name, with any headers, in one request each', async () => {
  const headers = [
    {},
    { cacheControl: 'public, max-age=31536000, immutable', contentEncoding: 'gzip' },
    { contentDisposition: 'attachment;  filename="a  b"', metadata: { team: 'web' } },
    {
      expires: 'Thu, 31 Dec 2037 23:55:55 GMT',
      storageClass: 'STANDARD_IA',
      contentLanguage: 'de',
    },
  ];
  const files = odd.flatMap((name) => headers.map((more, i) => wanted(`${i}/${name}`, name, more)));
  const fast = await connect();
  for (const file of files) expect(await fast.put(file)).toMatchObject({ acl: 'applied' });
  expect(ways()).toEqual({ sdk: 0, fast: files.length });
  const stored = fake.objects('assets');

  fake.createBucket('assets');
  fake.clearLog();
  const slow = await connect({ fastPath: false });
  for (const file of files) await slow.put(file);
  expect(ways()).toEqual({ sdk: files.length, fast: 0 });
  const withoutTime = (objects: typeof stored) =>
    [...objects].map(([key, object]) => [key, { ...object, modified: undefined }]);
  expect(withoutTime(stored)).toEqual(withoutTime(fake.objects('assets')));
  expect(stored.size).toBe(files.length);
});

it('is used from when it pays', async () => {
  const backend = await connect({});
  for (let i = 0; i < 40; i += 1) await backend.put(wanted(`${i}.txt`));
  expect(ways()).toEqual({ sdk: 32, fast: 8 });
});

it.each([
  { expected: 40, sdk: 1, fast: 39 },
  { expected: 32, sdk: 32, fast: 8 },
])('knows when it pays from being told: $expected puts', async ({ expected, sdk, fast }) => {
  const backend = await connect({});
  backend.expect?.(expected);
  for (let i = 0; i < 40; i += 1) await backend.put(wanted(`${i}.txt`));
  expect(ways()).toEqual({ sdk, fast });
});

it('leaves headers that are no ASCII to the SDK', async () => {
  const backend = await connect();
  await backend
    .put(wanted('a.txt', 'a', { contentDisposition: 'attachment; filename="é"' }))
    .catch(() => undefined);
  expect(ways().fast).toBe(0);
  expect(ways().sdk).toBeGreaterThan(0);
});

it('leaves conditional writes to the SDK', async () => {
  const backend = await connect();
  await backend.put(wanted('a.txt'), { if: 'absent' });
  expect(ways().fast).toBe(0);
});

it('gives what was refused to the SDK, which says why', async () => {
  const backend = await connect();
  await backend.put(wanted('a.txt'));
  fake.setBucket('assets', { deny: ['s3:PutObject'] });
  await expect(backend.put(wanted('b.txt'))).rejects.toMatchObject({
    code: 'S3_ACCESS_DENIED_ACL',
  });
  expect(ways()).toEqual({ sdk: 1, fast: 2 });
});

it('waits when it is asked to, and tries again by the SDK', async () => {
  const backend = await connect();
  await backend.put(wanted('a.txt'));
  fake.fault = ({ key, attempt }) =>
    key === 'v1/b.txt' && attempt === 1 ? { status: 503 } : undefined;
  await backend.put(wanted('b.txt'));
  expect(ways()).toEqual({ sdk: 1, fast: 2 });
});

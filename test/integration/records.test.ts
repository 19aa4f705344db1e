import { symlink } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createLocalBackend } from '../../src/backends/local/index.ts';
import { loadBackendModule } from '../../src/backends/module.ts';
import { createS3Backend } from '../../src/backends/s3/index.ts';
import { realTime } from '../../src/backends/s3/timing.ts';
import { digestContent } from '../../src/digest.ts';
import type { Config } from '../../src/types.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import type { Fault } from '../support/fake-s3/types.ts';
import { plainUrl, s3Options } from '../support/s3-subject.ts';
import { wanted } from '../support/wanted.ts';

const key = 'record.json';

async function emptySite(): Promise<Site> {
  const site = await createSite({ 'package.json': '{}' });
  onTestFinished(() => site.remove());
  return site;
}

describe('reading and conditional writing on S3', () => {
  let fake: FakeS3;
  beforeEach(async () => {
    fake = await startFakeS3();
    fake.createBucket('assets');
  });
  afterEach(() => fake.close());

  async function connect(bucket = 'assets') {
    const { endpoint, credentials } = fake;
    const backend = await createS3Backend({
      s3: s3Options({ endpoint, credentials, bucket, location: '' }),
      url: plainUrl,
      concurrency: 8,
      timing: { ...realTime, backOff: 1, longestBackOff: 5, budget: 300, attempt: 300 },
    });
    onTestFinished(() => backend.close?.());
    return backend;
  }
  const once = (op: string, fault: Fault) => {
    fake.fault = (request) => (request.op === op && request.attempt === 1 ? fault : undefined);
  };
  const always = (op: string, fault: Fault) => {
    fake.fault = (request) => (request.op === op ? fault : undefined);
  };
  const textOf = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

  it('tells an object that is absent from one that must not be read', async () => {
    const backend = await connect();
    fake.put('assets', key, 'R');
    fake.setBucket('assets', { deny: ['s3:GetObject'] });
    await expect(backend.read?.(key)).rejects.toMatchObject({
      code: 'S3_ACCESS_DENIED',
      exitCode: 6,
    });
    fake.setBucket('assets', { deny: ['s3:ListBucket'] });
    await expect(backend.read?.('absent')).rejects.toMatchObject({ code: 'S3_ACCESS_DENIED' });
  });

  it.each<[string, Fault]>([
    ['S3_NO_SUCH_BUCKET', { status: 404, code: 'NoSuchBucket' }],
    ['S3_BAD_ANSWER', { status: 404, body: '<html>not found</html>' }],
    ['S3_BAD_ANSWER', { status: 200, body: '<html>sign in</html>' }],
    ['S3_THROTTLED', { status: 503, code: 'SlowDown' }],
  ])('does not take %s for absence', async (code, fault) => {
    always('GetObject', fault);
    await expect((await connect()).read?.(key)).rejects.toMatchObject({ code });
  });

  it.each<[string, Fault]>([
    ['a torn answer', { body: 'half', headers: { 'content-length': '900' }, reset: true }],
    ['no answer', { hang: true }],
    ['a failing server', { status: 500 }],
  ])('reads again after %s', async (_, fault) => {
    const backend = await connect();
    await backend.put(wanted(key, 'whole'));
    once('GetObject', fault);
    expect(textOf((await backend.read?.(key))?.bytes)).toBe('whole');
  });

  it('does not believe bytes of which the store has another digest', async () => {
    const backend = await connect();
    await backend.put(wanted(key, 'AAAA'));
    const etag = `"${wanted(key, 'AAAA').digests.md5}"`;
    always('GetObject', { body: 'BBBB', headers: { etag, 'content-length': '4' } });
    await expect(backend.read?.(key)).rejects.toMatchObject({
      code: 'S3_BAD_DIGEST',
      exitCode: 7,
    });
  });

  it('reads what others stored, also where no digest of it is known', async () => {
    fake.createBucket('opaque', { etags: 'opaque', kms: true });
    fake.put('opaque', key, 'theirs');
    expect(textOf((await (await connect('opaque')).read?.(key))?.bytes)).toBe('theirs');
  });

  it('drops an object that is too large before it has all of it', async () => {
    fake.put('assets', key, Buffer.alloc(70 * 1024 * 1024));
    await expect((await connect()).read?.(key)).rejects.toMatchObject({
      code: 'OBJECT_TOO_LARGE',
      exitCode: 7,
    });
  });

  it.each(['absent', 'etag'] as const)(
    'knows its own object again where the answer to storing it was lost (%s)',
    async (condition) => {
      const backend = await connect();
      if (condition === 'etag') fake.put('assets', key, 'old');
      const etag = (await backend.read?.(key))?.etag ?? '';
      const put = fake.requests.length;
      once('PutObject', { reset: true, storeAnyway: true });
      const options = { if: condition === 'absent' ? condition : { etag } };
      const result = await backend.put(wanted(key, 'mine'), options);
      expect(result).toMatchObject({ etag: wanted(key, 'mine').digests.md5 });
      const statuses = fake.requests.slice(put).map(({ op, status }) => `${op} ${status}`);
      expect(statuses).toContain('PutObject 412');
    },
  );

  it('does not take the object of another for its own after a lost request', async () => {
    const backend = await connect();
    fake.fault = ({ op, attempt }) => {
      if (op !== 'PutObject' || attempt > 1) return undefined;
      fake.put('assets', key, 'theirs');
      return { reset: true };
    };
    await expect(backend.put(wanted(key, 'mine'), { if: 'absent' })).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
      exitCode: 10,
    });
  });

  it('asks again where two conditional writes met', async () => {
    const backend = await connect();
    once('PutObject', { status: 409, code: 'ConditionalRequestConflict' });
    await backend.put(wanted(key, 'mine'), { if: 'absent' });
    expect(textOf((await backend.read?.(key))?.bytes)).toBe('mine');
  });

  it('makes an upload in parts depend on what is there, too', async () => {
    const backend = await connect();
    const content = { kind: 'bytes', bytes: Buffer.alloc(17 * 1024 * 1024, 'x') } as const;
    const file = { ...wanted('large'), content, digests: await digestContent(content) };
    fake.fault = ({ op }) => {
      if (op === 'CompleteMultipartUpload') fake.put('assets', 'large', 'theirs');
      return undefined;
    };
    await expect(backend.put(file, { if: 'absent' })).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
    });
    expect(fake.objects('assets').get('large')?.bytes.toString()).toBe('theirs');
    expect(fake.uploads('assets')).toBe(0);
  });

  it('says that a store knows no conditions, and stores nothing', async () => {
    fake.setBucket('assets', { conditionalWrites: 'not-implemented' });
    const backend = await connect();
    await expect(backend.put(wanted(key), { if: 'absent' })).rejects.toMatchObject({
      code: 'CONDITION_UNSUPPORTED',
      exitCode: 7,
    });
    expect(fake.objects('assets').size).toBe(0);
  });
});

describe.skipIf(process.platform === 'win32')('reading from a directory', () => {
  it('follows no link, neither of the file nor above it', async () => {
    const site = await emptySite();
    await site.write({ 'secret/record.json': 'secret', 'out/a.css': 'A' });
    await symlink('../secret/record.json', site.path('out', 'record.json'));
    await symlink('../secret', site.path('out', 'dir'));
    const backend = createLocalBackend({ dir: site.path('out'), link: false });
    expect(await backend.read?.('record.json')).toBeUndefined();
    expect(await backend.head?.('record.json')).toBeUndefined();
    const refused = { code: 'DESTINATION_CONFLICT' };
    await expect(backend.read?.('dir/record.json')).rejects.toMatchObject(refused);
    await expect(backend.head?.('dir/record.json')).rejects.toMatchObject(refused);
  });

  it('gives one state of a file that is replaced all the time', async () => {
    const site = await emptySite();
    const backend = createLocalBackend({ dir: site.path('out'), link: false });
    const versions = ['a', 'b'].map((letter) => wanted(key, letter.repeat(300_000)));
    let reads = 0;
    const write = async () => {
      for (let i = 0; reads < 40; i += 1) await backend.put(versions[i % 2] ?? wanted(key));
    };
    const read = async () => {
      for (; reads < 40; reads += 1) {
        const found = await backend.read?.(key);
        if (found !== undefined) {
          expect(versions.map(({ digests }) => digests.etag)).toContain(found.etag);
        }
      }
    };
    await backend.put(versions[0] ?? wanted(key));
    await Promise.all([write(), read()]);
  });

  it('replaces nothing while another run writes there, and leaves nothing behind', async () => {
    const site = await emptySite();
    const backend = createLocalBackend({ dir: site.path('out'), link: false });
    const other = createLocalBackend({ dir: site.path('out'), link: false });
    const { etag = '' } = await backend.put(wanted(key, '1'), { if: 'absent' });
    const end = await other.begin?.({ writes: true });
    await expect(backend.put(wanted(key, '2'), { if: { etag } })).rejects.toMatchObject({
      code: 'DESTINATION_BUSY',
      exitCode: 10,
    });
    await other.put(wanted(key, '3'), { if: { etag } });
    await end?.();
    expect(await site.list('out')).toEqual([key]);
    expect((await backend.read?.(key))?.etag).toBe(wanted(key, '3').digests.etag);
  });
});

describe('a backend module', () => {
  const load = async (methods: string) => {
    const site = await emptySite();
    await site.write({
      'mine.mjs': `const held = new Map();
        export default () => ({ label: 'mine/',
          async put({ key, read, digests }) { held.set(key, await read()); return { proof: 'digest', etag: digests.etag }; },
          ${methods} });`,
    });
    return loadBackendModule({
      backend: site.path('mine.mjs'),
      root: site.dir,
      target: 'static',
    } as unknown as Config);
  };

  it('is asked for bytes, and told how many are wanted', async () => {
    const backend = await load(
      `async read(key, { atMost }) { return { bytes: Buffer.from(key + atMost), etag: 'x' }; }`,
    );
    expect(await backend.read?.('a', { atMost: 9 })).toEqual({
      bytes: Buffer.from('a9'),
      etag: 'x',
    });
    await expect(backend.read?.('abc', { atMost: 3 })).rejects.toMatchObject({
      code: 'OBJECT_TOO_LARGE',
    });
  });

  it('must give bytes where it gives something', async () => {
    const backend = await load(`read: () => 'text'`);
    await expect(backend.read?.('a')).rejects.toMatchObject({ code: 'BACKEND_FAILED' });
  });

  it('that takes no notice of a condition does not store over what is there', async () => {
    const backend = await load(
      `async head(key) { return held.has(key) ? { key, size: 1, etag: 'x' } : undefined; }`,
    );
    await backend.put(wanted('a', '1'), { if: 'absent' });
    const failed = { code: 'PRECONDITION_FAILED' };
    await expect(backend.put(wanted('a', '2'), { if: 'absent' })).rejects.toMatchObject(failed);
    await expect(backend.put(wanted('a', '2'), { if: { etag: 'y' } })).rejects.toMatchObject(
      failed,
    );
    await backend.put(wanted('a', '2'), { if: { etag: 'x' } });
  });

  it('that cannot tell what it holds takes no conditions', async () => {
    const backend = await load('');
    await expect(backend.put(wanted('a'), { if: 'absent' })).rejects.toMatchObject({
      code: 'CONDITION_UNSUPPORTED',
    });
  });
});

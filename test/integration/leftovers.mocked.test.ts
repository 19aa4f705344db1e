import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createS3Backend } from '../../src/backends/s3/index.ts';
import { realTime } from '../../src/backends/s3/timing.ts';
import { digestContent } from '../../src/digest.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import type { Fault } from '../support/fake-s3/types.ts';
import { plainUrl, s3Options } from '../support/s3-subject.ts';

vi.mock('../../src/parts.ts', () => import('../support/small-parts.ts'));

const key = 'static/film.mp4';
const hour = 3_600_000;
let fake: FakeS3;

beforeEach(async () => {
  fake = await startFakeS3({ minPartBytes: 1 });
  fake.createBucket('assets');
});
afterEach(() => fake.close());

async function connect() {
  const place = { ...fake, bucket: 'assets', location: 'static' };
  const timing = { ...realTime, backOff: 1, longestBackOff: 100, budget: 1_000 };
  const backend = await createS3Backend({
    s3: s3Options(place),
    url: plainUrl,
    concurrency: 8,
    timing,
  });
  onTestFinished(() => backend.close?.());
  return backend;
}

async function film(name = 'film.mp4') {
  const content = { kind: 'bytes', bytes: Buffer.alloc(20 * 1024, 'frames') } as const;
  return {
    key: name,
    content,
    headers: { contentType: 'video/mp4' },
    digests: await digestContent(content),
  };
}

const ago = (ms: number) => new Date(Date.now() - ms);
const requests = (op: string) => fake.requests.filter((request) => request.op === op);
const aborted = () => requests('AbortMultipartUpload').map(({ query }) => query['uploadId']);

/** The fault that the first so many requests to begin an upload meet. */
const atFirst = (times: number, fault: Fault) => {
  fake.fault = ({ op, attempt }) =>
    op === 'CreateMultipartUpload' && attempt <= times ? fault : undefined;
};
const lost: Fault = { reset: true, storeAnyway: true };

describe('an upload whose beginning was never answered', () => {
  it('is gone when the next try has stored the object', async () => {
    atFirst(2, lost);
    await (await connect()).put(await film());
    expect(requests('CreateMultipartUpload')).toHaveLength(3);
    expect(fake.uploads('assets')).toBe(0);
  });

  it('is gone when every try failed', async () => {
    atFirst(1_000, { status: 500, storeAnyway: true });
    const backend = await connect();
    await expect(backend.put(await film())).rejects.toMatchObject({ code: 'S3_SERVER_ERROR' });
    expect(requests('CreateMultipartUpload').length).toBeGreaterThan(1);
    expect(fake.uploads('assets')).toBe(0);
  });

  it('is told from those of others: they have parts, or began at another time, or are of another key', async () => {
    atFirst(1, lost);
    const others = [
      fake.beginUpload('assets', key, { begun: new Date(), part: 'bytes of a parallel deploy' }),
      fake.beginUpload('assets', key, { begun: ago(10_000) }),
      fake.beginUpload('assets', `${key}.srt`, { begun: new Date() }),
    ];
    await (await connect()).put(await film());
    expect(aborted()).toHaveLength(1);
    expect(aborted().some((id) => others.includes(id ?? ''))).toBe(false);
    expect(fake.uploads('assets')).toBe(3);
  });

  it('stays where the store does not say whether it has parts', async () => {
    fake.setBucket('assets', { deny: ['s3:ListMultipartUploadParts'] });
    atFirst(1, lost);
    await (await connect()).put(await film());
    expect(aborted()).toEqual([]);
  });

  it.each([
    ['the answer comes late', { delayMs: 100 }],
    ['it is carried out late', { holdMs: 100 }],
    ['the answer is lost', { ...lost, delayMs: 100 }],
  ])('is gone after a run that was stopped just then: %s', async (_, fault) => {
    const stop = new AbortController();
    fake.fault = ({ op }) => {
      if (op !== 'CreateMultipartUpload') return undefined;
      setTimeout(() => {
        stop.abort('SIGINT');
      }, 30);
      return fault;
    };
    const backend = await connect();
    await expect(backend.put(await film(), { signal: stop.signal })).rejects.toThrow();
    expect(requests('CreateMultipartUpload')).toHaveLength(1);
    expect(requests('UploadPart')).toEqual([]);
    await sleep(100);
    expect(fake.uploads('assets')).toBe(0);
  });
});

describe('what a killed run left', () => {
  it('is cleared away a day later, by the run that stores the same key', async () => {
    const left = fake.beginUpload('assets', key, { begun: ago(25 * hour), part: 'half a film' });
    fake.beginUpload('assets', key, { begun: ago(23 * hour), part: 'may be at work' });
    fake.beginUpload('assets', `${key}.bak`, { begun: ago(100 * hour), part: 'not ours' });
    const backend = await connect();
    await backend.put(await film('other.mp4'));
    expect(aborted()).toEqual([]);
    await backend.put(await film());
    expect(aborted()).toEqual([left]);
  });

  it.each([
    ['forbids to look', { deny: ['s3:ListBucketMultipartUploads'] }, undefined],
    ['forbids to abort', { deny: ['s3:AbortMultipartUpload'] }, undefined],
    ['knows no such request', {}, { status: 501, code: 'NotImplemented' }],
    ['answers with junk', {}, { status: 200, body: '<html>' }],
  ])('is let be by a store that %s, and not asked about again', async (_, options, fault) => {
    fake.setBucket('assets', options);
    fake.fault = ({ op }) => (op === 'ListMultipartUploads' ? fault : undefined);
    fake.beginUpload('assets', key, { begun: ago(25 * hour), part: 'half a film' });
    const backend = await connect();
    expect(await backend.put(await film())).toMatchObject({ proof: 'etag' });
    const asked = requests('ListMultipartUploads').length;
    expect(await backend.put(await film())).toMatchObject({ proof: 'etag' });
    expect(requests('ListMultipartUploads')).toHaveLength(asked);
    expect(fake.uploads('assets')).toBe(1);
  });
});

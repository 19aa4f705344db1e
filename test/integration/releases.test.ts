import { readFile, rm, utimes } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli.ts';
import type { Site, SiteFiles } from '../support/create-site.ts';
import { createProject, runInJson, startStore } from '../support/deploying.ts';
import { createFakeIo } from '../support/fake-io.ts';
import type { BucketOptions, FakeS3 } from '../support/fake-s3/index.ts';

const record = 'static/.collect-static/release.json.gz';

let fake: FakeS3;
beforeEach(async () => {
  fake = await startStore();
});
afterEach(() => fake.close());

const project = (files: SiteFiles) => createProject({ ...config({}), ...files });

interface Line {
  readonly type: string;
  readonly action?: string;
  readonly key?: string;
  readonly code?: string;
  readonly message?: string;
  readonly counts?: Record<string, number>;
}

async function deploy(site: Site, ...args: string[]) {
  const { code, ...ran } = await runInJson({ site, fake }, args);
  const lines = ran.lines as readonly Line[];
  const counts = lines.find(({ type }) => type === 'report')?.counts;
  const warnings = lines.filter(({ type }) => type === 'warning');
  return { code, counts, lines, codes: warnings.map(({ code: one }) => one) };
}

const config = (value: object): SiteFiles => ({
  'collect.config.json': JSON.stringify(value),
});
const caching = (seconds: number) =>
  config({ headers: { 'Cache-Control': `max-age=${seconds}`, 'x-amz-meta-team': 'web' } });
const object = (key: string) => fake.objects('assets').get(key);
const sent = (op: string) => fake.requests.filter((request) => request.op === op);
/** Writes of the site, and not of what the tool keeps for itself. */
const writes = () =>
  fake
    .writes()
    .map(({ op, key }) => `${op} ${key}`)
    .filter((line) => !line.includes('.collect-static/'));

/** As somebody else would, a good while later: times of objects are told in seconds. */
function later(key: string, headers: Record<string, string>, bytes?: string): void {
  const held = object(key);
  const time = new Date(Date.now() + 5_000).toUTCString();
  fake.put('assets', key, bytes ?? held?.bytes ?? '', { ...headers, 'last-modified': time });
}

describe('the release record', () => {
  it('is written after everything else, for nobody else to read, and tells nothing of the machine', async () => {
    const site = await project({ 'static/a.css': 'a', 'static/index.html': '<p>' });
    expect((await deploy(site)).code).toBe(0);
    const puts = sent('PutObject').map(({ key }) => key);
    expect(puts.filter((key) => !key.endsWith('lock.json')).at(-1)).toBe(record);
    expect(object(record)).toMatchObject({ acl: 'private', public: false });
    const text = gunzipSync(object(record)?.bytes ?? '').toString();
    expect(text).toContain('"a.css"');
    for (const secret of [site.dir, fake.credentials.accessKeyId, 'root']) {
      expect(text).not.toContain(secret);
    }
    expect([...fake.objects('assets').keys()]).toEqual([
      record,
      'static/a.css',
      'static/index.html',
    ]);
  });

  it('leaves nothing to do for a second run, which writes nothing at all', async () => {
    const site = await project({ 'static/a.css': 'a' });
    await deploy(site);
    expect((await deploy(site)).counts).toMatchObject({ uploaded: 0, updated: 0, skipped: 1 });
    expect(fake.writes()).toEqual([]);
    expect(sent('HeadObject')).toEqual([]);
  });

  it('finds headers that changed in the configuration, and restates them without an upload', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `static/css/${i}.css`);
    const files = Object.fromEntries(names.map((name) => [name, name]));
    const site = await project({ ...files, ...caching(60) });
    await deploy(site);
    await site.write(caching(3600));
    expect(await deploy(site, '--dry-run')).toMatchObject({ counts: { updated: 50, uploaded: 0 } });
    expect(fake.writes()).toEqual([]);
    expect(await deploy(site)).toMatchObject({ counts: { updated: 50, uploaded: 0, skipped: 0 } });
    expect(writes()).toHaveLength(50);
    for (const name of names) {
      expect(object(name)).toMatchObject({
        acl: 'public-read',
        headers: {
          'cache-control': 'max-age=3600',
          'content-type': 'text/css; charset=utf-8',
          'x-amz-meta-team': 'web',
        },
      });
      expect(object(name)?.bytes.toString()).toBe(name);
    }
    expect((await deploy(site)).counts).toMatchObject({ updated: 0, uploaded: 0 });
    expect(fake.writes()).toEqual([]);
  });

  it('finds an ACL that changed', async () => {
    const site = await project({ 'static/a.css': 'a' });
    await deploy(site);
    expect((await deploy(site, '--acl', 'private')).counts).toMatchObject({ updated: 1 });
    expect(object('static/a.css')).toMatchObject({ acl: 'private' });
    expect((await deploy(site, '--acl', 'private')).counts).toMatchObject({ updated: 0 });
  });

  it('puts back what somebody deleted, and restates headers that somebody changed', async () => {
    const site = await project({ 'static/a.css': 'a', 'static/b.css': 'b', 'static/c.css': 'c' });
    await deploy(site);
    fake.remove('assets', 'static/a.css');
    later('static/b.css', { 'content-type': 'text/plain', 'x-amz-acl': 'public-read' });
    later('static/c.css', { 'content-type': 'text/css' }, 'x');
    expect((await deploy(site)).counts).toMatchObject({ uploaded: 2, updated: 1 });
    expect(object('static/b.css')?.headers['content-type']).toBe('text/css; charset=utf-8');
    expect(object('static/c.css')?.bytes.toString()).toBe('c');
    expect((await deploy(site)).counts).toMatchObject({ uploaded: 0, updated: 0 });
  });

  it('takes over what is there without a record, under its headers, and leaves the rest alone', async () => {
    const site = await project({ 'static/a.css': 'a', 'static/b.css': 'b' });
    const right = {
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=31556926',
    };
    fake.put('assets', 'static/a.css', 'a', { ...right, 'x-amz-acl': 'public-read' });
    fake.put('assets', 'static/b.css', 'b', { 'content-type': 'text/css' });
    fake.put('assets', 'static/theirs.css', 't', right);
    expect((await deploy(site)).counts).toMatchObject({ uploaded: 0, updated: 1, skipped: 1 });
    expect(writes()).toEqual(['CopyObject static/b.css']);
    expect(gunzipSync(object(record)?.bytes ?? '').toString()).not.toContain('theirs');
    await deploy(site);
    expect(fake.writes()).toEqual([]);
    expect(sent('HeadObject')).toEqual([]);
  });

  it.each<[string, BucketOptions]>([
    ['the bucket encrypts by KMS', { kms: true }],
    ['the bucket takes no ACLs', { aclsDisabled: true }],
    ['the bucket ignores ACLs', { ignoreAcls: true }],
    ['listings come in no order, and in pages', { shuffled: true, pageSize: 2 }],
  ])('works where %s', async (_, options) => {
    fake.setBucket('assets', options);
    const site = await project({ 'static/a.css': 'a', 'static/b.css': 'b', ...caching(60) });
    await deploy(site);
    expect((await deploy(site)).counts).toMatchObject({ uploaded: 0, updated: 0, skipped: 2 });
    expect(fake.writes()).toEqual([]);
    expect(sent('HeadObject')).toEqual([]);
    await site.write(caching(90));
    expect((await deploy(site)).counts).toMatchObject({ uploaded: 0, updated: 2 });
    expect((await deploy(site)).counts).toMatchObject({ uploaded: 0, updated: 0, skipped: 2 });
  });

  it.each([
    // As those have it who deployed with Django: to put, and to list.
    [['s3:GetObject', 's3:DeleteObject'], ['RECORD_DENIED']],
    [['s3:GetObject'], ['RECORD_DENIED']],
    [['s3:PutObject .collect-static/'], ['LOCK_DENIED', 'RECORD_DENIED']],
  ])('is done without where %s are denied, with a word about it', async (deny, codes) => {
    const site = await project({ 'static/a.css': 'a' });
    fake.setBucket('assets', { deny });
    expect(await deploy(site)).toMatchObject({ code: 0, counts: { uploaded: 1 }, codes });
    expect([...fake.objects('assets').keys()]).toEqual(['static/a.css']);
    expect(await deploy(site)).toMatchObject({ code: 0, counts: { uploaded: 0, skipped: 1 } });
  });

  it('is not spoken of where nothing at all may be stored: one message says so', async () => {
    const site = await project({ 'static/a.css': 'a' });
    fake.setBucket('assets', { deny: ['s3:PutObject'] });
    expect(await deploy(site)).toMatchObject({ code: 6, codes: [] });
  });

  it('is kept where the store keeps to no conditions, which leaves it without a lock', async () => {
    for (const conditionalWrites of ['ignored', 'not-implemented'] as const) {
      fake.createBucket('assets', { conditionalWrites });
      const site = await project({ 'static/a.css': conditionalWrites });
      expect(await deploy(site)).toMatchObject({ code: 0, codes: ['LOCK_UNSUPPORTED'] });
      expect([...fake.objects('assets').keys()]).toEqual([record, 'static/a.css']);
      expect(await deploy(site)).toMatchObject({ code: 0, codes: [] });
      expect(fake.writes()).toEqual([]);
    }
  });

  it('knows what went up in parts, though its ETag is no digest', async () => {
    const site = await project({ 'static/film.mp4': 'x'.repeat(20_000_000), ...caching(60) });
    await deploy(site);
    expect(sent('CompleteMultipartUpload')).toHaveLength(1);
    expect((await deploy(site)).counts).toMatchObject({ uploaded: 0, skipped: 1 });
    expect(fake.writes()).toEqual([]);
    expect(sent('HeadObject')).toEqual([]);
    await site.write(caching(90));
    expect((await deploy(site)).counts).toMatchObject({ uploaded: 0, updated: 1 });
    expect((await deploy(site)).counts).toMatchObject({ uploaded: 0, updated: 0, skipped: 1 });
  });

  it('is let go by a run that may not delete the lock, so that the next one need not wait', async () => {
    const site = await project({ 'static/a.css': 'a' });
    fake.setBucket('assets', { deny: ['s3:DeleteObject'] });
    expect(await deploy(site)).toMatchObject({ code: 0, codes: [] });
    await site.write({ 'static/a.css': 'b' });
    const again = await deploy(site, '--lock-timeout', '0');
    expect(again).toMatchObject({ code: 0, counts: { uploaded: 1 } });
    expect(again.codes).not.toContain('LOCK_DENIED');
  });

  it('is left alone where a later version of this tool wrote it', async () => {
    const site = await project({ 'static/a.css': 'a' });
    const text = JSON.stringify({ format: 'collect-static release', version: 99 });
    const { gzipSync } = await import('node:zlib');
    const bytes = gzipSync(text).toString('latin1');
    fake.put('assets', record, Buffer.from(bytes, 'latin1'));
    expect(await deploy(site)).toMatchObject({ code: 0, codes: ['RECORD_NEWER'] });
    expect(object(record)?.bytes.toString('latin1')).toBe(bytes);
  });

  it('is written anew where it cannot be read', async () => {
    const site = await project({ 'static/a.css': 'a' });
    fake.put('assets', record, 'junk');
    expect(await deploy(site)).toMatchObject({ code: 0, codes: ['RECORD_BROKEN'] });
    expect(await deploy(site)).toMatchObject({ code: 0, codes: [] });
  });

  it('can be believed without a listing', async () => {
    const site = await project({ 'static/a.css': 'a', 'static/b.css': 'b' });
    await deploy(site);
    fake.remove('assets', 'static/a.css');
    const { lines, counts } = await deploy(site, '--trust-record');
    expect(sent('ListObjectsV2')).toEqual([]);
    expect(counts).toMatchObject({ uploaded: 0, skipped: 2 });
    expect(lines.find(({ code }) => code === 'RECORD_TRUSTED')?.message).toMatch(
      /^what is at the destination is taken as recorded on \d{4}-.*Z, not checked$/,
    );
    expect((await deploy(site)).counts).toMatchObject({ uploaded: 1 });
  });

  it('can be kept elsewhere, or not at all', async () => {
    fake.createBucket('records');
    const site = await project({
      'static/a.css': 'a',
      ...config({ state: { bucket: 'records', location: 'of/static' } }),
    });
    await deploy(site);
    expect([...fake.objects('records').keys()]).toEqual([
      'of/static/.collect-static/release.json.gz',
    ]);
    expect([...fake.objects('assets').keys()]).toEqual(['static/a.css']);
    await deploy(site);
    expect(fake.writes()).toEqual([]);
    await site.write(config({ state: false }));
    expect((await deploy(site)).counts).toMatchObject({ skipped: 1 });
    expect(fake.requests.filter(({ key }) => key.includes('.collect-static'))).toEqual([]);
  });
});

describe('--prune', () => {
  const three = { 'static/a.css': 'a', 'static/b.css': 'b', 'static/c.css': 'c' };
  const retain = { releases: 1, days: 0 };

  it('deletes what is ours and no more wanted, last of all, and nothing of others', async () => {
    const site = await project({ 'static/a.css': 'a', 'static/b.css': 'b', ...config({ retain }) });
    fake.put('assets', 'static/theirs.css', 't');
    await deploy(site, '--prune');
    await rm(site.path('static', 'b.css'));
    await site.write({ 'static/c.css': 'c' });
    expect((await deploy(site)).counts).toMatchObject({ uploaded: 1, deleted: 0 });
    expect(await deploy(site, '--prune', '--dry-run')).toMatchObject({ counts: { deleted: 1 } });
    expect(fake.writes()).toEqual([]);
    expect((await deploy(site, '--prune')).counts).toMatchObject({ uploaded: 0, deleted: 1 });
    const keys = [...fake.objects('assets').keys()];
    expect(keys).toEqual([record, 'static/a.css', 'static/c.css', 'static/theirs.css']);
    expect((await deploy(site, '--prune')).counts).toMatchObject({ deleted: 0 });
    expect(fake.writes()).toEqual([]);
  });

  it('keeps what a release to be kept has', async () => {
    const site = await project({
      'static/a.css': 'a',
      ...config({ prune: true, retain: { releases: 2, days: 0 } }),
    });
    await deploy(site);
    const replace = async (old: string, next: string) => {
      await rm(site.path('static', old));
      await site.write({ [`static/${next}`]: next });
      return (await deploy(site)).counts;
    };
    expect(await replace('a.css', 'b.css')).toMatchObject({ uploaded: 1, deleted: 0 });
    expect(await replace('b.css', 'c.css')).toMatchObject({ uploaded: 1, deleted: 1 });
    expect(object('static/a.css')).toBeUndefined();
    expect(object('static/b.css')).toBeDefined();
  });

  it('leaves what somebody else stores where it has deleted', async () => {
    const site = await project({ 'static/a.css': 'a', 'static/b.css': 'b', ...config({ retain }) });
    await deploy(site);
    await rm(site.path('static', 'b.css'));
    expect((await deploy(site, '--prune')).counts).toMatchObject({ deleted: 1 });
    later('static/b.css', {}, 'theirs');
    await site.write({ 'static/c.css': 'c' });
    expect((await deploy(site, '--prune')).counts).toMatchObject({ uploaded: 1, deleted: 0 });
    await site.write({ 'static/d.css': 'd' });
    expect((await deploy(site, '--prune')).counts).toMatchObject({ uploaded: 1, deleted: 0 });
    expect(object('static/b.css')?.bytes.toString()).toBe('theirs');
  });

  it('tries again to delete what it could not, and knows it from what came later', async () => {
    const site = await project({ ...three, ...config({ retain }) });
    await deploy(site);
    await rm(site.path('static', 'b.css'));
    await rm(site.path('static', 'c.css'));
    await site.write({ 'static/d.css': 'd' });
    fake.fault = ({ op }) => (op === 'DeleteObjects' ? { code: 'AccessDenied' } : undefined);
    expect((await deploy(site, '--prune')).code).toBe(8);
    fake.fault = undefined;
    // A deploy that deletes nothing forgets nothing.
    await site.write({ 'static/e.css': 'e' });
    expect((await deploy(site)).code).toBe(0);
    later('static/c.css', {}, 'theirs');
    expect(await deploy(site, '--prune')).toMatchObject({ code: 0, counts: { deleted: 1 } });
    expect(object('static/b.css')).toBeUndefined();
    expect(object('static/c.css')?.bytes.toString()).toBe('theirs');
  });

  it('stops before it has written anything where most of the sources are gone', async () => {
    const site = await project({ ...three, ...config({ retain }) });
    await deploy(site);
    await rm(site.path('static', 'a.css'));
    await rm(site.path('static', 'b.css'));
    expect((await deploy(site, '--prune')).code).toBe(5);
    expect(fake.writes()).toEqual([]);
    expect(await deploy(site, '--prune', '--accept-shrink')).toMatchObject({
      code: 0,
      counts: { deleted: 2 },
    });
  });

  it('does the same in a directory', async () => {
    const site = await project({ 'static/a.css': 'a', 'static/b.css': 'b', 'out/theirs.css': 't' });
    const args = ['--to', 'out', '--prune', '--json'];
    const run = () => main(createFakeIo(args, { cwd: site.dir }));
    await site.write(config({ retain }));
    expect(await run()).toBe(0);
    await rm(site.path('static', 'b.css'));
    expect(await run()).toBe(0);
    expect(await site.list('out')).toEqual([
      '.collect-static/release.json.gz',
      'a.css',
      'theirs.css',
    ]);
    await site.write({ 'out/b.css': 'theirs', 'static/c.css': 'c' });
    const time = Date.now() / 1000 + 5;
    await utimes(site.path('out', 'b.css'), time, time);
    expect(await run()).toBe(0);
    expect(await readFile(site.path('out', 'b.css'), 'utf8')).toBe('theirs');
  });

  it('cannot do without the record', async () => {
    const site = await project({ 'static/a.css': 'a', ...config({ state: false }) });
    expect((await deploy(site, '--prune')).code).toBe(3);
  });
});

describe('two deploys at once', () => {
  it('do not mix: the one that finds the other at work ends with 10, and the site is of one of them', async () => {
    const [one, other] = await Promise.all([
      project({ 'static/a.css': 'one', 'static/b.css': 'one' }),
      project({ 'static/a.css': 'other', 'static/b.css': 'other' }),
    ]);
    // Both have made their plans before either writes.
    fake.fault = ({ op, key }) =>
      op === 'PutObject' && key.endsWith('lock.json') ? { holdMs: 50 } : undefined;
    const codes = await Promise.all([
      deploy(one, '--lock-timeout', '0'),
      deploy(other, '--lock-timeout', '0'),
    ]);
    expect(codes.map(({ code }) => code).sort((a, b) => a - b)).toEqual([0, 10]);
    const texts = ['a', 'b'].map((name) => object(`static/${name}.css`)?.bytes.toString());
    expect(new Set(texts).size).toBe(1);
    expect([...fake.objects('assets').keys()]).toEqual([record, 'static/a.css', 'static/b.css']);
  });

  it('do not mix though one loses its lock: it stops before its next step', async () => {
    const site = await project({ 'static/a.css': 'a', 'static/index.html': '<p>' });
    const theirs = { format: 'collect-static lock', version: 1, id: 'theirs' };
    fake.fault = ({ op, key }) => {
      if (op === 'PutObject' && key === 'static/a.css') {
        fake.put('assets', 'static/.collect-static/lock.json', JSON.stringify(theirs));
      }
      return undefined;
    };
    const { code, codes } = await deploy(site);
    expect({ code, codes }).toEqual({ code: 10, codes: [] });
    expect([...fake.objects('assets').keys()]).toEqual([
      'static/.collect-static/lock.json',
      'static/a.css',
    ]);
  });

  it('follow each other where there is time, and the second one decides anew', async () => {
    const [one, other] = await Promise.all([
      project({ 'static/a.css': 'one', 'static/b.css': 'b' }),
      project({ 'static/a.css': 'other', 'static/b.css': 'b' }),
    ]);
    const ends = await Promise.all([deploy(one), deploy(other)]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    const puts = fake.history('assets').filter(({ key }) => !key.includes('.collect-static/'));
    expect(puts.map(({ key }) => key).sort()).toEqual([
      'static/a.css',
      'static/a.css',
      'static/b.css',
    ]);
  });
});

import { rm } from 'node:fs/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createPlace, run, type Place } from '../support/deploying.ts';
import type { SiteFiles } from '../support/create-site.ts';
import { startFakeCloudFront, type FakeCloudFront } from '../support/fake-cloudfront.ts';

// Pauses between requests, in milliseconds instead of seconds.
vi.mock('../../src/cdn/pace.ts', async (importOriginal) => {
  const { pace } = await importOriginal<typeof import('../../src/cdn/pace.ts')>();
  return { pace: { ...pace, pause: 1, look: 1, completion: 200 } };
});

const distribution = 'E1A2B3C4D5E6F7';
const record = 'static/.collect-static/release.json.gz';

interface Situation extends Place {
  readonly cdn: FakeCloudFront;
  /** Paths of each invalidation that was asked for. */
  readonly told: () => (readonly string[])[];
}

async function createSituation(files: SiteFiles, config: object = {}): Promise<Situation> {
  const place = await createPlace(files);
  const cdn = await startFakeCloudFront(distribution, place.fake.credentials);
  onTestFinished(async () => {
    await cdn.close();
    expect(cdn.asked.flatMap(({ problems }) => problems)).toEqual([]);
  });
  await place.site.write({
    'collect.config.json': JSON.stringify({
      backend: 's3',
      s3: { bucket: 'assets' },
      cdn: { distribution, endpoint: cdn.endpoint },
      ...config,
    }),
  });
  const posts = () => cdn.asked.filter(({ method }) => method === 'POST');
  return { ...place, cdn, told: () => posts().map(({ paths }) => paths) };
}

const site = { 'static/index.html': '<p>', 'static/a.css': 'a', 'static/b.css': 'b' };

it('is told what was overwritten, after everything else, with what it costs', async () => {
  const situation = await createSituation(site);
  const { site: files, fake, cdn, told } = situation;
  expect((await run(situation, [])).code).toBe(0);
  expect(told()).toEqual([]);

  await files.write({ 'static/index.html': '<p>2', 'static/new.css': 'n', 'static/a.css': 'a2' });
  const written: (string | undefined)[] = [];
  cdn.onAsked = () => {
    written.push(fake.writes().at(-1)?.key);
    fake.clearLog();
  };
  const { code, err } = await run(situation, []);
  expect(code).toBe(0);
  expect(told()).toEqual([['/static/', '/static/a.css', '/static/index.html']]);
  expect(err).toContain(
    `CloudFront ${distribution}: 3 paths being invalidated, free or at most $0.015`,
  );
  expect(written).toEqual(['static/.collect-static/lock.json']);
  expect(fake.writes()).toEqual([]);
});

it('is told nothing where only hashed and new files were stored', async () => {
  const situation = await createSituation({ 'static/a.css': 'a' }, { hash: { keep: 'hashed' } });
  await run(situation, []);
  // What lists hashed names has one name itself, and is overwritten.
  await situation.site.write({ 'static/a.css': 'a2', 'static/x.js': '1' });
  await run(situation, []);
  expect(situation.told()).toEqual([['/static/assets.json', '/static/staticfiles.json']]);
});

it('is told nothing of what the configuration calls immutable', async () => {
  const rules = [{ match: 'assets/**', immutable: true }];
  const situation = await createSituation({ 'static/assets/x.js': '1', ...site }, { rules });
  await run(situation, []);
  await situation.site.write({ 'static/assets/x.js': '2', 'static/a.css': 'a2' });
  expect((await run(situation, [])).code).toBe(0);
  expect(situation.told()).toEqual([['/static/a.css']]);
});

it('is told of what was deleted, and nothing by a run that changes nothing', async () => {
  const situation = await createSituation(site, { retain: { releases: 1, days: 0 } });
  await run(situation, []);
  await run(situation, []);
  expect(situation.told()).toEqual([]);
  await rm(situation.site.path('static/b.css'));
  await run(situation, ['--prune']);
  expect(situation.told()).toEqual([['/static/b.css']]);
});

it('has paths as visitors ask for them', async () => {
  const situation = await createSituation(
    { 'static/ä b&c.css': 'a', 'static/x@2.png': 'x' },
    { url: 'https://cdn.example/files/' },
  );
  await run(situation, []);
  await situation.site.write({ 'static/ä b&c.css': 'b', 'static/x@2.png': 'y' });
  await run(situation, []);
  expect(situation.told()).toEqual([['/files/%C3%A4%20b&c.css', '/files/x@2.png']]);
});

it('gets a wildcard where there are more paths than the budget', async () => {
  const many = (text: string) =>
    Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`static/many/${i}.css`, text]));
  const situation = await createSituation(
    { ...many('a'), 'static/a.css': 'a' },
    { cdn: { distribution, maxPaths: 3 } },
  );
  const env = { COLLECT_STATIC_CDN_ENDPOINT: situation.cdn.endpoint };
  await run(situation, [], env);
  await situation.site.write({ ...many('b'), 'static/a.css': 'b' });
  await run(situation, [], env);
  expect(situation.told()).toEqual([['/static/a.css', '/static/many/*']]);
});

it('is told nothing by a dry run, which says what it would be told', async () => {
  const situation = await createSituation(site);
  await run(situation, []);
  await situation.site.write({ 'static/a.css': 'a2' });
  const { code, out } = await run(situation, ['--dry-run']);
  expect(code).toBe(0);
  expect(out).toContain(`CloudFront ${distribution}: 1 path to invalidate, free or at most $0.005`);
  expect(situation.cdn.asked).toEqual([]);
});

it('is waited for with --wait', async () => {
  const situation = await createSituation(site);
  await run(situation, []);
  await situation.site.write({ 'static/a.css': 'a2' });
  situation.cdn.looks = 2;
  const { code, err } = await run(situation, ['--wait']);
  expect(code).toBe(0);
  expect(situation.cdn.asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'GET']);
  expect(err).toContain('1 path invalidated');
});

it('ends in exit 12 where it refuses, and invalidate repeats it', async () => {
  const situation = await createSituation(site);
  const { fake, cdn, told } = situation;
  await run(situation, []);
  await situation.site.write({ 'static/a.css': 'a2' });
  cdn.answers.push({ status: 400, code: 'TooManyInvalidationsInProgress' });
  const failed = await run(situation, []);
  expect(failed.code).toBe(12);
  expect(failed.err).toContain('failed[CDN_FAILED]');
  expect(failed.err).toContain('TooManyInvalidationsInProgress, as the test wants it');
  expect(failed.out).toMatch(/complete, .*Run collect-static invalidate/);
  expect(fake.objects('assets').get('static/a.css')?.bytes.toString()).toBe('a2');
  expect(fake.objects('assets').has(record)).toBe(true);

  fake.clearLog();
  expect((await run(situation, ['invalidate'])).code).toBe(0);
  expect(told().at(-1)).toEqual([
    '/static/',
    '/static/a.css',
    '/static/b.css',
    '/static/index.html',
  ]);
  expect(fake.writes()).toEqual([]);
  expect((await run(situation, ['invalidate'])).code).toBe(0);
  const [first, second] = cdn.asked.slice(-2);
  expect(first?.reference).toBe(second?.reference);
});

it('is told by the next run what a run that failed midway had overwritten', async () => {
  const situation = await createSituation(site);
  const { fake, told } = situation;
  await run(situation, []);
  await situation.site.write({ 'static/a.css': 'a2', 'static/index.html': '<p>2' });
  fake.fault = ({ op, key }) =>
    op === 'PutObject' && key === 'static/index.html'
      ? { status: 403, code: 'AccessDenied' }
      : undefined;
  expect((await run(situation, [])).code).toBe(8);
  expect(told()).toEqual([]);
  fake.fault = undefined;
  await run(situation, []);
  expect(told()).toEqual([['/static/', '/static/a.css', '/static/index.html']]);
});

it('is told what a run replaced and recorded, though its deletes failed: no later run would know', async () => {
  const situation = await createSituation(site, { retain: { releases: 1, days: 0 } });
  const { fake, told } = situation;
  await run(situation, []);
  await rm(situation.site.path('static/b.css'));
  await situation.site.write({ 'static/a.css': 'a2' });
  fake.fault = ({ op, key }) =>
    op.startsWith('DeleteObject') && !key.endsWith('lock.json')
      ? { status: 403, code: 'AccessDenied' }
      : undefined;
  expect((await run(situation, ['--prune'])).code).toBe(8);
  expect(told()).toEqual([['/static/a.css']]);
});

it('is told nothing by shards, and by the last apply what it replaces', async () => {
  const situation = await createSituation({ 'static/a.css': 'a', 'static/index.html': '<p>' });
  await run(situation, []);
  await situation.site.write({ 'static/a.css': 'a2', 'static/new.png': 'n' });
  await run(situation, ['plan', '-o', 'plan.json']);
  expect((await run(situation, ['apply', 'plan.json', '--shard', '1/1'])).code).toBe(0);
  expect(situation.fake.objects('assets').has('static/new.png')).toBe(true);
  expect(situation.told()).toEqual([]);
  expect((await run(situation, ['apply', 'plan.json'])).code).toBe(0);
  expect(situation.told()).toEqual([['/static/a.css']]);
});

it('is told what a rollback puts back', async () => {
  const situation = await createSituation(site, { releases: true });
  await run(situation, []);
  await situation.site.write({ 'static/a.css': 'a2' });
  await run(situation, []);
  expect((await run(situation, ['rollback'])).code).toBe(0);
  expect(situation.told()).toEqual([['/static/a.css'], ['/static/a.css']]);
});

it('is told what gets other headers', async () => {
  const situation = await createSituation(site);
  const env = { COLLECT_STATIC_CDN_ENDPOINT: situation.cdn.endpoint };
  await run(situation, []);
  const rules = [{ match: 'a.css', headers: { 'Cache-Control': 'no-cache' } }];
  await situation.site.write({
    'collect.config.json': JSON.stringify({
      backend: 's3',
      s3: { bucket: 'assets' },
      cdn: { distribution },
      rules,
    }),
  });
  expect((await run(situation, [], env)).code).toBe(0);
  expect(situation.told()).toEqual([['/static/a.css']]);
});

it('is asked again by the same reference where an answer may pass', async () => {
  const situation = await createSituation(site);
  const { cdn } = situation;
  await run(situation, []);
  await situation.site.write({ 'static/a.css': 'a2' });
  cdn.answers.push(
    { status: 503, code: 'ServiceUnavailable' },
    { status: 400, code: 'Throttling' },
  );
  expect((await run(situation, [])).code).toBe(0);
  expect(cdn.asked).toHaveLength(3);
  expect(new Set(cdn.asked.map(({ reference }) => reference)).size).toBe(1);
});

it('is told of the same paths anew by the next deploy', async () => {
  const situation = await createSituation(site);
  for (const text of ['a', 'a2', 'a', 'a2']) {
    await situation.site.write({ 'static/a.css': text });
    await run(situation, []);
  }
  const { asked } = situation.cdn;
  expect(asked).toHaveLength(3);
  expect(new Set(asked.map(({ reference }) => reference)).size).toBe(3);
});

it('is told everything below the location where there is no record', async () => {
  const situation = await createSituation(site, { state: false });
  expect((await run(situation, ['invalidate'])).code).toBe(0);
  expect(situation.told()).toEqual([['/static/*']]);
});

it('ends in exit 12 where it denies, or is not there', async () => {
  const situation = await createSituation(site);
  situation.cdn.answers.push({ status: 403, code: 'AccessDenied' });
  const denied = await run(situation, ['invalidate', '--json']);
  expect(denied.code).toBe(12);
  expect(denied.out).toContain('"code":"CDN_DENIED"');
  await situation.cdn.close();
  const gone = await run(situation, ['invalidate']);
  expect(gone.code).toBe(12);
  expect(gone.err).toContain('ECONNREFUSED');
});

it('must be configured for invalidate', async () => {
  const place = await createPlace(site);
  const { code, err } = await run(place, ['invalidate']);
  expect(code).toBe(3);
  expect(err).toContain('error[NO_CDN]');
});

it('is in the policy of who deploys, and nowhere else', async () => {
  const situation = await createSituation(site);
  const { out } = await run(situation, ['policy', '--iam']);
  expect(out).toContain('"cloudfront:CreateInvalidation"');
  expect(out).toContain(`"arn:aws:cloudfront::*:distribution/${distribution}"`);
  const without = await run(await createPlace(site), ['policy', '--iam']);
  expect(without.out).not.toContain('cloudfront');
});

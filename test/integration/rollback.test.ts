import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Site, SiteFiles } from '../support/create-site.ts';
import { createProject, runInJson, startStore, withReleases } from '../support/deploying.ts';
import type { FakeS3 } from '../support/fake-s3/index.ts';

let fake: FakeS3;
beforeEach(async () => {
  fake = await startStore();
});
afterEach(() => fake.close());

const own = 'static/.collect-static/';
interface Line {
  readonly type: string;
  readonly code?: string;
  readonly action?: string;
  readonly key?: string;
  readonly id?: string;
  readonly files?: number;
  readonly current?: boolean;
  readonly kept?: boolean;
  readonly message?: string;
  readonly problems?: readonly string[];
  readonly counts?: Record<string, number>;
}

async function run(site: Site, ...args: string[]) {
  const ran = await runInJson({ site, fake }, args);
  const lines = ran.lines as readonly Line[];
  const counts = lines.find(({ type }) => type === 'report')?.counts;
  return { ...ran, counts, lines, error: lines.find(({ type }) => type === 'error') };
}

async function deploy(site: Site, files: SiteFiles, ...args: string[]) {
  await site.write(files);
  const ran = await run(site, ...args);
  expect(ran.code).toBe(0);
  return ran;
}

/** What visitors see: everything but what the tool keeps for itself. */
function visible(): Record<string, string> {
  const objects = [...fake.objects('assets')].filter(([key]) => !key.startsWith(own));
  return Object.fromEntries(
    objects.map(([key, { bytes, headers, acl }]) => [
      key.slice('static/'.length),
      `${bytes.toString()} ${headers['cache-control'] ?? ''} ${acl}`,
    ]),
  );
}

const kept = () =>
  [...fake.objects('assets').keys()].filter((key) => key.startsWith(`${own}objects/`));
const releases = async (site: Site) =>
  (await run(site, 'releases')).lines.filter(({ type }) => type === 'release');

describe('a deploy with releases', () => {
  it('keeps what it replaces, before it writes anything else, and for nobody to read', async () => {
    const site = await createProject({
      'static/a.css': 'a1',
      'static/b.css': 'b1',
      'static/index.html': '1',
    });
    await deploy(site, {});
    expect(kept()).toEqual([]);
    await deploy(site, { 'static/a.css': 'a2', 'static/index.html': '2', 'static/new.css': 'n' });
    const writes = fake.writes().filter(({ key }) => !key.endsWith('lock.json'));
    expect(writes.slice(0, 2).map(({ op }) => op)).toEqual(['CopyObject', 'CopyObject']);
    expect(
      writes
        .slice(0, 2)
        .map(({ key }) => key)
        .sort(),
    ).toEqual(kept());
    expect(writes.slice(2).map(({ op }) => op)).not.toContain('CopyObject');
    expect(kept().map((key) => fake.objects('assets').get(key))).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ bytes: Buffer.from('a1'), acl: 'private' }),
        expect.objectContaining({ bytes: Buffer.from('1'), acl: 'private' }),
      ]),
    );
    const last = writes.slice(-2).map(({ key }) => key);
    expect(last[0]).toMatch(/releases\/[0-9a-f]{64}\.json\.gz$/);
    expect(last[1]).toBe(`${own}release.json.gz`);
    expect(fake.objects('assets').get(last[0] ?? '')).toMatchObject({ acl: 'private' });
  });

  it('keeps equal bytes once, whatever their names, and not again', async () => {
    const site = await createProject({ 'static/a.css': 'x', 'static/b.css': 'x' });
    await deploy(site, {});
    await deploy(site, { 'static/a.css': 'y', 'static/b.css': 'y' });
    expect(kept()).toHaveLength(1);
    await deploy(site, { 'static/a.css': 'x', 'static/b.css': 'x' });
    expect(kept()).toHaveLength(2);
    await deploy(site, { 'static/a.css': 'z', 'static/b.css': 'z' });
    expect(fake.writes().filter(({ op }) => op === 'CopyObject')).toEqual([]);
  });

  it('gives the same site the same id anywhere', async () => {
    const site = await createProject({ 'static/a.css': 'a' });
    await deploy(site, {});
    const [first] = await releases(site);
    fake.createBucket('assets');
    const other = await createProject({ 'static/a.css': 'a' });
    await deploy(other, {});
    const [second] = await releases(other);
    expect(first?.id).toMatch(/^[0-9a-f]{64}$/);
    expect(second?.id).toBe(first?.id);
  });

  it('keeps nothing without being asked to, nor of hashed names that stay', async () => {
    const plain = await createProject({
      'static/a.css': '1',
      ...withReleases({ releases: false }),
    });
    await deploy(plain, {});
    await deploy(plain, { 'static/a.css': '2' });
    expect(kept()).toEqual([]);
    fake.createBucket('assets');
    const hashed = { hash: { keep: 'hashed' }, state: true, releases: undefined };
    const site = await createProject({ 'static/a.css': '1', ...withReleases(hashed) });
    await deploy(site, {});
    await deploy(site, { 'static/a.css': '2' });
    // The manifests alone have a name that stays.
    const copies = fake.writes().filter(({ op }) => op === 'CopyObject');
    expect(copies.map(({ headers }) => headers['x-amz-copy-source']).sort()).toEqual([
      'assets/static/assets.json',
      'assets/static/staticfiles.json',
    ]);
  });
});

describe('rollback', () => {
  const first = { 'static/a.css': 'a1', 'static/index.html': '<p>1', 'static/gone.css': 'gone' };

  async function twoReleases(): Promise<{ site: Site; before: ReturnType<typeof visible> }> {
    const site = await createProject({
      ...first,
      ...withReleases({ rules: [{ match: '*.css', headers: { 'Cache-Control': 'max-age=1' } }] }),
    });
    await deploy(site, {});
    const before = visible();
    await rm(site.path('static/gone.css'));
    await deploy(site, {
      'static/a.css': 'a22',
      'static/index.html': '<p>2',
      'static/new.css': 'new',
      ...withReleases({ rules: [{ match: '*.css', headers: { 'Cache-Control': 'max-age=2' } }] }),
    });
    return { site, before };
  }

  it('puts pages, files and headers of the release before back, without an upload', async () => {
    const { site, before } = await twoReleases();
    fake.put('assets', 'static/theirs.txt', 'theirs');
    const ran = await run(site, 'rollback');
    expect(ran).toMatchObject({ code: 0, counts: { uploaded: 0, failed: 0, found: 3 } });
    const now = visible();
    expect(now).toMatchObject(before);
    expect(Object.keys(now).sort()).toEqual(
      [...Object.keys(before), 'new.css', 'theirs.txt'].sort(),
    );
    const puts = fake.writes().filter(({ op, key }) => op === 'PutObject' && !key.startsWith(own));
    expect(puts).toEqual([]);
    const order = fake.writes().map(({ key }) => key);
    expect(order.indexOf('static/a.css')).toBeLessThan(order.indexOf('static/index.html'));
  });

  it('is a deploy in the history: the next deploy goes on from it, and every release stays known', async () => {
    const { site } = await twoReleases();
    const after = visible();
    await run(site, 'rollback');
    const all = await releases(site);
    expect(all.map(({ files, current }) => [files, current])).toEqual([
      [3, true],
      [3, false],
      [3, false],
    ]);
    expect(all[0]?.id).toBe(all[2]?.id);
    const ran = await deploy(site, {});
    expect(ran.counts).toMatchObject({ uploaded: 2 });
    expect(visible()).toMatchObject(after);
  });

  it('goes further back each time, never forward again, and then says that there is nothing', async () => {
    const site = await createProject({ 'static/index.html': '1' });
    await deploy(site, {});
    await deploy(site, { 'static/index.html': '2' });
    await deploy(site, { 'static/index.html': '3' });
    const page = () => fake.objects('assets').get('static/index.html')?.bytes.toString();
    expect((await run(site, 'rollback')).code).toBe(0);
    expect(page()).toBe('2');
    expect((await run(site, 'rollback')).code).toBe(0);
    expect(page()).toBe('1');
    const ran = await run(site, 'rollback');
    expect(ran).toMatchObject({ code: 5, error: { code: 'NO_RELEASES' } });
    expect(fake.writes()).toEqual([]);
    const [, , third] = await releases(site);
    expect((await run(site, 'rollback', (third?.id ?? '').slice(0, 8))).code).toBe(0);
    expect(page()).toBe('3');
  });

  it('names the files that browsers may keep in the version that is given up', async () => {
    const site = await createProject({ 'static/a.css': '1', 'static/index.html': '1' });
    await deploy(site, {});
    await deploy(site, { 'static/a.css': '2', 'static/index.html': '2' });
    const { lines } = await run(site, 'rollback');
    expect(lines.filter(({ type }) => type === 'warning')).toEqual([
      expect.objectContaining({ code: 'STALE_CACHE', subjects: ['a.css'] }),
    ]);
  });

  it('shows with --dry-run what it would do, and does nothing', async () => {
    const { site } = await twoReleases();
    const ran = await run(site, 'rollback', '--dry-run');
    expect(ran.code).toBe(0);
    const actions = ran.lines.filter(({ type }) => type === 'action');
    const of = (action: string) =>
      actions.filter((one) => one.action === action).map(({ key }) => key);
    expect(of('update')).toEqual(['a.css', 'index.html']);
    expect(of('preserve')).toHaveLength(2);
    expect(fake.writes()).toEqual([]);
  });

  it('is refused before the first write when anything is gone, and names it', async () => {
    const { site } = await twoReleases();
    fake.remove('assets', 'static/gone.css');
    const [one = ''] = kept();
    fake.remove('assets', one);
    const ran = await run(site, 'rollback');
    expect(ran).toMatchObject({ code: 5, error: { code: 'RELEASE_INCOMPLETE' } });
    expect(ran.error?.problems).toHaveLength(2);
    expect(ran.error?.problems).toContain('gone.css');
    expect(fake.writes()).toEqual([]);
  });

  it('does not take for its own what somebody wrote over', async () => {
    const { site } = await twoReleases();
    const time = new Date(Date.now() + 5_000).toUTCString();
    fake.put('assets', 'static/gone.css', 'GONE', { 'last-modified': time });
    const ran = await run(site, 'rollback');
    expect(ran.error).toMatchObject({ code: 'RELEASE_INCOMPLETE', problems: ['gone.css'] });
  });

  it('is refused without releases, of an unknown id, and where the ACL is another', async () => {
    const { site } = await twoReleases();
    const off = await run(site, 'rollback', '--no-releases');
    expect(off).toMatchObject({ code: 5, error: { code: 'NO_RELEASES' } });
    const unknown = await run(site, 'rollback', 'abc123');
    expect(unknown).toMatchObject({ code: 2, error: { code: 'RELEASE_UNKNOWN' } });
    const acl = await run(site, 'rollback', '--acl', 'private');
    expect(acl).toMatchObject({ code: 5, error: { code: 'RELEASE_ACL' } });
    expect(fake.writes()).toEqual([]);
  });

  it('works for the release before releases were turned on', async () => {
    const site = await createProject({
      'static/a.css': '1',
      ...withReleases({ releases: false, state: true }),
    });
    await deploy(site, {});
    await deploy(site, { 'static/a.css': '2', ...withReleases() });
    expect((await run(site, 'rollback')).code).toBe(0);
    expect(fake.objects('assets').get('static/a.css')?.bytes.toString()).toBe('1');
  });

  it('finds the bytes of a file that left, and came back as another', async () => {
    const site = await createProject({ 'static/a.css': '1', 'static/b.css': 'b' });
    await deploy(site, {});
    await rm(site.path('static/a.css'));
    await deploy(site, { 'static/b.css': 'bb' });
    await deploy(site, { 'static/a.css': '3' });
    const all = await releases(site);
    expect((await run(site, 'rollback', all.at(-1)?.id ?? '')).code).toBe(0);
    expect(visible()).toMatchObject({ 'a.css': expect.stringMatching(/^1 /) as string });
  });

  it('puts media back that --force replaced, and nothing at all where somebody else has replaced some', async () => {
    const site = await createProject({ 'media/a.jpg': 'a1', 'media/b.jpg': 'b1' });
    const media = ['--target', 'media', '--releases'];
    await deploy(site, {}, ...media);
    await deploy(site, { 'media/a.jpg': 'a2', 'media/b.jpg': 'b2' }, ...media, '--force');
    const photo = (name: string) => fake.objects('assets').get(`static/${name}`)?.bytes.toString();
    expect(await run(site, 'rollback', ...media)).toMatchObject({
      code: 0,
      counts: { updated: 2 },
    });
    expect([photo('a.jpg'), photo('b.jpg')]).toEqual(['a1', 'b1']);
    const [, given] = await releases(site);
    fake.put('assets', 'static/b.jpg', 'a visitor');
    const ran = await run(site, 'rollback', given?.id ?? '', ...media);
    expect(ran).toMatchObject({ code: 5, error: { code: 'RELEASE_INCOMPLETE' } });
    expect(ran.error?.problems).toEqual(['b.jpg']);
    expect(fake.writes()).toEqual([]);
  });

  it('of media that was killed comes first: until it is run again every other one is refused, and says so', async () => {
    const site = await createProject({ 'package.json': '{}' });
    const media = ['--target', 'media', '--releases'];
    for (const text of ['1', '2', '3']) {
      const files = { 'media/a.jpg': `a${text}`, 'media/b.jpg': `b${text}` };
      await deploy(site, files, ...media, '--force');
    }
    const [, second = '', first = ''] = (await releases(site)).map(({ id }) => id);
    // As a rollback to the first release leaves it that was killed after one file.
    const copy = [...fake.objects('assets').values()].find(({ bytes }) =>
      bytes.equals(Buffer.from('a1')),
    );
    const later = new Date(Date.now() + 60_000).toUTCString();
    fake.put('assets', 'static/a.jpg', 'a1', { ...copy?.headers, 'last-modified': later });
    expect((await run(site, 'rollback', second, ...media)).error).toMatchObject({
      message: expect.stringMatching(/or a rollback that broke off, has replaced/) as string,
      hint: expect.stringMatching(/run that one again/) as string,
      problems: ['a.jpg'],
    });
    expect(await run(site, 'rollback', first, ...media)).toMatchObject({ code: 0 });
  });

  it('works where the record is kept elsewhere', async () => {
    fake.createBucket('records');
    const site = await createProject({
      'static/a.css': '1',
      ...withReleases({ state: { bucket: 'records' } }),
    });
    await deploy(site, {});
    await deploy(site, { 'static/a.css': '2' });
    expect((await run(site, 'rollback')).code).toBe(0);
    expect(fake.objects('assets').get('static/a.css')?.bytes.toString()).toBe('1');
  });
});

describe('prune with releases', () => {
  const keep = (releases: number) => withReleases({ prune: true, retain: { releases, days: 0 } });
  const names = () =>
    [...fake.objects('assets').keys()].filter((key) => /(objects|releases)\//.test(key));

  it.each([['static'], ['records']])(
    'deletes what no release to be kept needs (%s)',
    async (where) => {
      if (where === 'records') fake.createBucket('records');
      const state = where === 'records' ? { state: { bucket: 'records' } } : {};
      const settings = withReleases({ prune: true, retain: { releases: 2, days: 0 }, ...state });
      const site = await createProject({ 'static/a.css': '1', ...settings });
      for (const text of ['1', '2', '3', '4']) await deploy(site, { 'static/a.css': text });
      const kept = fake.objects('assets');
      const copies = [...kept].filter(([key]) => key.includes('/objects/'));
      expect(copies.map(([, { bytes }]) => bytes.toString())).toEqual(['3']);
      const files = [...fake.objects(where === 'records' ? 'records' : 'assets').keys()];
      expect(files.filter((key) => key.includes('/releases/'))).toHaveLength(2);
      expect((await run(site, 'rollback')).code).toBe(0);
      expect(fake.objects('assets').get('static/a.css')?.bytes.toString()).toBe('3');
    },
  );

  it('keeps all of it for the days that were asked for', async () => {
    const site = await createProject({
      'static/a.css': '1',
      ...withReleases({ prune: true, retain: { releases: 1, days: 1 } }),
    });
    for (const text of ['1', '2', '3']) await deploy(site, { 'static/a.css': text });
    expect(names()).toHaveLength(2 + 3);
  });

  it('deletes nothing of it when a record of a release cannot be read', async () => {
    const site = await createProject({ 'static/a.css': '1', ...keep(3) });
    for (const text of ['1', '2', '3']) await deploy(site, { 'static/a.css': text });
    const [last] = await releases(site);
    fake.put('assets', `${own}releases/${last?.id ?? ''}.json.gz`, 'junk');
    const before = names();
    await deploy(site, { 'static/a.css': '4', ...keep(2) });
    expect(names()).toEqual(expect.arrayContaining(before));
  });

  it('does not count what it keeps for itself among the files that it may delete', async () => {
    const site = await createProject({ 'static/a.css': '1', ...keep(1) });
    await deploy(site, {});
    const ran = await deploy(site, { 'static/a.css': '2' });
    expect(ran.counts).toMatchObject({ uploaded: 1, deleted: 0 });
  });
});

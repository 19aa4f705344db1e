import {
  lstat,
  mkdir,
  readFile,
  readlink,
  readdir,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { createSite, type Site, type SiteFiles } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';

async function project(files: SiteFiles): Promise<Site> {
  const site = await createSite({ 'package.json': '{}', ...files });
  onTestFinished(() => site.remove());
  return site;
}

async function run(site: Site, args: string[] = [], more: { answer?: string } = {}) {
  const io = createFakeIo(args, { cwd: site.dir, ...more });
  const code = await main(io);
  return { code, out: io.out(), err: io.err() };
}

const collected = async (site: Site) =>
  (await readdir(site.path('staticfiles'), { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

describe('collecting into a directory', () => {
  it('copies bytes that a web server may read, whatever the umask', async () => {
    const site = await project({ 'static/css/app.css': 'body{}' });
    expect((await run(site)).code).toBe(0);
    const path = site.path('staticfiles', 'css', 'app.css');
    expect(await readFile(path, 'utf8')).toBe('body{}');
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o644);
  });

  it('leaves unchanged files alone, by content and not by time', async () => {
    const site = await project({ 'static/a.css': 'AAA', 'static/b.css': 'BBB' });
    await run(site);
    const before = await stat(site.path('staticfiles', 'a.css'));
    await site.write({ 'static/a.css': 'AAA', 'static/b.css': 'CCC' });
    expect((await run(site)).out).toMatch(/1 uploaded \(3 B\), 1 unchanged/);
    expect((await stat(site.path('staticfiles', 'a.css'))).ino).toBe(before.ino);
    expect(await readFile(site.path('staticfiles', 'b.css'), 'utf8')).toBe('CCC');
  });

  it('leaves no temporary file behind', async () => {
    const site = await project({ 'static/a.css': 'A', 'static/x/b.css': 'B' });
    await run(site);
    expect(await collected(site)).toEqual(['a.css', 'b.css']);
  });

  it('keeps what is at the destination, until it is told to clear', async () => {
    const site = await project({ 'static/a.css': 'A', 'staticfiles/old/gone.css': 'x' });
    await run(site);
    expect(await collected(site)).toEqual(['a.css', 'gone.css']);
    const { code, out } = await run(site, ['--clear', '--yes']);
    expect(code).toBe(0);
    expect(out).toMatch(/1 deleted/);
    expect(await collected(site)).toEqual(['a.css']);
    expect(await readdir(site.path('staticfiles'))).toEqual(['a.css']);
  });

  it.skipIf(process.platform !== 'linux')(
    'clears what has a name that is no UTF-8, too (Linux)',
    async () => {
      const site = await project({ 'static/a.css': 'A', 'staticfiles/x/old.css': 'old' });
      const bad = (name: string) =>
        Buffer.concat([Buffer.from(site.path('staticfiles', name)), Buffer.from([0xff])]);
      for (const name of ['bad', 'x/bad']) await writeFile(bad(name), 'old');
      expect((await run(site)).code).toBe(0);
      expect(await collected(site)).toEqual(['a.css', 'bad\uFFFD', 'bad\uFFFD', 'old.css']);
      const { code, out } = await run(site, ['--clear', '--yes']);
      expect({ code, out }).toMatchObject({ code: 0 });
      expect(out).toContain('3 deleted');
      expect(await collected(site)).toEqual(['a.css']);
    },
  );

  it('asks before it clears, and takes only yes for yes', async () => {
    const site = await project({ 'static/a.css': 'A', 'staticfiles/gone.css': 'x' });
    const declined = await run(site, ['--clear'], { answer: 'y' });
    expect(declined.code).toBe(5);
    expect(declined.err).toMatch(/Type 'yes' to continue/);
    expect(await collected(site)).toEqual(['gone.css']);
    const nobody = await run(site, ['--clear']);
    expect(nobody.code).toBe(5);
    expect(nobody.err).toMatch(/--yes/);
    expect((await run(site, ['--clear'], { answer: 'yes' })).code).toBe(0);
    expect(await collected(site)).toEqual(['a.css']);
  });

  it('understands both of Django’s ways to ask nothing', async () => {
    for (const flag of ['--noinput', '--no-input']) {
      const site = await project({ 'static/a.css': 'A', 'staticfiles/gone.css': 'x' });
      expect((await run(site, ['--clear', flag])).code).toBe(0);
    }
  });

  it('clears nothing when a copy failed', async () => {
    const site = await project({ 'static/a.css': 'A', 'staticfiles/gone.css': 'x' });
    await mkdir(site.path('staticfiles', 'a.css'));
    const { code } = await run(site, ['--clear', '--yes']);
    expect(code).toBe(5);
    expect(await collected(site)).toEqual(['gone.css']);
  });

  it.each([
    ['a repository', { 'out/.git/HEAD': 'ref' }],
    ['a package', { 'out/package.json': '{}' }],
  ])('refuses to clear %s', async (_, files: SiteFiles) => {
    const site = await project({ 'static/a.css': 'A', ...files });
    const { code, err } = await run(site, ['--to', 'out', '--clear', '--yes']);
    expect(code).toBe(5);
    expect(err).toMatch(/--clear would delete all/);
  });

  it('refuses to clear what holds a repository further down', async () => {
    const site = await project({ 'static/a.css': 'A', 'out/app/.git/HEAD': 'ref' });
    const { code, err } = await run(site, ['--to', 'out', '--clear', '--yes']);
    expect(code).toBe(5);
    expect(err).toMatch(/--clear would delete all .*app.\.git.HEAD/);
  });

  it('does not clear another target, which lives inside', async () => {
    const config = { local: { dir: 'pub' }, targets: { media: { local: { dir: 'pub/media' } } } };
    const site = await project({
      'collect.config.json': JSON.stringify(config),
      'static/a.css': 'A',
      'media/up.jpg': 'M',
    });
    expect((await run(site, ['--all'])).code).toBe(0);
    const { code, err } = await run(site, ['--clear', '--yes']);
    expect(code).toBe(5);
    expect(err).toMatch(/holds the target media/);
    expect(await readFile(site.path('pub', 'media', 'up.jpg'), 'utf8')).toBe('M');
  });

  it('clears a file whose name is the same only in composed Unicode', async () => {
    const site = await project({ 'static/\u00e9.css': 'A', 'staticfiles/e\u0301.css': 'old' });
    const { code } = await run(site, ['--clear', '--yes']);
    expect(code).toBe(0);
    expect(await collected(site)).toEqual(['\u00e9.css']);
  });

  it('says that a destination is a file, and where it cannot be made', async () => {
    const site = await project({ 'static/a.css': 'A', afile: 'x' });
    expect(await run(site, ['--to', 'afile'])).toMatchObject({ code: 5 });
  });

  it('refuses to clear the folder of its own config', async () => {
    const site = await project({ 'out/collect.config.json': '{"sources":["../static"]}' });
    await site.write({ 'static/a.css': 'A' });
    const args = ['--config', 'out/collect.config.json', '--to', 'out', '--clear', '--yes'];
    expect(await run(site, args)).toMatchObject({ code: 5 });
  });

  it.each([
    ['inside a source', 'static/out'],
    ['around a source', '.'],
    ['the source itself', 'static'],
  ])('refuses a destination %s', async (_, to) => {
    const site = await project({ 'static/a.css': 'A' });
    const { code, err } = await run(site, ['--to', to]);
    expect(code).toBe(5);
    expect(err).toMatch(/destination/);
  });

  it('deletes and writes nothing in a dry run', async () => {
    const site = await project({ 'static/a.css': 'A', 'staticfiles/gone.css': 'x' });
    const { code, out } = await run(site, ['--clear', '--dry-run']);
    expect(code).toBe(0);
    expect(out).toMatch(/upload .*a\.css[\s\S]*delete .*gone\.css.*orphan/);
    expect(await collected(site)).toEqual(['gone.css']);
  });
});

describe.skipIf(process.platform === 'win32')('links at the destination (not on Windows)', () => {
  it('makes links to the sources with --link, and copies again without', async () => {
    const site = await project({ 'static/css/a.css': 'A' });
    await run(site, ['--link']);
    const path = site.path('staticfiles', 'css', 'a.css');
    expect(await readlink(path)).toBe(site.path('static', 'css', 'a.css'));
    expect((await run(site, ['--link'])).out).toMatch(/0 uploaded .*1 unchanged/);
    expect((await run(site)).out).toMatch(/1 uploaded/);
    expect((await lstat(path)).isSymbolicLink()).toBe(false);
    expect((await run(site, ['--link'])).out).toMatch(/1 uploaded/);
  });

  it('replaces a link in the place of a file, and does not write through it', async () => {
    const site = await project({ 'static/a.css': 'new', 'precious.txt': 'old' });
    await mkdir(site.path('staticfiles'));
    await symlink('../precious.txt', site.path('staticfiles', 'a.css'));
    expect((await run(site)).code).toBe(0);
    expect(await readFile(site.path('precious.txt'), 'utf8')).toBe('old');
    expect(await readFile(site.path('staticfiles', 'a.css'), 'utf8')).toBe('new');
  });

  it('refuses a link in the place of a directory', async () => {
    const site = await project({ 'static/css/a.css': 'new', 'elsewhere/a.css': 'old' });
    await mkdir(site.path('staticfiles'));
    await symlink('../elsewhere', site.path('staticfiles', 'css'));
    const { code, err } = await run(site);
    expect(code).toBe(5);
    expect(err).toMatch(/css is a link where a directory belongs/);
    expect(await readFile(site.path('elsewhere', 'a.css'), 'utf8')).toBe('old');
  });
});

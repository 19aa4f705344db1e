import { execFileSync } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CollectError } from '../../src/errors.ts';
import { findFiles, type FindOptions } from '../../src/find.ts';
import type { Source, Verdict } from '../../src/types.ts';
import { createSite, type Site, type SiteFiles } from '../support/create-site.ts';

const onWindows = process.platform === 'win32';

async function site(files: SiteFiles): Promise<Site> {
  const made = await createSite(files);
  onTestFinished(() => made.remove());
  return made;
}

function source(at: Site, dir: string, more: Partial<Source> = {}): Source {
  const base = { prefix: '', include: [], ignore: [], optional: false };
  return { dir: at.path(dir), label: dir, ...base, ...more };
}

function options(sources: Source[], more: Partial<FindOptions> = {}): FindOptions {
  const s3 = { location: 'static' };
  return { sources, ignore: [], defaultIgnore: true, backend: 'local', root: '/', s3, ...more };
}

async function names(findOptions: FindOptions): Promise<string[]> {
  return (await findFiles(findOptions)).files.map((file) => file.name);
}

async function failure(findOptions: FindOptions): Promise<CollectError> {
  const error: unknown = await findFiles(findOptions).catch((reason: unknown) => reason);
  if (!(error instanceof CollectError)) throw new Error(`no CollectError: ${String(error)}`);
  return error;
}

const textOf = (error: CollectError) => [error.message, ...error.problems].join('\n');

describe('findFiles', () => {
  it('merges sources into one tree, the first wins, and says what is shadowed', async () => {
    const at = await site({ 'a/app.css': 'a', 'a/x.js': '1', 'b/app.css': 'b', 'b/y.js': '2' });
    const seen: Verdict[] = [];
    const found = await findFiles(options([source(at, 'a'), source(at, 'b')]), (event) => {
      if (event.type === 'shadowed') seen.push(event);
    });
    expect(found.files.map((file) => file.name)).toEqual(['app.css', 'x.js', 'y.js']);
    expect(found.files[0]?.content).toMatchObject({ path: at.path('a', 'app.css') });
    expect(seen).toEqual([
      {
        type: 'shadowed',
        name: 'app.css',
        path: at.path('b', 'app.css'),
        by: at.path('a', 'app.css'),
      },
    ]);
    expect(found.counts).toEqual({ found: 4, ignored: 0, shadowed: 1 });
  });

  it('puts the prefix before every name', async () => {
    const at = await site({ 'dist/css/b.css': '' });
    expect(await names(options([source(at, 'dist', { prefix: 'vendor/b' })]))).toEqual([
      'vendor/b/css/b.css',
    ]);
  });

  it("leaves out Django's CVS, dot files and backups, but keeps .well-known", async () => {
    const at = await site({
      's/app.css': '',
      's/CVS/Root': '',
      's/.env': '',
      's/.git/config': '',
      's/backup~': '',
      's/.well-known/security.txt': '',
    });
    expect(await names(options([source(at, 's')]))).toEqual([
      '.well-known/security.txt',
      'app.css',
    ]);
    expect(await names(options([source(at, 's')], { defaultIgnore: false }))).toHaveLength(6);
  });

  it('gives every entry one verdict; a pruned directory is one entry', async () => {
    const at = await site({
      's/app.css': '',
      's/a.psd': '',
      's/node_modules/x/1.js': '',
      's/node_modules/x/2.js': '',
      's/.DS_Store': '',
    });
    const ignored: string[] = [];
    const found = await findFiles(
      options([source(at, 's', { ignore: ['node_modules'] })], { ignore: ['*.psd'] }),
      (event) => {
        if (event.type === 'ignored')
          ignored.push(`${event.path.slice(at.dir.length)} ${event.why}`);
      },
    );
    expect(ignored.map((line) => line.replaceAll('\\', '/'))).toEqual([
      '/s/.DS_Store default ignore ".*"',
      '/s/a.psd ignore "*.psd"',
      '/s/node_modules ignore "node_modules"',
    ]);
    expect(found.counts).toEqual({ found: 1, ignored: 3, shadowed: 0 });
  });

  it('takes only what is included', async () => {
    const at = await site({ 's/css/a.min.css': '', 's/css/a.css': '', 's/js/a.js': '' });
    const only = source(at, 's', { include: ['css/*.min.css*'] });
    expect(await names(options([only]))).toEqual(['css/a.min.css']);
  });

  it('lists names in the order of their code points, whatever the directory says', async () => {
    const at = await site({ 's/b.css': '', 's/a/z.css': '', 's/a.css': '', 's/B.css': '' });
    expect(await names(options([source(at, 's')]))).toEqual(['B.css', 'a.css', 'a/z.css', 'b.css']);
  });

  it.each([
    ['absent', {}, /absent does not exist .*Did the build run/],
    ['empty', { 'x/keep': '' }, /x has nothing left.*1 by ignore "keep"/],
  ])('names a source that is %s', async (_, files: SiteFiles, message) => {
    const at = await site(files);
    const dir = Object.keys(files).length === 0 ? 'absent' : 'x';
    const error = await failure(options([source(at, dir, { ignore: ['keep'] })]));
    expect(error.exitCode).toBe(4);
    expect(textOf(error)).toMatch(message);
  });

  it('tells an empty directory from one emptied by a rule, and all problems at once', async () => {
    const at = await site({ 's/.hidden': '', 'file.txt': '' });
    execFileSync(process.execPath, ['-e', `fs.mkdirSync(${JSON.stringify(at.path('bare'))})`]);
    const sources = ['s', 'bare', 'file.txt', 'none'].map((dir) => source(at, dir));
    const error = await failure(options(sources));
    expect(error.exitCode).toBe(4);
    expect(error.problems).toHaveLength(4);
    expect(textOf(error)).toMatch(/s has nothing left.*1 by default ignore "\.\*"/);
    expect(textOf(error)).toMatch(/bare is empty/);
    expect(textOf(error)).toMatch(/file\.txt is not a directory/);
    expect(textOf(error)).toMatch(/none does not exist/);
  });

  it('lets an optional source be absent or empty', async () => {
    const at = await site({ 's/a.css': '', 't/.x': '' });
    const sources = [
      source(at, 's'),
      ...['none', 't'].map((dir) => source(at, dir, { optional: true })),
    ];
    expect(await names(options(sources))).toEqual(['a.css']);
  });

  it('refuses a name that is a file in one source and a directory in another', async () => {
    const at = await site({ 'a/x': '', 'b/x/y.css': '' });
    const sources = [source(at, 'a'), source(at, 'b')];
    expect(textOf(await failure(options(sources)))).toMatch(/x is a file .* a directory/);
    const { warnings } = await findFiles(options(sources, { backend: 's3' }));
    expect(warnings).toMatchObject([{ code: 'FILE_AND_DIRECTORY', subjects: ['x'] }]);
  });

  it('takes names that differ in case, and warns of them on S3', async () => {
    const at = await site({ 'a/App.js': '', 'b/app.js': '', 'b/APP.JS/x': '', 'b/other.js': '' });
    if ((await at.list('a')).length + (await at.list('b')).length < 4) return; // this disk cannot
    const sources = [source(at, 'a'), source(at, 'b')];
    expect(await names(options(sources))).toHaveLength(4);
    const { warnings } = await findFiles(options(sources, { backend: 's3' }));
    expect(warnings).toMatchObject([
      { code: 'CASE_COLLISION', subjects: ['App.js and app.js and APP.JS'] },
    ]);
  });

  it('counts a key in bytes, up to the last one that S3 takes', async () => {
    const at = await site({ [`fits/${`${'é'.repeat(99)}/`.repeat(4)}h`]: '' });
    const [name = ''] = await names(options([source(at, 'fits')], { backend: 's3' }));
    const room = 1024 - Buffer.byteLength(name);
    const at1024 = options([source(at, 'fits')], {
      backend: 's3',
      s3: { location: 'l'.repeat(room - 1) },
    });
    expect(await names(at1024)).toEqual([name]);
    const at1025 = { ...at1024, s3: { location: 'l'.repeat(room) } };
    expect(textOf(await failure(at1025))).toMatch(/a key of 1025 bytes; S3 allows 1024/);
  });

  it('refuses a key that S3 could not hold', async () => {
    const deep = `s/${Array.from({ length: 6 }, () => 'd'.repeat(200)).join('/')}`;
    const at = await site({ [deep]: '' });
    const error = await failure(options([source(at, 's')], { backend: 's3' }));
    expect(textOf(error)).toMatch(/a key of 1212 bytes; S3 allows 1024/);
  });
});

describe.skipIf(onWindows)('findFiles on a POSIX file system (links, FIFOs, raw names)', () => {
  it('follows links to inside the source, to files and directories', async () => {
    const at = await site({ 's/v1/app.css': 'x' });
    await symlink('v1', at.path('s', 'latest'));
    await symlink('v1/app.css', at.path('s', 'app.css'));
    expect(await names(options([source(at, 's')]))).toEqual([
      'app.css',
      'latest/app.css',
      'v1/app.css',
    ]);
  });

  it('refuses links that lead outside, all at once, and publishes nothing of it', async () => {
    const at = await site({ 's/a.css': '', 'secret.txt': 's', 'other/x': '' });
    await symlink('../secret.txt', at.path('s', 'link.txt'));
    await symlink('../other', at.path('s', 'dir'));
    const error = await failure(options([source(at, 's')]));
    expect(error.exitCode).toBe(5);
    expect(error.problems).toHaveLength(2);
    expect(textOf(error)).toMatch(/link\.txt: the link leads outside of s/);
  });

  it('asks nothing of a link that is ignored', async () => {
    const at = await site({ 's/a.css': '', 'secret.txt': 's' });
    await symlink('../secret.txt', at.path('s', 'link.txt'));
    expect(await names(options([source(at, 's')], { ignore: ['link.txt'] }))).toEqual(['a.css']);
  });

  it('ends loops, direct and in two steps, and says so', async () => {
    const at = await site({ 's/x/a.css': '', 's/y/b.css': '' });
    await symlink('..', at.path('s', 'x', 'up'));
    await symlink('self', at.path('s', 'self'));
    await symlink('../y', at.path('s', 'x', 'to-y'));
    await symlink('../x', at.path('s', 'y', 'to-x'));
    const { files, warnings } = await findFiles(options([source(at, 's')]));
    expect(files.map(({ name }) => name)).toContain('x/to-y/b.css');
    expect(files.length).toBeLessThan(12);
    expect(warnings.map(({ message }) => message).join()).toMatch(/link loop/);
  });

  it('leaves out dangling links, FIFOs and sockets, and says so', async () => {
    const at = await site({ 's/a.css': '' });
    await symlink('nowhere', at.path('s', 'dangling'));
    execFileSync('mkfifo', [at.path('s', 'fifo')]);
    const server = createServer().listen(at.path('s', 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const { files, warnings, counts } = await findFiles(options([source(at, 's')]));
    expect(files.map(({ name }) => name)).toEqual(['a.css']);
    expect(counts).toEqual({ found: 1, ignored: 3, shadowed: 0 });
    expect(warnings).toMatchObject([
      { message: '1 left out: dangling link', subjects: [at.path('s', 'dangling')] },
      { message: '2 left out: FIFO, socket or device' },
    ]);
  });

  it('names a file whose name is not UTF-8, and takes a real U+FFFD', async () => {
    const at = await site({ 's/real\uFFFD.css': '' });
    expect(await names(options([source(at, 's')]))).toEqual(['real\uFFFD.css']);
    await writeFile(Buffer.concat([Buffer.from(at.path('s', 'bad')), Buffer.from([0xff])]), '');
    const error = await failure(options([source(at, 's')]));
    expect(error.exitCode).toBe(4);
    expect(textOf(error)).toMatch(/bad\uFFFD is not valid UTF-8/);
  });

  it('refuses two names that are one in composed Unicode', async () => {
    const at = await site({ 's/\u00e9.css': '1', 's/e\u0301.css': '2' });
    expect(textOf(await failure(options([source(at, 's')])))).toMatch(/same name .*NFC/);
  });

  it('publishes spaces, backslashes, percent signs and dots as they are', async () => {
    const odd = [' lead', 'trail ', 'back\\slash', '%2e%2e', '..a', '...', 'a?b#c', '~'];
    const at = await site(Object.fromEntries(odd.map((name) => [`s/${name}`, ''])));
    const found = await names(options([source(at, 's')], { defaultIgnore: false }));
    expect(found).toEqual([...odd].sort());
  });

  it('refuses control characters in names', async () => {
    const at = await site({ 's/a\nb.css': '' });
    expect(textOf(await failure(options([source(at, 's')])))).toMatch(/"\S*a\\nb\.css".*control/);
  });
});

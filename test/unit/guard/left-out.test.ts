import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { judgeLeftOut } from '../../../src/guard/left-out.ts';
import { createSite, type SiteFiles } from '../../support/create-site.ts';

interface Left {
  readonly files: SiteFiles;
  /** Entries that the default ignores left out. */
  readonly entries: readonly string[];
  readonly ignore?: readonly string[];
  readonly own?: readonly string[];
  readonly include?: readonly string[];
}

async function judge({ files, entries, ignore = [], own = [], include = [] }: Left) {
  const site = await createSite(files);
  onTestFinished(() => site.remove());
  const source = { dir: site.dir, label: '', prefix: 'p', include, ignore: own, optional: false };
  const leftOut = entries.map((name) => ({ name, path: site.path(...name.split('/')), source }));
  return { site, leftOut, findings: await judgeLeftOut(leftOut, ignore) };
}

const namesIn = async (left: Left) => (await judge(left)).findings.map(({ name }) => name);

it('tells which entry it was, and the way past', async () => {
  const files = { 'sub/.cache/keys/id_rsa': '' };
  const { site, findings } = await judge({ files, entries: ['sub/.cache'] });
  expect(findings).toEqual([
    {
      rule: 'key-file',
      name: 'sub/.cache/keys/id_rsa',
      entry: site.path('sub', '.cache'),
      refusal: {
        path: site.path('sub', '.cache', 'keys', 'id_rsa'),
        rule: 'key-file',
        why: 'a private key',
        past: expect.stringContaining('"ignore": ["sub/.cache/keys/id_rsa"]') as string,
      },
    },
  ]);
});

it('tells a repository once, wherever it lies', async () => {
  const files = { '.git/HEAD': '', '.git/id_rsa': '', '.x/.git/HEAD': '', '.x/.git/config': '' };
  expect(await namesIn({ files, entries: ['.git', '.x'] })).toEqual(['.git', '.x/.git']);
});

it('tells what two sources have in common once', async () => {
  const { leftOut } = await judge({ files: { '.env': '' }, entries: ['.env', '.env'] });
  expect((await judgeLeftOut(leftOut, [])).map(({ name }) => name)).toEqual(['.env']);
});

it('has nothing to say about what is ordinary', async () => {
  const files = { '.DS_Store': '', '.cache/a/b.css': '', 'a.css~': '' };
  expect(await namesIn({ files, entries: ['.DS_Store', '.cache', 'a.css~'] })).toEqual([]);
});

it.each<[string, Partial<Left>]>([
  ['named by ignore', { ignore: ['.env', 'id_rsa', '.git'] }],
  ["named by its source's ignore", { own: ['.env', 'id_rsa', '.git'] }],
  ['in a directory that ignore names', { own: ['.env', '.x/deep'], ignore: ['**/.git/**'] }],
  ['not asked for by include', { include: ['*.css'] }],
])('leaves in peace what is %s', async (_, more) => {
  const files = { '.env': 'A=1', '.x/deep/id_rsa': '', '.x/.git/HEAD': '' };
  expect(await namesIn({ files, entries: ['.env', '.x'], ...more })).toEqual([]);
});

it('does not leave in peace what include asks for, nor a repository whose files it asks for', async () => {
  const files = { '.env': 'A=1', '.x/deep/id_rsa': '', '.git/HEAD': '' };
  const left = { files, entries: ['.env', '.x', '.git'] };
  expect(await namesIn({ ...left, include: ['**'] })).toEqual(['.env', '.x/deep/id_rsa', '.git']);
  expect(await namesIn({ ...left, include: ['id_rsa'] })).toEqual(['.x/deep/id_rsa']);
  expect(await namesIn({ ...left, include: ['.git/*'] })).toEqual(['.git']);
});

it('looks into files whose names do not settle it', async () => {
  const files = {
    '.x/prod.env': 'A=1',
    '.x/sky.env': Buffer.from([0x86, 0x16, 0, 1]),
    '.x/long.env': `${'#'.repeat(8192)}\nA=1`,
    '.x/late.env': `${'#'.repeat(8180)}\nA=1`,
  };
  expect(await namesIn({ files, entries: ['.x'] })).toEqual(['.x/late.env', '.x/prod.env']);
  // By itself, too.
  expect(await namesIn({ files, entries: ['.x/prod.env', '.x/sky.env'] })).toEqual(['.x/prod.env']);
});

it.skipIf(process.platform !== 'linux')('closes every file that it looked into', async () => {
  const files = { '.x/prod.env': 'A=1', '.x/sky.env': Buffer.from([0, 1]) };
  const { site } = await judge({ files, entries: ['.x'] });
  const open = readdirSync('/proc/self/fd').map((fd) => `/proc/self/fd/${fd}`);
  const paths = open.filter((link) => existsSync(link)).map((link) => readlinkSync(link));
  expect(paths.filter((path) => path.startsWith(site.dir))).toEqual([]);
});

it('opens no directory and no FIFO in the place of a key', async () => {
  const { site, leftOut } = await judge({
    files: { '.x/a.pem/readme.txt': '' },
    entries: ['.x'],
  });
  if (process.platform !== 'win32') execFileSync('mkfifo', [site.path('.x', 'b.pem')]);
  expect(await judgeLeftOut(leftOut, [])).toEqual([]);
});

it('tells a directory by its name, whatever it holds', async () => {
  const { site, leftOut } = await judge({ files: {}, entries: ['.aws', '.x'] });
  await mkdir(site.path('.aws'));
  await mkdir(site.path('.x', '.ssh'), { recursive: true });
  expect((await judgeLeftOut(leftOut, [])).map(({ name }) => name)).toEqual(['.aws', '.x/.ssh']);
});

it.skipIf(process.platform === 'win32')('enters no link, which may lead anywhere', async () => {
  const { site, leftOut } = await judge({ files: { 'home/id_rsa': '' }, entries: ['.x'] });
  await symlink(site.path('home'), site.path('.x'));
  expect(await judgeLeftOut(leftOut, [])).toEqual([]);
});

it('judges what vanished by its name', async () => {
  expect(await namesIn({ files: {}, entries: ['.git', '.cache'] })).toEqual(['.git']);
});

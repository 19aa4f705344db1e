import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { createSite, type Site, type SiteFiles } from '../support/create-site.ts';

async function project(files: SiteFiles): Promise<Site> {
  const site = await createSite(files);
  onTestFinished(() => site.remove());
  return site;
}

async function run(cwd: string, args: string[], env: Record<string, string> = {}) {
  const io = createFakeIo(args, { cwd, env });
  const code = await main(io);
  return { code, out: io.out(), err: io.err() };
}

const flagging = (path: string) =>
  `require('node:fs').writeFileSync(${JSON.stringify(path)}, 'it ran'); module.exports = {};`;
const ran = (site: Site) =>
  readFile(site.path('ran'), 'utf8').then(
    () => true,
    () => false,
  );

describe('a config that somebody planted', () => {
  it('above the project root is not even loaded, whatever it is called', async () => {
    const site = await project({ 'app/package.json': '{}', 'app/sub/static/a.css': '' });
    await site.write({
      'collect.config.js': flagging(site.path('ran')),
      'collect.config.cjs': flagging(site.path('ran')),
      '.collect-staticrc': 'concurrency: 1',
      'package.json': '{ "collect-static": { "concurrency": 1 } }',
      '.env': 'AWS_S3_ENDPOINT_URL=http://evil.example',
    });
    const { code, out } = await run(site.path('app/sub'), ['config']);
    expect(code).toBe(0);
    expect(out).toMatch(/^# config file: none$/m);
    expect(out).not.toMatch(/evil|concurrency +1/);
    expect(await ran(site)).toBe(false);
    // The same is found where it belongs to the project.
    expect((await run(site.dir, ['config'])).code).toBe(0);
    expect(await ran(site)).toBe(true);
  });

  it('is not run for its neighbours: the first of a directory is the only one', async () => {
    const site = await project({ 'package.json': '{}', 'collect.config.json': '{}' });
    await site.write({ 'collect.config.cjs': flagging(site.path('ran')) });
    expect((await run(site.dir, ['config'])).code).toBe(0);
    expect(await ran(site)).toBe(false);
  });

  it.each([
    ['__proto__', '{ "__proto__": { "collect-static": { "concurrency": 1 } } }', 0, /none/],
    ['null', '{ "collect-static": null }', 3, /must hold an object, not nothing/],
    ['a text', '{ "collect-static": "./x.js" }', 3, /must hold an object, not "\.\/x\.js"/],
    [
      '__proto__ inside',
      '{ "collect-static": { "__proto__": { "polluted": 1 } } }',
      3,
      /__proto__ is unknown/,
    ],
    [
      'a terminal escape',
      '{ "collect-static": { "\\u001b[2J": 1 } }',
      3,
      /a key with a control character/,
    ],
    ['an import', '{ "collect-static": { "$import": "/etc/passwd" } }', 3, /\$import is unknown/],
  ])('in package.json: %s', async (_, text, exitCode, message) => {
    const site = await project({ 'package.json': text });
    const { code, out, err } = await run(site.dir, ['config']);
    expect(code).toBe(exitCode);
    expect(out + err).toMatch(message);
    expect(out + err).not.toContain('\u001b');
    expect(Reflect.get({}, 'polluted')).toBe(undefined);
  });
});

describe.skipIf(process.platform === 'win32')('a config that is no ordinary file', () => {
  const config = 'collect.config.json';

  it('a link is followed, and paths count from where it lies', async () => {
    const site = await project({ 'shared/base.json': '{ "sources": ["web"] }', 'app/x': '' });
    await symlink(site.path('shared/base.json'), site.path('app', config));
    const { code, out } = await run(site.path('app'), ['config', '--json']);
    expect(code).toBe(0);
    expect(out).toContain(site.path('app/web'));
  });

  it.each([
    [
      'a link to nothing',
      (path: string) => symlink('nowhere', path),
      'it is a link to what is not there',
    ],
    ['a link to itself', (path: string) => symlink(config, path), 'ELOOP'],
    ['a directory', (path: string) => mkdir(path), 'it is a directory'],
    ['a link to a directory', (path: string) => symlink('/', path), 'it is a directory'],
    ['a FIFO', (path: string) => Promise.resolve(execFileSync('mkfifo', [path])), 'it is no file'],
    ['a device', (path: string) => symlink('/dev/zero', path), 'it is no file'],
    ['a socket', listen, 'it is no file'],
  ])('%s ends in exit 3', async (_, make, reason) => {
    const site = await project({ 'package.json': '{}', 'static/a.css': '' });
    await make(site.path(config));
    for (const args of [['config'], [], ['config', '--config', config]]) {
      const { code, out, err } = await run(site.dir, args);
      expect({ code, out }).toEqual({ code: 3, out: '' });
      expect(err).toContain(`${config} cannot be read: ${reason}`);
    }
  });

  it('one that is swapped all the time ends in exit 0 or 3, and is never half of two', async () => {
    const site = await project({ 'package.json': '{}', 'a.json': '{ "concurrency": 7 }' });
    await site.write({ 'b.json': '{ "concurrency": 8 }', 'other/x': '' });
    const path = site.path(config);
    let over = false;
    const swap = async () => {
      for (let i = 0; !over; i += 1) {
        const next = site.path('next');
        if (i % 3 === 0) await writeFile(next, `{ "concurrency": ${7 + (i % 2)} }`);
        if (i % 3 === 1) await symlink(site.path('b.json'), next);
        if (i % 3 === 2) await rm(path);
        else await rename(next, path);
      }
    };
    const swapping = swap();
    const seen = new Set<string>();
    for (let i = 0; i < 100; i += 1) {
      const { code, out, err } = await run(site.dir, ['config']);
      expect([0, 3]).toContain(code);
      expect(err).not.toContain('bug');
      if (code === 0) seen.add(/^concurrency +(\S+)/m.exec(out)?.[1] ?? '');
    }
    over = true;
    await swapping;
    expect([...seen].filter((value) => !['7', '8', '"auto"'].includes(value))).toEqual([]);
    expect(seen.size).toBeGreaterThan(1);
  });
});

async function listen(path: string): Promise<void> {
  const server = createServer().listen(path);
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
}

describe('collect-static config with a configuration that has problems', () => {
  const files = {
    'collect.config.json': JSON.stringify({
      concurrency: 7,
      s3: { acl: 'pubic-read', region: 'eu-west-1' },
      colour: 'red',
    }),
    'package.json': '{}',
    '.env': 'AWS_SECRET_ACCESS_KEY=canary-of-dotenv\nAWS_PRELOAD_METADATA=perhaps',
  };

  it('shows what holds in spite of them, then every one of them', async () => {
    const { code, out, err } = await run((await project(files)).dir, ['config']);
    expect(code).toBe(3);
    expect(out).toMatch(/^concurrency +7 +collect\.config\.json$/m);
    expect(out).toMatch(/^s3\.region +"eu-west-1" +collect\.config\.json$/m);
    expect(out).toMatch(/^s3\.acl +"auto" +default; what was set is refused$/m);
    expect(out).toMatch(/^s3\.preloadMetadata +true +default; what was set is refused$/m);
    expect(err).toMatch(/s3\.acl must be .* not "pubic-read"/);
    expect(err).toMatch(/AWS_PRELOAD_METADATA \(\.env\): must be true or false/);
    expect(err).toMatch(/colour is unknown/);
    expect(out + err).not.toContain('canary');
  });

  it('does so in JSON: the values, the error, the end', async () => {
    const { code, out, err } = await run((await project(files)).dir, ['config', '--json']);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(code).toBe(3);
    expect(lines.find(({ path }) => path === 's3.region')).toMatchObject({ value: 'eu-west-1' });
    expect(lines.at(-2)).toMatchObject({ type: 'error', code: 'CONFIG_INVALID' });
    expect(lines.at(-1)).toEqual({ type: 'end', exitCode: 3 });
    expect(err).toBe('');
  });

  it('deploys nothing of it', async () => {
    const site = await project({ ...files, 'static/a.css': 'a' });
    expect(await run(site.dir, [])).toMatchObject({ code: 3, out: '' });
    expect(await site.list()).not.toContain('staticfiles/a.css');
  });
});

import { createHash } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createBackend } from '../../src/backends/index.ts';
import { collect } from '../../src/collect.ts';
import { loadConfig, type Flags } from '../../src/config/index.ts';
import type { Report } from '../../src/types.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { openedDuring } from '../support/opened.ts';

// What is kept of a file was made surely later than the file: for these tests it is always half an hour later. After an
// hour, what another run is writing would be taken for left over.
const hour = 3_600_000;
let ahead = hour / 2;
beforeEach(() => {
  ahead = hour / 2;
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
});

interface World {
  readonly site: Site;
  readonly deploy: (more?: Deploy) => Promise<Report>;
  /** Names below the directory that a deploy opens files of. */
  readonly openedBy: (dir: string, more?: Deploy) => Promise<string[]>;
}

interface Deploy {
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: Flags;
  readonly dryRun?: boolean;
}

const files = {
  'package.json': '{}',
  'static/a.css': 'a{}',
  'static/b.bin': new Uint8Array([0, 1, 2, 3]),
  'static/large.txt': 'many lines\n'.repeat(10_000),
};

async function world(config: object = {}): Promise<World> {
  const site = await createSite({ ...files, 'collect.config.json': JSON.stringify(config) });
  onTestFinished(() => site.remove());
  const deploy: World['deploy'] = async ({ env = {}, flags = {}, dryRun = false } = {}) => {
    const loaded = await loadConfig({
      cwd: site.dir,
      env: { XDG_CACHE_HOME: site.path('cache'), ...env },
      flags,
    });
    return collect(loaded, await createBackend(loaded), { dryRun });
  };
  return {
    site,
    deploy,
    openedBy: async (dir, more) => {
      const below = `${site.path(dir)}/`;
      const opened = await openedDuring(() => deploy(more));
      return opened.flatMap((path) => (path.startsWith(below) ? [path.slice(below.length)] : []));
    },
  };
}

const all = ['a.css', 'b.bin', 'large.txt'];

const cacheFile = async (site: Site) => {
  const dir = site.path('cache', 'collect-static', 'digests');
  const names = await site.list('cache', 'collect-static', 'digests');
  expect(names).toHaveLength(1);
  return `${dir}/${names[0] ?? ''}`;
};

/** As a build does that restores times: the same size, the same time of modification, other bytes. */
async function changeInSecret(path: string, text: string): Promise<void> {
  const { atime, mtime } = await stat(path);
  await writeFile(path, text);
  await utimes(path, atime, mtime);
}

describe('a run with unchanged files', () => {
  it('opens none of them', async () => {
    const { openedBy } = await world();
    expect(await openedBy('static')).toEqual(all);
    expect(await openedBy('static')).toEqual([]);
  });

  it('opens nothing at a local destination that an earlier run has read there', async () => {
    const { deploy, openedBy } = await world();
    await deploy();
    expect(await openedBy('staticfiles')).toEqual(all);
    expect(await openedBy('staticfiles')).toEqual([]);
    expect((await deploy()).counts).toMatchObject({ skipped: 3, uploaded: 0 });
  });

  it('opens them all with --no-cache, and keeps nothing', async () => {
    const { site, openedBy } = await world();
    const flags = { cache: false };
    expect(await openedBy('static', { flags })).toEqual(all);
    expect(await openedBy('static', { flags })).toEqual(all);
    expect(await site.list()).not.toContainEqual(expect.stringMatching(/^cache/));
  });

  it('opens those only whose names need a look inside', async () => {
    const { site, openedBy, deploy } = await world();
    await site.write({ 'static/cert.pem': '-----BEGIN CERTIFICATE-----\nMIIB\n' });
    await deploy();
    expect(await openedBy('static')).toEqual(['cert.pem']);
  });

  it('stores under the same digests what the destination has lost', async () => {
    const { site, deploy } = await world();
    await deploy();
    await rm(site.path('staticfiles'), { recursive: true });
    expect((await deploy()).counts).toMatchObject({ uploaded: 3, failed: 0 });
    expect(await readFile(site.path('staticfiles', 'large.txt'), 'utf8')).toBe(
      files['static/large.txt'],
    );
  });

  it('warns of them as before', async () => {
    const { site, deploy } = await world();
    await site.write({
      'static/app.ts': 'let a: number;\n',
      'static/film.ts': new Uint8Array([71, 0]),
    });
    const warned = async () =>
      (await deploy()).warnings.map(({ code, subjects }) => ({ code, subjects }));
    const first = await warned();
    expect(first).toContainEqual({ code: 'UNBUILT_SOURCES', subjects: ['app.ts'] });
    expect(await warned()).toEqual(first);
  });
});

describe('a file is read again', () => {
  const ways: Readonly<Record<string, (site: Site) => Promise<unknown>>> = {
    'that has another size': (site) => site.write({ 'static/a.css': 'a{color:red}' }),
    'that was written to, at an equal size and under its old time': (site) =>
      changeInSecret(site.path('static/a.css'), 'b{}'),
    'that another one took the place of': async (site) => {
      const { atime, mtime } = await stat(site.path('static/a.css'));
      await site.write({ 'new.css': 'b{}' });
      await utimes(site.path('new.css'), atime, mtime);
      await rename(site.path('new.css'), site.path('static/a.css'));
    },
    'that was touched': (site) => utimes(site.path('static/a.css'), 1, 1),
    'that has another link': (site) => link(site.path('static/a.css'), site.path('other.css')),
    'that was made anew': async (site) => {
      await rm(site.path('static/a.css'));
      await site.write({ 'static/a.css': 'b{}' });
    },
  };
  it.each(Object.entries(ways))('%s', async (_, change) => {
    const { site, deploy, openedBy } = await world();
    await deploy();
    await change(site);
    expect(await openedBy('static')).toEqual(['a.css']);
    expect(await readFile(site.path('staticfiles/a.css'), 'utf8')).toBe(
      await readFile(site.path('static/a.css'), 'utf8'),
    );
  });

  it('that was written just before it was read: the next write may have the same time', async () => {
    const { site, deploy, openedBy } = await world();
    ahead = 1000;
    await site.write(files);
    await deploy();
    expect(await openedBy('static')).toEqual(all);
    ahead = hour;
    await deploy();
    expect(await openedBy('static')).toEqual([]);
  });

  it('of the destination, where somebody wrote to it', async () => {
    const { site, deploy } = await world();
    for (let i = 0; i < 3; i += 1) await deploy();
    await changeInSecret(site.path('staticfiles/a.css'), 'x{}');
    expect((await deploy()).counts).toMatchObject({ skipped: 2, uploaded: 1 });
    expect(await readFile(site.path('staticfiles/a.css'), 'utf8')).toBe('a{}');
  });

  it('where hashed names need a digest that was not made', async () => {
    const { site, openedBy, deploy } = await world();
    await deploy();
    expect(await openedBy('static', { flags: { hash: true } })).toEqual(all);
    // Texts are read for their references, every time.
    expect(await openedBy('static', { flags: { hash: true } })).not.toContain('b.bin');
    expect(await openedBy('static')).toEqual([]);
    // This one comes to a file of records that have room for such a digest, and has none.
    await site.write({ 'static/c.bin': new Uint8Array([0]) });
    await deploy();
    const hashing = { flags: { hash: true }, dryRun: true };
    expect(await openedBy('static', hashing)).toContain('c.bin');
  });
});

describe('the guard', () => {
  const secret = 'Zq8xW3vN7tRk2LmP9dYc';
  const env = { APP_SECRET: secret };
  const refused = { code: 'GUARD_REFUSED', exitCode: 5 };

  it('looks again when the run has other secrets', async () => {
    const { site, deploy, openedBy } = await world();
    await site.write({ 'static/a.css': `/* ${secret} */` });
    await deploy();
    expect(await openedBy('static')).toEqual([]);
    await expect(deploy({ env })).rejects.toMatchObject(refused);
  });

  it('refuses again what it refused, and what was allowed for a time', async () => {
    const { site, deploy } = await world();
    await site.write({ 'static/a.css': `/* ${secret} */` });
    await expect(deploy({ env })).rejects.toMatchObject(refused);
    await expect(deploy({ env })).rejects.toMatchObject(refused);
    const allow = (allowances: object[]) =>
      site.write({ 'collect.config.json': JSON.stringify({ allow: allowances }) });
    await allow([{ env: 'APP_SECRET' }]);
    expect((await deploy({ env })).exitCode).toBe(0);
    await allow([{ rule: 'own-secret', match: '**', reason: 'it is a test' }]);
    expect((await deploy({ env })).exitCode).toBe(0);
    await allow([]);
    await expect(deploy({ env })).rejects.toMatchObject(refused);
  });

  it('looks into what is no text under a name that makes it one', async () => {
    const { site, deploy } = await world({ ignore: ['b.css'] });
    await site.write({ 'static/a.dat': `\0 ${secret}` });
    await link(site.path('static/a.dat'), site.path('static/b.css'));
    expect((await deploy({ env })).exitCode).toBe(0);
    await site.write({ 'collect.config.json': '{}' });
    await expect(deploy({ env })).rejects.toMatchObject(refused);
  });

  it('leaves nothing of the secrets in the cache', async () => {
    const { site, deploy } = await world();
    await deploy({ env });
    const bytes = await readFile(await cacheFile(site));
    for (const form of ['utf8', 'base64', 'hex'] as const) {
      expect(bytes.includes(Buffer.from(secret).toString(form))).toBe(false);
    }
  });
});

describe('the file of digests', () => {
  it('is for its owner alone', async () => {
    const { site, deploy } = await world();
    await deploy();
    expect((await stat(await cacheFile(site))).mode & 0o077).toBe(0);
    expect((await stat(site.path('cache/collect-static/digests'))).mode & 0o077).toBe(0);
  });

  const accidents: Readonly<Record<string, (path: string, bytes: Buffer) => Promise<unknown>>> = {
    'was cut short': (path, bytes) => writeFile(path, bytes.subarray(0, bytes.length - 81)),
    'is empty': (path) => writeFile(path, ''),
    'is of something else': (path) => writeFile(path, 'foreign '.repeat(99)),
    'is of a later version': (path, bytes) => {
      bytes[23] = 2;
      const all = [bytes.subarray(0, 80), bytes.subarray(112)];
      createHash('sha256').update(Buffer.concat(all)).digest().copy(bytes, 80);
      return writeFile(path, bytes);
    },
    'is a directory': async (path) => {
      await rm(path);
      await mkdir(path);
    },
  };
  it.each(Object.entries(accidents))('that %s is ignored', async (_, befall) => {
    const { site, deploy, openedBy } = await world();
    await deploy();
    const path = await cacheFile(site);
    await befall(path, await readFile(path));
    expect(await openedBy('static')).toEqual(all);
    if ((await stat(path)).isFile()) expect(await openedBy('static')).toEqual([]);
  });

  it('with any bit turned is ignored', async () => {
    const { site, deploy, openedBy } = await world();
    await deploy();
    const path = await cacheFile(site);
    const bytes = await readFile(path);
    for (const at of [0, 24, 40, 60, 90, 112, 130, 180, 192, bytes.length - 1]) {
      const turned = Buffer.from(bytes);
      turned[at] = (turned[at] ?? 0) ^ 1;
      await writeFile(path, turned);
      expect(await openedBy('static', { dryRun: true }), `byte ${at}`).toEqual(all);
    }
  });

  it('may be used by two runs at once', async () => {
    const { site, deploy, openedBy } = await world();
    const runs = ['one', 'two'].map((to) => deploy({ flags: { to: site.path(to) } }));
    for (const { exitCode, warnings } of await Promise.all(runs)) {
      expect([exitCode, warnings]).toEqual([0, []]);
    }
    await cacheFile(site);
    expect(await openedBy('static', { dryRun: true })).toEqual([]);
  });

  it('that cannot be written is done without, with one warning', async () => {
    const { site, deploy } = await world({ compress: true });
    await site.write({ cache: 'a file' });
    const { exitCode, warnings } = await deploy();
    expect([exitCode, warnings.map(({ code }) => code)]).toEqual([0, ['CACHE_NOT_WRITTEN']]);
    const plain = await world();
    await plain.site.write({ cache: 'a file' });
    expect((await plain.deploy()).warnings.map(({ code }) => code)).toEqual(['CACHE_NOT_WRITTEN']);
  });

  it('does not grow for ever', async () => {
    const { site, deploy } = await world();
    await deploy({ dryRun: true });
    const { size } = await stat(await cacheFile(site));
    for (let i = 0; i < 9; i += 1) {
      await changeInSecret(site.path('static/a.css'), `${i}{}`);
      await deploy({ dryRun: true });
    }
    expect((await stat(await cacheFile(site))).size).toBeLessThan(2 * size);
  });

  it('goes when its project was not deployed for a month', async () => {
    const { site, deploy } = await world();
    const dir = 'cache/collect-static/digests';
    const [old, recent, begun, foreign] = ['0'.repeat(64), '1'.repeat(64), 'new-0', 'mine'];
    for (const name of [old, recent, begun, foreign]) await site.write({ [`${dir}/${name}`]: '' });
    const days = (count: number) => (Date.now() - count * 24 * hour) / 1000;
    for (const name of [old, begun, foreign]) {
      await utimes(site.path(dir, name), days(31), days(31));
    }
    await utimes(site.path(dir, recent), days(29), days(29));
    await deploy();
    const names = await site.list(dir);
    expect(names).toHaveLength(3);
    expect(names).toEqual(expect.arrayContaining([recent, foreign]));
  });

  it('is marked as used where nothing changed', async () => {
    const { site, deploy } = await world();
    for (let i = 0; i < 2; i += 1) await deploy();
    const path = await cacheFile(site);
    await utimes(path, 1, 1);
    await deploy();
    expect((await stat(path)).mtimeMs).toBeGreaterThan(Date.now() - 2 * hour);
  });
});

import { createHash } from 'node:crypto';
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createBackend } from '../../src/backends/index.ts';
import { carryOut, collect, prepare } from '../../src/collect.ts';
import { loadConfig } from '../../src/config/index.ts';
import { trimCache } from '../../src/trim-cache.ts';
import type { CollectEvent } from '../../src/types.ts';
import { createSite, type Site } from '../support/create-site.ts';

const small = 'body { color: red; }\n'.repeat(100);
/** Larger than what is compressed in one piece. */
const large = JSON.stringify(Array.from({ length: 50_000 }, (_, i) => ({ i, name: `n${i % 7}` })));

interface World {
  readonly site: Site;
  readonly config: Awaited<ReturnType<typeof loadConfig>>;
  readonly backend: Awaited<ReturnType<typeof createBackend>>;
}

/** A project whose cache is empty; `cache` is a directory of it. */
async function world(more: object = {}): Promise<World> {
  const site = await createSite({
    'package.json': '{}',
    'static/small.css': small,
    'static/large.json': large,
    // The quality says how long it takes, and nothing of the cache.
    'collect.config.json': JSON.stringify({ compress: { quality: { br: 2, gzip: 1 } }, ...more }),
  });
  onTestFinished(() => site.remove());
  const config = await loadConfig({
    cwd: site.dir,
    env: { XDG_CACHE_HOME: site.path('cache') },
  });
  return { site, config, backend: await createBackend(config) };
}

const entriesOf = async (site: Site) =>
  (await site.list('cache')).map((name) => site.path('cache', name));

async function expectDecoded(site: Site): Promise<void> {
  for (const [name, text] of [
    ['small.css', small],
    ['large.json', large],
  ] as const) {
    const bytes = (suffix: string) => readFile(site.path('staticfiles', name + suffix));
    expect(gunzipSync(await bytes('.gz')).toString() === text).toBe(true);
    expect(brotliDecompressSync(await bytes('.br')).toString() === text).toBe(true);
  }
}

/** What may happen to the entries of a cache. */
const accidents: Readonly<Record<string, (paths: readonly string[]) => Promise<unknown>>> = {
  'are gone': (paths) => Promise.all(paths.map((path) => rm(path))),
  'were cut short': (paths) => Promise.all(paths.map((path) => truncate(path, 600))),
  'are empty': (paths) => Promise.all(paths.map((path) => truncate(path, 0))),
  'have a bit turned': (paths) =>
    Promise.all(
      paths.map(async (path) => {
        const bytes = await readFile(path);
        const at = bytes.length - 9;
        bytes[at] = (bytes[at] ?? 0) ^ 1;
        await writeFile(path, bytes);
      }),
    ),
  'have a bit of their header turned': (paths) =>
    Promise.all(
      paths.map(async (path) => {
        const bytes = await readFile(path);
        bytes[200] = (bytes[200] ?? 0) ^ 1;
        await writeFile(path, bytes);
      }),
    ),
  'are of something else': (paths) =>
    Promise.all(paths.map((path) => writeFile(path, 'foreign '.repeat(200)))),
  'were swapped': async (paths) => {
    const contents = await Promise.all(paths.map((path) => readFile(path)));
    await Promise.all(paths.map((path, i) => writeFile(path, contents.at(i - 1) ?? '')));
  },
  'are directories': (paths) =>
    Promise.all(
      paths.map(async (path) => {
        await rm(path);
        await mkdir(path);
      }),
    ),
};

describe.each(Object.entries(accidents))('entries that %s', (_, befall) => {
  it('between two runs are ignored', async () => {
    const { site, config, backend } = await world();
    await collect(config, backend);
    await rm(site.path('staticfiles'), { recursive: true });
    await befall(await entriesOf(site));
    const report = await collect(config, await createBackend(config));
    expect(report.exitCode).toBe(0);
    await expectDecoded(site);
  });

  it('while a run goes on are made again', async () => {
    const { site, config, backend } = await world();
    const prepared = await prepare(config, backend);
    await befall(await entriesOf(site));
    const report = await carryOut(prepared, backend);
    expect(report.exitCode).toBe(0);
    await expectDecoded(site);
  });
});

describe('the cache', () => {
  it('writes a damaged entry anew', async () => {
    const { site, config, backend } = await world();
    await collect(config, backend);
    const paths = await entriesOf(site);
    await accidents['have a bit of their header turned']?.(paths);
    expect((await collect(config, backend)).compression).toMatchObject({ made: 4, cached: 0 });
    expect((await collect(config, backend)).compression).toMatchObject({ made: 0, cached: 4 });
  });

  it('is for its owner alone', async () => {
    const { site, config, backend } = await world();
    await collect(config, backend);
    expect((await stat(site.path('cache', 'collect-static'))).mode & 0o077).toBe(0);
    for (const path of await entriesOf(site)) expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it('remembers what did not pay', async () => {
    const { site, config, backend } = await world();
    await site.write({ 'static/tiny.css': 'a{}' });
    await collect(config, backend);
    expect((await collect(config, backend)).compression).toMatchObject({ made: 0, cached: 6 });
    expect(await site.list('staticfiles')).not.toContain('tiny.css.gz');
  });

  it('compresses anew what has another quality, and nothing else', async () => {
    const { config, backend } = await world();
    await collect(config, backend);
    const other = { ...config.compress, quality: { ...config.compress.quality, br: 1 } };
    const report = await collect({ ...config, compress: other }, backend);
    expect(report.compression).toMatchObject({ made: 2, cached: 2 });
  });

  it('may be used by several runs at once', async () => {
    const { site, config } = await world();
    const configs = ['one', 'two', 'three'].map((dir) => ({
      ...config,
      local: { dir: site.path(dir), link: false },
    }));
    const reports = await Promise.all(
      configs.map(async (one) => collect(one, await createBackend(one))),
    );
    expect(reports.map(({ exitCode, warnings }) => [exitCode, warnings])).toEqual(
      reports.map(() => [0, []]),
    );
    const digestsIn = async (dir: string) =>
      Promise.all(
        (await site.list(dir)).map(async (name) => {
          const bytes = await readFile(site.path(dir, name));
          return [name, createHash('sha256').update(bytes).digest('hex')];
        }),
      );
    const wanted = await digestsIn('one');
    expect(wanted).toHaveLength(6);
    for (const dir of ['two', 'three']) expect(await digestsIn(dir)).toEqual(wanted);
    expect((await collect(config, await createBackend(config))).compression).toMatchObject({
      made: 0,
    });
  });

  it('that is a file, or closed, is done without, with one warning', async () => {
    for (const prepareCache of [
      (site: Site) => site.write({ cache: 'a file' }),
      (site: Site) => mkdir(site.path('cache')).then(() => chmod(site.path('cache'), 0o500)),
    ]) {
      const { site, config, backend } = await world();
      await prepareCache(site);
      const report = await collect(config, backend);
      expect(report.exitCode).toBe(0);
      await expectDecoded(site);
      // Root may write everywhere.
      if (process.getuid?.() === 0 && (await stat(site.path('cache'))).isDirectory()) continue;
      expect(report.warnings.map(({ code }) => code)).toEqual(['CACHE_NOT_WRITTEN']);
    }
  });

  it('gives way to its limit, what was not used for longest first', async () => {
    const { site } = await world();
    const dir = site.path('cache', 'collect-static');
    const entry = (i: number) => join(dir, '0a', `${i}`.padEnd(64, '0'));
    for (const i of [0, 1, 2, 3]) {
      await mkdir(join(dir, '0a'), { recursive: true });
      await writeFile(entry(i), Buffer.alloc(4000));
      await utimes(entry(i), 1000 + ((i * 3) % 4), 1000 + ((i * 3) % 4));
    }
    await writeFile(join(dir, 'new-dead'), 'a run was killed');
    await utimes(join(dir, 'new-dead'), 1000, 1000);
    await writeFile(join(dir, 'new-living'), 'another one writes');
    await writeFile(join(dir, 'README'), 'not ours');
    await trimCache(dir, 3.5 * 4096);
    expect((await readdir(dir)).sort()).toEqual(['0a', 'README', 'new-living']);
    expect((await readdir(join(dir, '0a'))).map((name) => name.charAt(0)).sort()).toEqual([
      '1',
      '2',
      '3',
    ]);
  });
});

describe('compressing that takes a while', () => {
  it('tells how far it is, and at last that it is over', async () => {
    const { config, backend } = await world();
    const everyMs = globalThis.setInterval;
    vi.spyOn(globalThis, 'setInterval').mockImplementation((tell) => everyMs(tell, 1));
    const told: Extract<CollectEvent, { type: 'compressing' }>[] = [];
    await collect(config, backend, {
      on: (event) => {
        if (event.type === 'compressing') told.push(event);
      },
    });
    const all = { ofFiles: 2, ofBytes: small.length + large.length };
    expect(told.length).toBeGreaterThan(1);
    expect(told[0]).toMatchObject(all);
    expect(told.at(-1)).toEqual({
      type: 'compressing',
      files: 2,
      bytes: all.ofBytes,
      ...all,
      forMs: 0,
    });
  });
});

describe('a source that changes after it was compressed', () => {
  it.each([true, false])('is not published as it was (cache: %s)', async (cached) => {
    const { site, config, backend } = await world();
    const compress = cached ? config.compress : { ...config.compress, cache: undefined };
    const prepared = await prepare({ ...config, compress }, backend);
    await site.write({ 'static/small.css': 'changed' });
    const report = await carryOut(prepared, backend);
    const failed = report.outcomes.filter(({ status }) => status === 'failed');
    expect(failed.map(({ action }) => action.key)).toEqual(['small.css']);
    expect(await site.list('staticfiles')).not.toContain('small.css.gz');
  });
});

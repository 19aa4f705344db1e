import { readFile } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createSite } from '../support/create-site.ts';

const preload = new URL('../harness/die-writing.mjs', import.meta.url).href;

const small = 'body { color: red; }\n'.repeat(100);
const large = JSON.stringify(Array.from({ length: 90_000 }, (_, i) => ({ i, name: `n${i % 7}` })));

it.each([
  { dieAt: 1, of: 'small.css', where: 'in the bytes' },
  { dieAt: 2, of: 'small.css', where: 'in the header' },
  { dieAt: 3, of: 'small.css', where: 'before it has its name' },
  { dieAt: 4, of: 'small.css', where: 'in the header of the second' },
  { dieAt: 1, of: 'large.json', where: 'in the first bytes' },
  { dieAt: 2, of: 'large.json', where: 'in later bytes' },
])(
  'a kill in the midst of writing what $of was compressed to does no harm: write $dieAt, $where',
  async ({ dieAt, of: name }) => {
    const text = name === 'small.css' ? small : large;
    const site = await createSite({ 'package.json': '{}', [`static/${name}`]: text });
    onTestFinished(() => site.remove());
    const cached = async () => {
      const names = (await site.list('cache/collect-static')).filter((one) => !/digests/.test(one));
      const begun = names.filter((one) => one.startsWith('new-')).length;
      return { begun, whole: names.length - begun };
    };
    const deploy = (at: number) =>
      runCli(['--compress', '--quiet'], {
        cwd: site.dir,
        env: {
          XDG_CACHE_HOME: site.path('cache'),
          NODE_OPTIONS: `--import=${preload}`,
          TEST_DIE_IN: 'compressed',
          TEST_DIE_AT: `${at}`,
        },
      });

    expect(await deploy(dieAt)).toMatchObject({ signal: 'SIGKILL' });
    expect(await cached()).toMatchObject({ begun: 1 });
    expect(await deploy(0)).toMatchObject({ code: 0, stderr: '' });
    expect(await cached()).toEqual({ begun: 0, whole: 2 });
    const stored = (suffix: string) => readFile(site.path('staticfiles', name + suffix));
    expect((await stored('')).toString() === text).toBe(true);
    expect(gunzipSync(await stored('.gz')).toString() === text).toBe(true);
    expect(brotliDecompressSync(await stored('.br')).toString() === text).toBe(true);
  },
);

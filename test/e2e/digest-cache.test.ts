import { readFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createSite } from '../support/create-site.ts';

const preload = new URL('../harness/die-writing.mjs', import.meta.url).href;

it.each([
  [1, 'in the header'],
  [2, 'in the records'],
  [3, 'before it has its name'],
])('a kill in the midst of writing digests does no harm: write %i, %s', async (dieAt) => {
  const site = await createSite({ 'package.json': '{}', 'static/a.css': 'a{}' });
  onTestFinished(() => site.remove());
  const digests = async () => {
    const names = await site.list('cache/collect-static/digests');
    const kept = names.filter((name) => !name.startsWith('new-'));
    const [path = ''] = kept.map((name) => site.path('cache/collect-static/digests', name));
    return { kept: kept.length, begun: names.length - kept.length, bytes: await readFile(path) };
  };
  const deploy = (at: number) =>
    runCli(['--quiet'], {
      cwd: site.dir,
      env: {
        XDG_CACHE_HOME: site.path('cache'),
        NODE_OPTIONS: `--import=${preload}`,
        TEST_DIE_AT: `${at}`,
      },
    });

  expect(await deploy(0)).toMatchObject({ code: 0, stderr: '' });
  const before = await digests();
  await site.write({ 'static/a.css': 'b{}', 'static/b.css': 'c{}' });
  expect(await deploy(dieAt)).toMatchObject({ signal: 'SIGKILL' });
  expect(await digests()).toEqual({ ...before, begun: 1 });
  expect(await deploy(0)).toMatchObject({ code: 0, stderr: '' });
  expect((await digests()).bytes).not.toEqual(before.bytes);
  expect(await readFile(site.path('staticfiles/a.css'), 'utf8')).toBe('b{}');
});

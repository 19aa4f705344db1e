import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { root } from '../support/npm.ts';

let site: Site;
beforeEach(async () => {
  site = await createSite({ 'package.json': '{}', 'static/css/a.css': 'a' });
  onTestFinished(() => site.remove());
  await mkdir(site.path('node_modules'));
  await symlink(root, site.path('node_modules/collect-static'));
});

const talking = `
  import { defineConfig } from 'collect-static';
  import { base } from './base.mjs';
  console.log('printed', process.env.MY_SECRET);
  console.error(process.env);
  setInterval(() => console.log('still here'), 1);
  export default defineConfig({ url: base, concurrency: 7 });
`;

describe('a JavaScript config of the built program', () => {
  it.each([
    [
      ['--json'],
      (out: string) =>
        out
          .trim()
          .split('\n')
          .map((line) => typeof JSON.parse(line)),
    ],
    [['url', 'css/a.css'], (out: string) => [out === 'https://cdn.example.com/css/a.css\n']],
    [['config', '--json'], (out: string) => [/"concurrency","value":7/.test(out)]],
  ])('dirties no output: %j', async (args, facts) => {
    await site.write({
      'collect.config.mjs': talking,
      'base.mjs': "export const base = 'https://cdn.example.com/';",
    });
    const env = { MY_SECRET: 'canary/0f-The-environment' };
    const { code, stdout, stderr } = await runCli(args, { cwd: site.dir, env });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(facts(stdout).filter((fact) => fact !== true && fact !== 'object')).toEqual([]);
    expect(stdout).not.toContain('printed');
    expect(stderr).toMatch(/^printed \[hidden\]$/m);
    expect(stderr + stdout).not.toContain('canary');
  });

  it.each([
    'process.exit(0)',
    'process.abort()',
    "process.kill(process.pid, 'SIGKILL'); for (;;);",
  ])('steals no exit code: %s', async (text) => {
    await site.write({ 'collect.config.mjs': `export default {}; ${text};` });
    const { code, stdout, stderr } = await runCli([], { cwd: site.dir });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('collect.config.mjs cannot be read: it ended its own process');
    expect(await site.list()).not.toContain('staticfiles/css/a.css');
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'ends with the program that a %s ended',
    async (signal) => {
      await site.write({
        'collect.config.cjs': "require('fs').writeFileSync('pid', String(process.pid)); for (;;);",
      });
      const { code } = await runCli([], {
        cwd: site.dir,
        onStart: (kill) => void pidOf(site).then(() => kill(signal)),
      });
      expect(code).toBe({ SIGINT: 130, SIGTERM: 143, SIGKILL: null }[signal]);
      const pid = await pidOf(site);
      await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
    },
  );

  it('is found by the library too, and with what the running Node was given to find modules', async () => {
    await site.write({
      'preload.mjs': 'globalThis.preloaded = 7;',
      'collect.config.mjs': 'export default { concurrency: globalThis.preloaded ?? 8 };',
      'deploy.mjs': `
        import { loadConfig } from 'collect-static';
        const { concurrency } = await loadConfig({ cwd: process.cwd(), env: process.env });
        console.log(concurrency);`,
    });
    const script = await readFile(site.path('deploy.mjs'), 'utf8');
    const node = async (...args: string[]) =>
      (await promisify(execFile)(process.execPath, args, { cwd: site.dir })).stdout;
    expect(await node('deploy.mjs')).toBe('8\n');
    expect(await node('--import', './preload.mjs', 'deploy.mjs')).toBe('7\n');
    expect(await node('--input-type=module', '--eval', script)).toBe('8\n');
  });
});

async function pidOf(place: Site): Promise<number> {
  for (;;) {
    const text = await readFile(place.path('pid'), 'utf8').catch(() => '');
    if (text !== '') return Number(text);
    await delay(20);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createSite, type Site } from '../support/create-site.ts';

const bin = fileURLToPath(new URL('../../bin/collect-static.js', import.meta.url));

const count = 8;

/** Enough to be busy with for a moment. No text, so that nobody looks for secrets in it. */
async function bigSite(): Promise<Site> {
  const site = await createSite({ 'package.json': '{}' });
  onTestFinished(() => site.remove());
  const big = Buffer.alloc(16 * 1024 * 1024);
  await site.write(
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`static/f${i}.bin`, big])),
  );
  return site;
}

/** Sends the signals when the first copy is under way. */
async function stopped(site: Site, signals: readonly NodeJS.Signals[]) {
  let poll: NodeJS.Timeout | undefined;
  let sentMs = 0;
  const result = await runCli([], {
    cwd: site.dir,
    onStart: (kill) => {
      poll = setInterval(() => {
        void site.list('staticfiles').then(
          (names) => {
            if (sentMs > 0 || !names.some((name) => name.includes('.collect-static-'))) return;
            sentMs = performance.now();
            for (const signal of signals) kill(signal);
          },
          () => undefined,
        );
      }, 2);
    },
  });
  clearInterval(poll);
  return { ...result, tookMs: performance.now() - sentMs, left: await site.list('staticfiles') };
}

describe.skipIf(process.platform === 'win32')('signals (POSIX)', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s stops with %i, says what is done and leaves nothing half', async (name, code) => {
    const site = await bigSite();
    const { left, stdout, stderr, tookMs, ...ended } = await stopped(site, [name]);
    expect({ ...ended, stderr }).toMatchObject({ code });
    expect(stdout).toMatch(/incomplete/);
    expect(tookMs).toBeLessThan(5_000);
    expect(left.filter((file) => file.includes('.collect-static'))).toEqual([]);
    expect(left.length).toBeLessThan(count);
    expect(await runCli([], { cwd: site.dir })).toMatchObject({ code: 0 });
    expect(await site.list('staticfiles')).toHaveLength(count);
  });

  it('the second one ends the run at once, and the next run cleans up', async () => {
    const site = await bigSite();
    const { code, tookMs } = await stopped(site, ['SIGINT', 'SIGTERM']);
    expect([130, 143]).toContain(code);
    expect(tookMs).toBeLessThan(1_000);
    expect(await runCli([], { cwd: site.dir })).toMatchObject({ code: 0 });
    expect(await site.list('staticfiles')).toHaveLength(count);
  });

  it('a reader that went away stops nothing', async () => {
    const site = await createSite({ 'package.json': '{}' });
    onTestFinished(() => site.remove());
    await site.write(
      Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`static/f${i}.js`, `${i}`])),
    );
    const child = spawn(process.execPath, [bin, '-v', '2'], { cwd: site.dir });
    child.stdout.destroy();
    child.stderr.destroy();
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(0);
    expect(await site.list('staticfiles')).toHaveLength(300);
  });

  it('a working directory that was deleted is an error that says so', () => {
    const script = 'd=$(mktemp -d) && cd "$d" && rmdir "$d" && "$0" "$1" 2>&1; echo "exit $?"';
    const options = { encoding: 'utf8', stdio: 'pipe' } as const;
    const out = execFileSync('sh', ['-c', script, process.execPath, bin], options);
    expect(out).toMatch(/working directory was deleted[\s\S]*exit 4/);
  });
});

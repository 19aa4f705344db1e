import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
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

/** What is under way when the signals are sent. */
interface Moment {
  readonly args: readonly string[];
  readonly dir: string;
  /** Part of the name of a file that is being written there. */
  readonly begun: string;
}
const copying: Moment = { args: [], dir: 'staticfiles', begun: '.collect-static-' };
const compressing: Moment = { args: ['--compress'], dir: 'cache', begun: '/new-' };

async function stopped(site: Site, signals: readonly NodeJS.Signals[], moment = copying) {
  const { args, dir, begun } = moment;
  let poll: NodeJS.Timeout | undefined;
  let sentMs = 0;
  const result = await runCli(args, {
    cwd: site.dir,
    env: { XDG_CACHE_HOME: site.path('cache') },
    onStart: (kill) => {
      poll = setInterval(() => {
        void site.list(dir).then(
          (names) => {
            if (sentMs > 0 || !names.some((name) => name.includes(begun))) return;
            sentMs = performance.now();
            for (const signal of signals) kill(signal);
          },
          () => undefined,
        );
      }, 2);
    },
  });
  clearInterval(poll);
  return { ...result, tookMs: performance.now() - sentMs, left: await site.list(dir) };
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

  it('stops also while it compresses, says that nothing was written, and leaves no rest in the cache', async () => {
    const site = await createSite({
      'package.json': '{}',
      // Half a minute of work at this quality.
      'static/large.json': randomBytes(8 * 1024 * 1024).toString('hex'),
      'collect.config.json': JSON.stringify({ compress: { quality: { br: 11 } } }),
    });
    onTestFinished(() => site.remove());
    const { code, stdout, tookMs, left } = await stopped(site, ['SIGTERM'], compressing);
    expect(code).toBe(143);
    expect(stdout).toMatch(/incomplete .* nothing was written/);
    expect(tookMs).toBeLessThan(5_000);
    expect(left.filter((file) => file.includes(compressing.begun))).toEqual([]);
    await expect(site.list('staticfiles')).rejects.toThrow('ENOENT');
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

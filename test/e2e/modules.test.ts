import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createSite } from '../support/create-site.ts';

const execute = promisify(execFile);

/** URLs of every module that Node loaded, as its own coverage report lists them. */
async function modulesOf(args: string[]): Promise<string[]> {
  const site = await createSite({ 'static/a.css': 'a' });
  onTestFinished(() => site.remove());
  return modulesIn((coverage) => runCli(args, { cwd: site.dir, env: coverage }));
}

async function modulesIn(run: (env: Record<string, string>) => Promise<unknown>) {
  const coverage = await mkdtemp(join(tmpdir(), 'collect-static-modules-'));
  onTestFinished(() => rm(coverage, { recursive: true, force: true }));
  await run({ NODE_V8_COVERAGE: coverage });
  const [file = ''] = await readdir(coverage);
  const { result } = JSON.parse(await readFile(join(coverage, file), 'utf8')) as {
    result: { url: string }[];
  };
  return result.map(({ url }) => url);
}

const isSdk = (url: string) =>
  url.startsWith('file:') && /\bS3Client=class/.test(readFileSync(fileURLToPath(url), 'utf8'));

it('loads the AWS SDK only for S3', async () => {
  const s3 = ['--to', 's3://assets/x', '--endpoint-url', 'http://127.0.0.1:9'];
  expect((await modulesOf(s3)).filter(isSdk)).toHaveLength(1);
  expect((await modulesOf([])).filter(isSdk)).toEqual([]);
  expect((await modulesOf(['--help'])).filter(isSdk)).toEqual([]);
  expect((await modulesOf([...s3, '-n', '--offline'])).filter(isSdk)).toEqual([]);
});

it('loads little for --help', async () => {
  const loaded = (await modulesOf(['--help'])).filter((url) => url.startsWith('file:'));
  // The program with commander in it, its own words, and the run time of the bundler.
  expect(loaded.length).toBeLessThanOrEqual(9);
  expect(loaded.filter((url) => /chunks\/(config|find|collect|reporter)/.test(url))).toEqual([]);
});

it('loads little for a server that reads the manifest', async () => {
  const runtime = fileURLToPath(new URL('../../dist/manifest-runtime.js', import.meta.url));
  const loaded = await modulesIn((env) =>
    execute(process.execPath, [runtime], { env: { ...process.env, ...env } }),
  );
  const sizes = loaded
    .filter((url) => url.startsWith('file:'))
    .map((url) => readFileSync(fileURLToPath(url)).length);
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(100_000);
});

it('keeps what was compiled in a folder of the user, where Node can', async () => {
  const home = await mkdtemp(join(tmpdir(), 'collect-static-compiled-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const run = (...args: string[]) => runCli(args, { cwd: home, env: { XDG_CACHE_HOME: home } });
  await run('--help', '--no-cache');
  expect(await readdir(home)).toEqual([]);
  await run('--help');
  expect(await readdir(home)).toEqual('enableCompileCache' in module ? ['collect-static'] : []);
});

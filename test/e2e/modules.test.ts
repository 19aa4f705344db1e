import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createSite } from '../support/create-site.ts';

/** URLs of every module that Node loaded, as its own coverage report lists them. */
async function modulesOf(args: string[]): Promise<string[]> {
  const site = await createSite({ 'static/a.css': 'a' });
  const coverage = await mkdtemp(join(tmpdir(), 'collect-static-modules-'));
  onTestFinished(async () => {
    await site.remove();
    await rm(coverage, { recursive: true, force: true });
  });
  await runCli(args, { cwd: site.dir, env: { NODE_V8_COVERAGE: coverage } });
  const [file = ''] = await readdir(coverage);
  const { result } = JSON.parse(await readFile(join(coverage, file), 'utf8')) as {
    result: { url: string }[];
  };
  return result.map(({ url }) => url);
}

const isSdk = (url: string) => /@aws-sdk|@smithy/.test(url);

it('loads the AWS SDK only for S3', async () => {
  const s3 = ['--to', 's3://assets/x', '--endpoint-url', 'http://127.0.0.1:9'];
  expect((await modulesOf(s3)).filter(isSdk).length).toBeGreaterThan(5);
  expect((await modulesOf([])).filter(isSdk)).toEqual([]);
  expect((await modulesOf(['--help'])).filter(isSdk)).toEqual([]);
  expect((await modulesOf([...s3, '-n', '--offline'])).filter(isSdk)).toEqual([]);
});

it('loads little for --help', async () => {
  const loaded = (await modulesOf(['--help'])).filter((url) => url.startsWith('file:'));
  // The program, its own words and commander with its parts.
  expect(loaded.length).toBeLessThanOrEqual(14);
  expect(loaded.filter((url) => /chunks\/(config|find|collect|reporter)/.test(url))).toEqual([]);
});

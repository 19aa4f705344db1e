// What a deploy costs, counted: times depend on the machine, these do not.
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createSite } from '../support/create-site.ts';
import { startFakeS3 } from '../support/fake-s3/index.ts';

const counter = fileURLToPath(new URL('../support/reads.mjs', import.meta.url));

/** A site of so many files, and a bucket that it can be deployed to again and again. */
async function start(count: number, bytes: number) {
  const s3 = await startFakeS3();
  const content = Array.from({ length: count }, (_, i): [string, Buffer] => [
    `static/${i}.bin`,
    randomBytes(bytes),
  ]);
  const site = await createSite({ 'package.json': '{}', ...Object.fromEntries(content) });
  const scratch = await mkdtemp(join(tmpdir(), 'collect-static-reads-'));
  onTestFinished(async () => {
    await Promise.all([s3.close(), site.remove(), rm(scratch, { recursive: true })]);
  });
  s3.createBucket('assets');
  const file = join(scratch, 'bytes');
  const env = {
    AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
    AWS_ENDPOINT_URL: s3.endpoint,
    ...(process.platform === 'linux' && {
      NODE_OPTIONS: `--import=${counter}`,
      READS_FILE: file,
    }),
  };
  return async (...flags: string[]) => {
    s3.requests.length = 0;
    const args = ['--to', 's3://assets/static', ...flags];
    const { code, stderr } = await runCli(args, { cwd: site.dir, env });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const requests: Record<string, number> = {};
    for (const { op } of s3.requests) requests[op] = (requests[op] ?? 0) + 1;
    const read = process.platform === 'linux' ? Number(await readFile(file, 'utf8')) : 0;
    return { requests, read };
  };
}

describe('a first upload', () => {
  it('asks for one thing a file, and for next to nothing else', async () => {
    const deploy = await start(300, 100);
    // Beside the files: the lock (looked for, taken, proved to hold, looked at before each step, given back), the record
    // (read before and under the lock, written), a listing, and a look at one object to see whether it is public.
    expect((await deploy()).requests).toEqual({
      PutObject: 300 + 3,
      ListObjectsV2: 1,
      GetObject: 4,
      HeadObject: 1,
      DeleteObject: 1,
    });
  });

  it.skipIf(process.platform !== 'linux').each([
    { bytes: 20_000, times: 1 },
    { bytes: 600_000, times: 2 },
  ])('reads files of $bytes bytes $times times (Linux)', async ({ bytes, times }) => {
    const [one, many] = [await start(1, bytes), await start(41, bytes)];
    // What many files make the program load is no part of them.
    const read = async (deploy: typeof one) => (await deploy('--no-fast-path')).read;
    const perFile = ((await read(many)) - (await read(one))) / 40;
    // The answers of the store are among what was read, and are short.
    expect(perFile).toBeLessThan((times + 0.1) * bytes);
  });
});

describe('a run with nothing to do', () => {
  it('asks for the listing', async () => {
    const deploy = await start(300, 100);
    await deploy();
    // The record of the last deploy, and what is there now.
    expect((await deploy()).requests).toEqual({ GetObject: 1, ListObjectsV2: 1 });
  });

  it('asks for no more answers of the listing than it takes', async () => {
    const deploy = await start(1_100, 10);
    await deploy();
    // With the record there are 1,101 objects, of which an answer holds a thousand.
    expect((await deploy()).requests).toEqual({ GetObject: 1, ListObjectsV2: 2 });
  });
});

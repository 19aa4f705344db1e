import { open } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { hashModules } from '../harness/modules.ts';
import { lastReport } from '../support/deploy-scenario.ts';
import { isOwnRecord } from '../support/own-records.ts';
import { startFakeS3 } from '../support/fake-s3/index.ts';

const MB = 1e6;
/** The promise: whatever is deployed, the program stays below this. */
const mostMemory = 250 * MB;

/** Sparse files: their bytes are read, digested and sent like any others. */
async function bigFile(site: Site, name: string, size: number): Promise<void> {
  await site.write({ [name]: name });
  const file = await open(site.path(...name.split('/')), 'r+');
  await file.truncate(size);
  await file.close();
}

async function deploy(
  fill: (site: Site) => Promise<void>,
  args: readonly string[] = ['--backend', 's3'],
) {
  const s3 = await startFakeS3({ discardBodiesOver: 64 * 1024, keepLog: false });
  const site = await createSite({ 'package.json': '{}' });
  onTestFinished(async () => {
    await s3.close();
    await site.remove();
  });
  s3.createBucket('assets');
  await fill(site);
  const env = {
    AWS_STORAGE_BUCKET_NAME: 'assets',
    AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
    AWS_S3_ENDPOINT_URL: s3.endpoint,
  };
  const result = await runCli([...args, '--json'], {
    cwd: site.dir,
    env,
    timeoutMs: 280_000,
  });
  const { counts } = lastReport(result.stdout);
  process.stdout.write(
    `${counts['uploaded'] ?? 0} files: ${Math.round((result.maxRssBytes ?? 0) / MB)} MB at most\n`,
  );
  const stored = [...s3.objects('assets').keys()].filter((key) => !isOwnRecord(key)).length;
  return { ...result, counts, stored };
}

describe('memory', () => {
  it('stays small for 10,000 files of 1 to 20 KB', async () => {
    const run = await deploy(async (site) => {
      for (let start = 0; start < 10_000; start += 500) {
        const names = Array.from({ length: 500 }, (_, i) => start + i);
        const files = names.map((n) => [
          `static/${n % 100}/${n}.js`,
          `${n}`.repeat(200 + (n % 4000)),
        ]);
        await site.write(Object.fromEntries(files) as Record<string, string>);
      }
    });
    expect(run).toMatchObject({ code: 0, stored: 10_000, counts: { uploaded: 10_000 } });
    expect(run.maxRssBytes).toBeLessThan(mostMemory);
  });

  it('stays small for 200 files of 15 MB', async () => {
    const run = await deploy(async (site) => {
      for (let n = 0; n < 200; n += 1) await bigFile(site, `static/${n}.bin`, 15 * MB);
    });
    expect(run).toMatchObject({ code: 0, stored: 200 });
    expect(run.maxRssBytes).toBeLessThan(mostMemory);
  });

  it('stays small for one file of 2 GiB', async () => {
    const run = await deploy((site) => bigFile(site, 'static/film.mp4', 2 * 1024 ** 3));
    expect(run).toMatchObject({ code: 0, stored: 1 });
    expect(run.maxRssBytes).toBeLessThan(mostMemory);
  });
});

describe('memory for compressing', () => {
  const most = 300 * MB;
  /** Texts of 1 to 20 KB in which little repeats. */
  const texts = async (site: Site) => {
    for (let start = 0; start < 5_000; start += 500) {
      const files = Array.from({ length: 500 }, (_, i) => {
        const n = start + i;
        const words = Array.from({ length: 100 + (n % 2_000) }, (__, at) =>
          ((at * n * 2_654_435_761) % 1e9).toString(36),
        );
        return [`static/${n % 100}/${n}.js`, words.join(' ')];
      });
      await site.write(Object.fromEntries(files) as Record<string, string>);
    }
  };
  /** One text of 200 MB. */
  const oneLarge = async (site: Site) => {
    await site.write({ 'static/data.json': '' });
    const file = await open(site.path('static', 'data.json'), 'w');
    for (let n = 0; n < 200; n += 1) await file.write(`[${n}]`.padEnd(999_999) + '\n');
    await file.close();
  };

  it.each([
    ['in place of the originals in a bucket', 5_000, texts, ['--backend', 's3', '--compress']],
    ['beside them in a bucket', 15_000, texts, ['--backend', 's3', '--compress=sidecar']],
    ['beside them in a directory', 15_000, texts, ['--to', 'out', '--compress']],
    ['of one text of 200 MB in a bucket', 1, oneLarge, ['--backend', 's3', '--compress']],
    ['of one text of 200 MB in a directory', 3, oneLarge, ['--to', 'out', '--compress']],
  ] as const)('stays below 300 MB: %s', async (_, files, fill, args) => {
    const run = await deploy(fill, args);
    expect(run).toMatchObject({ code: 0, counts: { uploaded: files } });
    expect(run.maxRssBytes).toBeLessThan(most);
  });
});

describe('memory for hashed names', () => {
  it('stays small for 200 modules of 1 MB that import each other', async () => {
    expect(await hashModules(200, MB)).toEqual([]);
  });

  it('stays small for a script of 12 MB that takes a parser', async () => {
    const doubtful = 'a={}/b;c="/;import(\'./b\')//";\n';
    const run = await deploy(
      (site) => site.write({ 'static/a.js': doubtful + 'f(x);'.repeat(2_000_000) }),
      ['--to', 'out', '--hash'],
    );
    expect(run).toMatchObject({ code: 0 });
    expect(run.maxRssBytes).toBeLessThan(mostMemory);
  });
});

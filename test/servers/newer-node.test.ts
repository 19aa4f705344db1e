import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createSite, type Site, type SiteFiles } from '../support/create-site.ts';
import { startFakeS3 } from '../support/fake-s3/index.ts';
import { installNode, newerNode, otherNodeMissing } from '../support/other-node.ts';
import { missingPart } from '../support/servers.ts';
import { request } from '../support/request.ts';
import { startCaddy, webServersMissing } from '../support/web-servers.ts';

const missing = missingPart(`Node ${newerNode}`, otherNodeMissing());
const MiB = 1024 * 1024;

const small = 'body { color: red; }\n'.repeat(100);
/** Larger than what is compressed in one piece. */
const large = JSON.stringify(Array.from({ length: 50_000 }, (_, i) => ({ i, name: `n${i % 7}` })));

let node: string;
beforeAll(async () => {
  if (missing === undefined) node = await installNode(newerNode);
});

async function project(files: SiteFiles, config: object): Promise<Site> {
  const all = { 'package.json': '{}', 'collect.config.json': JSON.stringify(config), ...files };
  const site = await createSite(all);
  onTestFinished(() => site.remove());
  return site;
}

/** Deploys on that Node; the lines of --json. */
async function deploy(site: Site, env: Record<string, string> = {}) {
  const cache = { XDG_CACHE_HOME: site.path('cache') };
  const options = { cwd: site.dir, env: { ...cache, ...env }, node };
  const { code, stdout, stderr } = await runCli(['--json'], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const uploaded = (lines: Awaited<ReturnType<typeof deploy>>) =>
  (lines.find(({ type }) => type === 'report')?.['counts'] as { uploaded: number }).uploaded;

/** Decodes a file, as the Node of this test may not. */
async function decode(path: string): Promise<string> {
  const script = `process.stdout.write(require('node:zlib').zstdDecompressSync(require('node:fs').readFileSync(process.argv[1])))`;
  const { stdout } = await promisify(execFile)(node, ['-e', script, path], { maxBuffer: 64 * MiB });
  return stdout;
}

describe.skipIf(missing !== undefined)(`Zstandard on Node ${newerNode}`, () => {
  it('lies beside each file, decodes to it, and is what Caddy sends', async () => {
    const files = { 'static/app.css': small, 'static/large.json': large };
    const encodings = ['br', 'gzip', 'zstd'];
    const site = await project(files, { compress: { encodings, quality: { zstd: 3 } } });
    await deploy(site);
    expect(uploaded(await deploy(site))).toBe(0);
    const names = ['app.css', 'large.json'];
    const stored = names.flatMap((name) => [name, `${name}.br`, `${name}.gz`, `${name}.zst`]);
    expect(await site.list('staticfiles')).toEqual(stored);
    expect(await decode(site.path('staticfiles', 'app.css.zst'))).toBe(small);
    expect((await decode(site.path('staticfiles', 'large.json.zst'))) === large).toBe(true);

    if (missingPart('Caddy', webServersMissing()) !== undefined) return;
    const server = await startCaddy(site.path('staticfiles'));
    onTestFinished(() => server.stop());
    for (const name of names) {
      const answer = await request(`${server.url}${name}`, 'gzip, deflate, br, zstd');
      expect(answer).toMatchObject({ status: 200, encoding: 'zstd' });
      const twin = await readFile(site.path('staticfiles', `${name}.zst`));
      expect(answer.body.equals(twin)).toBe(true);
    }
  });

  it('takes the place of the file in a bucket, and Content-Encoding says so', async () => {
    const s3 = await startFakeS3();
    onTestFinished(() => s3.close());
    s3.createBucket('assets');
    const encodings = ['zstd'];
    const site = await project(
      { 'static/app.css': small },
      { compress: { mode: 'replace', encodings } },
    );
    const env = {
      COLLECT_STATIC_BACKEND: 's3',
      AWS_STORAGE_BUCKET_NAME: 'assets',
      AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
      AWS_S3_ENDPOINT_URL: s3.endpoint,
    };
    const lines = await deploy(site, env);
    expect(lines.map(({ code }) => code)).toContain('ENCODING_FOR_ALL');
    const { bytes = Buffer.alloc(0), headers } = s3.objects('assets').get('static/app.css') ?? {};
    expect(headers).toMatchObject({
      'content-encoding': 'zstd',
      'content-type': 'text/css; charset=utf-8',
    });
    await site.write({ 'stored.zst': Buffer.from(bytes) });
    expect(await decode(site.path('stored.zst'))).toBe(small);
    expect(uploaded(await deploy(site, env))).toBe(0);
  });

  it.each([1, 20, 22])(
    'of level %i asks no more memory of a browser than it gives',
    async (level) => {
      // Always the same: these levels look for minutes for what is not there.
      const files = { 'static/large.css': Buffer.alloc(12 * MiB, 'a{color:red}\n') };
      const compress = { encodings: ['zstd'], quality: { zstd: level } };
      const site = await project(files, { compress });
      await deploy(site);
      const frame = await readFile(site.path('staticfiles', 'large.css.zst'));
      expect(windowOf(frame)).toBeLessThanOrEqual(8 * MiB);
    },
  );
});

/** Bytes that a decoder must keep at hand, from the header of a frame that tells how much it holds (RFC 8878, 3.1.1.1). */
function windowOf(frame: Buffer): number {
  expect(frame.subarray(0, 4).toString('hex')).toBe('28b52ffd');
  const descriptor = frame[4] ?? 0;
  if (((descriptor >> 5) & 1) === 1) {
    expect(descriptor >> 6).toBe(2); // a size of four bytes, which is the window
    return frame.readUInt32LE(5);
  }
  const window = frame[5] ?? 0;
  const base = 2 ** (10 + (window >> 3));
  return base + (base / 8) * (window & 7);
}

describe.skipIf(missing !== undefined)(`the threads of Node ${newerNode}`, () => {
  const preload = new URL('../harness/cores.mjs', import.meta.url).href;

  /** How many a deploy has on a machine that seems to have so many cores. */
  async function threadsOn(cores: number, env: Record<string, string> = {}): Promise<number> {
    const files = Array.from({ length: 40 }, (_, i): [string, string] => [
      `static/${i}.css`,
      `a${i}{}\n`.repeat(9_000),
    ]);
    const site = await project(Object.fromEntries(files), { compress: true });
    await deploy(site, {
      NODE_OPTIONS: `--import=${preload}`,
      TEST_CORES: `${cores}`,
      TEST_THREADS_TO: site.path('threads'),
      ...env,
    });
    return Number(await readFile(site.path('threads')));
  }

  it('are as many as there are cores, as far as that pays, unless the user says how many', async () => {
    const usual = await threadsOn(2);
    expect(await threadsOn(4)).toBe(usual);
    expect(await threadsOn(6)).toBe(usual + 2);
    expect(await threadsOn(64)).toBe(usual + 4);
    expect(await threadsOn(64, { UV_THREADPOOL_SIZE: '3' })).toBe(usual - 1);
  });
});

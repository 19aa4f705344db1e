import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { createSite, type Site, type SiteFiles } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';

// Where `collect-static url` finds hashed names. Of plain ones tells cli.test.ts.

async function project(files: SiteFiles = {}, config: object = {}): Promise<Site> {
  const site = await createSite({
    'package.json': '{}',
    'static/a.png': 'png',
    'static/robots.txt': 'x',
    'collect.config.json': JSON.stringify({ hash: true, ...config }),
    ...files,
  });
  onTestFinished(() => site.remove());
  return site;
}

async function run(site: Site, args: readonly string[] = [], env: Record<string, string> = {}) {
  const io = createFakeIo(args, { cwd: site.dir, env });
  const code = await main(io);
  return { code, out: io.out(), err: io.err() };
}

/** As Django names it. */
const hashOf = (text: string) => createHash('md5').update(text).digest('hex').slice(0, 12);
const hashed = `a.${hashOf('png')}.png`;

async function startStore(): Promise<{ fake: FakeS3; env: Record<string, string> }> {
  const fake = await startFakeS3();
  onTestFinished(() => fake.close());
  fake.createBucket('assets');
  const env = {
    COLLECT_STATIC_BACKEND: 's3',
    AWS_STORAGE_BUCKET_NAME: 'assets',
    AWS_ACCESS_KEY_ID: fake.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: fake.credentials.secretAccessKey,
    AWS_S3_ENDPOINT_URL: fake.endpoint,
    AWS_S3_CUSTOM_DOMAIN: 'cdn.example.com',
  };
  return { fake, env };
}

describe('url of a hashed site', () => {
  it('is that of the last run, whatever became of the sources', async () => {
    const site = await project();
    await run(site);
    await rm(site.path('static'), { recursive: true });
    await site.write({ 'static/a.png': 'new' });
    const { code, out } = await run(site, ['url', 'a.png', 'robots.txt']);
    expect({ code, out }).toEqual({ code: 0, out: `/static/${hashed}\n/static/robots.txt\n` });
    expect((await run(site, ['url', 'a.png', '--no-hash'])).out).toBe('/static/a.png\n');
  });

  it('comes from the bucket by one request, without the sources', async () => {
    const site = await project({}, { sources: ['static'] });
    const { fake, env } = await startStore();
    expect((await run(site, [], env)).code).toBe(0);
    await rm(site.path('static'), { recursive: true });
    fake.clearLog();
    const { out } = await run(site, ['url', 'a.png', 'robots.txt'], env);
    expect(out).toBe(
      `https://cdn.example.com/static/${hashed}\nhttps://cdn.example.com/static/robots.txt\n`,
    );
    expect(fake.requests.map(({ op, key }) => `${op} ${key}`)).toEqual([
      'GetObject static/staticfiles.json',
    ]);
  });

  it('comes from manifest.local, where a run has written it, without asking the bucket', async () => {
    const site = await project({}, { manifest: { local: 'build/manifest.json' } });
    const { fake, env } = await startStore();
    await run(site, [], env);
    fake.clearLog();
    expect((await run(site, ['url', 'a.png'], env)).out).toContain(hashed);
    expect(fake.requests).toEqual([]);
    await rm(site.path('build'), { recursive: true });
    expect((await run(site, ['url', 'a.png'], env)).out).toContain(hashed);
    expect(fake.requests).toHaveLength(1);
  });

  it('of an unknown name ends with exit 4, the nearest name and who was asked', async () => {
    const site = await project();
    const { env } = await startStore();
    await run(site, [], env);
    const { code, err } = await run(site, ['url', 'a.pgn'], env);
    expect(code).toBe(4);
    expect(err).toMatch(
      /\[UNKNOWN_NAME\].*the manifest in s3:\/\/assets\/static\/ has no a\.pgn; did you mean a\.png\?/,
    );
  });

  it('of a site that was never stored ends with MANIFEST_MISSING', async () => {
    const site = await project();
    const { env } = await startStore();
    for (const place of [{}, env]) {
      const { code, err } = await run(site, ['url', 'a.png'], place);
      expect(code).toBe(4);
      expect(err).toMatch(/\[MANIFEST_MISSING\].*there is no staticfiles\.json in /);
    }
  });

  it.each([
    ['{', 'MANIFEST_INVALID', 4],
    ['{"paths": {}, "version": "9"}', 'MANIFEST_INVALID', 4],
  ])('takes no answer from %s', async (text, code, exitCode) => {
    const site = await project();
    await run(site);
    await writeFile(site.path('staticfiles', 'staticfiles.json'), text);
    const result = await run(site, ['url', 'a.png']);
    expect(result).toMatchObject({ code: exitCode, out: '' });
    expect(result.err).toContain(code);
  });

  it('says why the bucket cannot be read', async () => {
    const site = await project();
    const { fake, env } = await startStore();
    await run(site, [], env);
    fake.setBucket('assets', { deny: ['s3:GetObject'] });
    const { code, err } = await run(site, ['url', 'a.png'], env);
    expect(code).toBe(6);
    expect(err).toMatch(/could not read staticfiles\.json in bucket assets: access denied/);
  });

  it('is made from the sources, where a backend module cannot read', async () => {
    const module = `export default () => ({ label: 'mine/', put() {} });`;
    const site = await project({ 'mine.mjs': module }, { backend: './mine.mjs' });
    expect((await run(site, ['url', 'a.png'])).out).toBe(`/static/${hashed}\n`);
  });
});

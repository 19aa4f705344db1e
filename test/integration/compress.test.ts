import { createHash, randomBytes } from 'node:crypto';
import { readFile, stat, utimes } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { createSite, type Site, type SiteFiles } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { startFakeS3 } from '../support/fake-s3/index.ts';

async function project(files: SiteFiles): Promise<Site> {
  const site = await createSite({ 'package.json': '{}', ...files });
  onTestFinished(() => site.remove());
  return site;
}

interface Line {
  readonly type: string;
  readonly [field: string]: unknown;
}

async function run(site: Site, args: readonly string[], env: Record<string, string> = {}) {
  const io = createFakeIo([...args, '--json'], {
    cwd: site.dir,
    env: { XDG_CACHE_HOME: site.path('cache'), ...env },
  });
  const code = await main(io);
  const lines = io
    .out()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const counts = lines.find(({ type }) => type === 'report')?.['counts'] as
    { uploaded: number } | undefined;
  return { code, lines, compressed: lines.find(({ type }) => type === 'compressed'), counts };
}

const css = 'body { color: red; }\n'.repeat(100);
const page = '<a href="css/app.css">text</a>\n'.repeat(50);
const large = JSON.stringify(Array.from({ length: 50_000 }, (_, i) => ({ i, name: `n${i % 7}` })));
const MiB = 1024 * 1024;
const read = (site: Site, ...parts: string[]) => readFile(site.path(...parts));

describe('--compress into a directory', () => {
  it('writes twins beside each text, which decode to it', async () => {
    const site = await project({
      'static/css/app.css': css,
      'static/index.html': page,
      'static/large.json': large,
      'static/a.png': 'png',
    });
    expect(large.length).toBeGreaterThan(1024 * 1024);
    const { code } = await run(site, ['--compress']);
    expect(code).toBe(0);
    const twins = ['css/app.css', 'index.html', 'large.json'].flatMap((name) => [
      `${name}.br`,
      `${name}.gz`,
    ]);
    const originals = ['a.png', 'css/app.css', 'index.html', 'large.json'];
    expect(await site.list('staticfiles')).toEqual([...originals, ...twins].sort());
    for (const [name, text] of [
      ['css/app.css', css],
      ['index.html', page],
      ['large.json', large],
    ] as const) {
      expect(gunzipSync(await read(site, 'staticfiles', `${name}.gz`)).toString()).toBe(text);
      expect(brotliDecompressSync(await read(site, 'staticfiles', `${name}.br`)).toString()).toBe(
        text,
      );
    }
  });

  it('dates twins as their originals', async () => {
    const site = await project({ 'static/app.css': css });
    await run(site, []);
    await utimes(site.path('staticfiles', 'app.css'), 1e9, 1e9);
    await run(site, ['--compress']);
    const [original = 0, ...twins] = await Promise.all(
      ['app.css', 'app.css.br', 'app.css.gz'].map(
        async (name) => (await stat(site.path('staticfiles', name))).mtimeMs,
      ),
    );
    expect(original).toBe(1e12);
    expect(twins.map((mtime) => Math.abs(mtime - original) < 0.01)).toEqual([true, true]);
  });

  it('leaves a file of the sources alone that has the name of a twin', async () => {
    const own = gzipSync('made by the bundler');
    const site = await project({ 'static/app.css': css, 'static/app.css.gz': own });
    await run(site, ['--compress']);
    expect(await read(site, 'staticfiles', 'app.css.gz')).toEqual(own);
    expect(await site.list('staticfiles')).toEqual(['app.css', 'app.css.br', 'app.css.gz']);
  });

  it('compresses nothing that is compressed, is short, is excluded or is no text', async () => {
    const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i * 31 + i * 7) % 251));
    const site = await project({
      'static/a.tar.gz': gzipSync(css),
      'static/a.svgz': gzipSync(css),
      // These would pay: nothing in them is compressed yet.
      'static/not-really.css': gzipSync(css, { level: 0 }),
      'static/tiny.css': 'a{}',
      'static/empty.css': '',
      'static/photo.JPG': css,
      'static/data.unknown': Buffer.concat([Buffer.alloc(1), noise]),
      'static/maps/big.geojson': css,
      'static/encoded.css': css,
      'static/yes.css': css,
      'collect.config.json': JSON.stringify({
        compress: true,
        rules: [
          { match: 'maps/**', compress: false },
          { match: 'encoded.css', headers: { 'Content-Encoding': 'identity' } },
        ],
      }),
    });
    await run(site, []);
    const twins = (await site.list('staticfiles')).filter((name) => /\.(br|gz)$/.test(name));
    expect(twins).toEqual(['a.tar.gz', 'yes.css.br', 'yes.css.gz']);
  });

  it('compresses what a rule says, and text of unknown type', async () => {
    const site = await project({
      'static/LICENSE': css,
      'static/a.bin': Buffer.concat([Buffer.alloc(1000), Buffer.from(css)]),
      'collect.config.json': JSON.stringify({
        compress: { encodings: ['gzip'] },
        rules: [{ match: '*.bin', compress: true }],
      }),
    });
    await run(site, []);
    expect(await site.list('staticfiles')).toEqual(['LICENSE', 'LICENSE.gz', 'a.bin', 'a.bin.gz']);
  });

  it('says in assets.json what there is, and names no twin in the manifest', async () => {
    const site = await project({ 'static/app.css': css, 'static/tiny.css': 'a{}' });
    await run(site, ['--compress', '--hash']);
    const assets = JSON.parse((await read(site, 'staticfiles', 'assets.json')).toString()) as {
      assets: Record<string, { key: string; size: number; encodings: string[] }>;
    };
    expect(assets.assets['app.css']).toMatchObject({
      size: css.length,
      encodings: ['br', 'gzip'],
    });
    expect(assets.assets['tiny.css']?.encodings).toEqual([]);
    const manifest = (await read(site, 'staticfiles', 'staticfiles.json')).toString();
    expect(Object.keys((JSON.parse(manifest) as { paths: object }).paths)).toEqual([
      'app.css',
      'tiny.css',
    ]);
    const key = assets.assets['app.css']?.key ?? '';
    expect(gunzipSync(await read(site, 'staticfiles', `${key}.gz`)).toString()).toBe(css);
    expect(
      brotliDecompressSync(await read(site, 'staticfiles', 'staticfiles.json.br')).toString(),
    ).toBe(manifest);
  });

  it('compresses the references that it has rewritten', async () => {
    const site = await project({ 'static/index.html': page, 'static/css/app.css': css });
    await run(site, ['--compress', '--hash']);
    const html = await read(site, 'staticfiles', 'index.html');
    expect(html.toString()).toMatch(/css\/app\.[0-9a-f]{12}\.css/);
    expect(gunzipSync(await read(site, 'staticfiles', 'index.html.gz'))).toEqual(html);
  });

  it('shows both sizes in a dry run, and writes nothing', async () => {
    const site = await project({ 'static/app.css': css });
    const { lines } = await run(site, ['--compress', '--dry-run']);
    const gz = lines.find(({ key }) => key === 'app.css.gz');
    expect(gz).toMatchObject({
      encoding: 'gzip',
      twinOf: 'app.css',
      contentType: 'text/css; charset=utf-8',
      sizeBefore: css.length,
    });
    expect(gz?.['size']).toBeLessThan(css.length / 5);
    await expect(site.list('staticfiles')).rejects.toThrow('ENOENT');
    const io = createFakeIo(['--compress', '-n'], { cwd: site.dir });
    await main(io);
    expect(io.out()).toMatch(/app\.css\.gz .* 2\.1 kB → \d+ B gzip {2}new/);
  });

  it('says for each encoding what it came to, with the file that pays only for one of them', async () => {
    const short = '.fw {\n  width: 18em;\n  text-align: center;\n  line-height: 1;\n}\n';
    const site = await project({ 'static/app.css': css, 'static/short.css': short });
    const { lines, compressed } = await run(site, ['--compress', '--dry-run']);
    const encodings = {
      br: { files: 2, before: css.length + short.length },
      gzip: { files: 1, before: css.length },
    };
    expect(compressed).toMatchObject({ files: 3, encodings });
    const report = lines.find(({ type }) => type === 'report');
    expect(report?.['compression']).toMatchObject({ files: 3, encodings });
  });

  it('takes a command after the flag for a command', async () => {
    const site = await project({ 'static/app.css': css });
    const io = createFakeIo(['--compress', 'url', 'app.css'], { cwd: site.dir });
    expect(await main(io)).toBe(0);
    expect(io.out()).toBe('/static/app.css\n');
  });

  it('does not touch what find, url and check say', async () => {
    const site = await project({
      'static/app.css': css,
      'collect.config.json': '{ "compress": true }',
    });
    const io = createFakeIo(['url', 'app.css'], { cwd: site.dir });
    await main(io);
    expect(io.out()).toBe('/static/app.css\n');
  });
});

describe('a second run', () => {
  it('stores nothing, and with a cache compresses nothing', async () => {
    const site = await project({
      'static/app.css': css,
      'static/large.json': large,
      'static/noise.css': Buffer.from('0123456789abcdef'.repeat(1)),
    });
    const first = await run(site, ['--compress', '--hash']);
    expect(first.compressed).toMatchObject({ cached: 0 });
    expect(first.compressed?.['made']).toBeGreaterThan(5);
    const second = await run(site, ['--compress', '--hash']);
    expect(second.counts?.uploaded).toBe(0);
    expect(second.compressed).toMatchObject({ made: 0 });
    const third = await run(site, ['--compress', '--hash', '--no-cache']);
    expect(third.counts?.uploaded).toBe(0);
    expect(third.compressed).toMatchObject({ cached: 0, made: first.compressed?.['made'] });
  });

  it('compresses a changed file alone', async () => {
    const site = await project({ 'static/a.css': css, 'static/b.css': `${css}b{}` });
    await run(site, ['--compress']);
    await site.write({ 'static/a.css': `${css}a{}` });
    const { compressed, counts } = await run(site, ['--compress']);
    expect(compressed).toMatchObject({ made: 2, cached: 2 });
    expect(counts?.uploaded).toBe(3);
  });

  it('without the option warns of twins that would be served for a changed file', async () => {
    const site = await project({ 'static/a.css': css });
    await run(site, ['--compress']);
    expect((await run(site, [])).lines.filter(({ type }) => type === 'warning')).toEqual([]);
    await site.write({ 'static/a.css': `${css}a{}` });
    const { lines } = await run(site, []);
    expect(lines.find(({ code }) => code === 'TWINS_OUTDATED')).toMatchObject({
      subjects: ['a.css.br', 'a.css.gz'],
    });
  });
});

describe('to S3', () => {
  async function bucket() {
    const s3 = await startFakeS3();
    onTestFinished(() => s3.close());
    s3.createBucket('assets');
    const env = {
      COLLECT_STATIC_BACKEND: 's3',
      AWS_STORAGE_BUCKET_NAME: 'assets',
      AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
      AWS_S3_ENDPOINT_URL: s3.endpoint,
    };
    const object = (key: string) => s3.objects('assets').get(`static/${key}`);
    const writes = () =>
      s3.requests.filter(({ method }) => !['GET', 'HEAD'].includes(method)).length;
    return { env, object, writes };
  }

  it('replaces the bytes, and says so in Content-Encoding', async () => {
    const { env, object } = await bucket();
    const site = await project({ 'static/app.css': css, 'static/index.html': page });
    const { code } = await run(site, ['--compress'], env);
    expect(code).toBe(0);
    for (const [key, text, type] of [
      ['app.css', css, 'text/css; charset=utf-8'],
      ['index.html', page, 'text/html; charset=utf-8'],
    ] as const) {
      const { bytes = '', headers } = object(key) ?? {};
      expect(headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': type });
      expect(gunzipSync(bytes).toString()).toBe(text);
    }
    expect((await run(site, ['--compress'], env)).counts?.uploaded).toBe(0);
  });

  it.each([
    { from: 'the cache', args: [] },
    { from: 'the source again', args: ['--no-cache'] },
  ])(
    'stores in parts what is too large for one put, from $from',
    { timeout: 60_000 },
    async ({ args }) => {
      const { env, object, writes } = await bucket();
      const log = randomBytes(17 * MiB).toString('base64');
      const site = await project({
        'static/log.json': log,
        'collect.config.json': JSON.stringify({ compress: { quality: { gzip: 1 } } }),
      });
      expect((await run(site, args, env)).code).toBe(0);
      const { bytes = Buffer.alloc(0), headers, etag } = object('log.json') ?? {};
      expect(bytes.length).toBeGreaterThan(16 * MiB);
      expect(bytes.length).toBeLessThan(log.length * 0.8);
      expect(etag).toBe(compositeOf(bytes, 8 * MiB));
      expect(headers).toMatchObject({
        'content-encoding': 'gzip',
        'content-type': 'application/json; charset=utf-8',
      });
      expect(gunzipSync(bytes).toString() === log).toBe(true);
      const before = writes();
      expect(await run(site, args, env)).toMatchObject({ code: 0, counts: { uploaded: 0 } });
      expect(writes()).toBe(before);
    },
  );

  it('keeps a manifest that url can read, and makes nothing again for another run', async () => {
    const { env, object } = await bucket();
    // More names than gzip's own overhead.
    const files = Array.from({ length: 40 }, (_, i) => [`static/a/name${i}.css`, `${css}${i}`]);
    const site = await project(Object.fromEntries(files) as SiteFiles);
    await run(site, ['--compress', '--hash'], env);
    const { bytes = '', headers } = object('staticfiles.json') ?? {};
    expect(headers).toMatchObject({ 'content-encoding': 'gzip' });
    const { paths } = JSON.parse(gunzipSync(bytes).toString()) as { paths: Record<string, string> };
    const io = createFakeIo(['url', 'a/name7.css', '--compress', '--hash'], { cwd: site.dir, env });
    expect(await main(io)).toBe(0);
    expect(io.out()).toContain(paths['a/name7.css']);
  });
});

/** As S3 makes the ETag of an object that came in parts of so many bytes. */
function compositeOf(bytes: Buffer, partSize: number): string {
  const md5 = (data: Buffer) => createHash('md5').update(data).digest();
  const parts = Array.from({ length: Math.ceil(bytes.length / partSize) }, (_, i) =>
    md5(bytes.subarray(i * partSize, (i + 1) * partSize)),
  );
  return `${md5(Buffer.concat(parts)).toString('hex')}-${parts.length}`;
}

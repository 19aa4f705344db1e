import { execFile } from 'node:child_process';
import { cp, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createBrowserSite, requested } from '../support/browser-site.ts';
import { browserAvailable, launchBrowser, visit } from '../support/browser.ts';
import { runCli } from '../support/cli.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { runNpm } from '../support/npm.ts';
import { installPython, whyMissing } from '../support/pip.ts';
import { request } from '../support/request.ts';
import { missingPart } from '../support/servers.ts';
import {
  startCaddy,
  startNginx,
  webServersMissing,
  type WebServer,
} from '../support/web-servers.ts';

const css = 'body { color: red; }\n'.repeat(100);
const script = 'export const answer = 42;\n'.repeat(100);

const webServers = missingPart('nginx and Caddy', webServersMissing());
describe.skipIf(webServers !== undefined).each([
  ['nginx', startNginx],
  ['Caddy', startCaddy],
])('%s over a directory with twins', (_, start) => {
  let site: Site;
  let server: WebServer;

  beforeAll(async () => {
    site = await createSite({
      'package.json': '{}',
      'static/css/app.css': css,
      'static/main.js': script,
      'static/tiny.css': 'a{}',
    });
    const { code, stderr } = await runCli(['--compress', '--hash'], { cwd: site.dir });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    server = await start(site.path('staticfiles'));
  });
  afterAll(async () => {
    await server.stop();
    await site.remove();
  });

  it.each([
    ['', undefined, ''],
    ['identity', undefined, ''],
    ['gzip', 'gzip', '.gz'],
    ['br', 'br', '.br'],
    ['gzip, br', 'br', '.br'],
    ['gzip, deflate, br, zstd', 'br', '.br'],
    ['deflate', undefined, ''],
  ])('sends for "%s" the bytes that are stored in %s', async (accept, encoding, suffix) => {
    for (const name of ['css/app.css', 'main.js']) {
      const answer = await request(`${server.url}${name}`, accept);
      expect(answer).toMatchObject({ status: 200, encoding });
      expect(answer.type).toMatch(name.endsWith('css') ? /^text\/css/ : /javascript/);
      const stored = await readFile(site.path('staticfiles', name + suffix));
      expect(answer.body.equals(stored)).toBe(true);
    }
  });

  it('sends as it is what has no twin', async () => {
    const answer = await request(`${server.url}tiny.css`, 'gzip, br');
    expect(answer).toMatchObject({ status: 200, encoding: undefined });
    expect(answer.body.toString()).toBe('a{}');
  });
});

const packages = ['bootstrap@5.3.9', 'font-awesome@4.7.0', 'katex@0.19.1', 'leaflet@1.9.4'];
const names = [...packages.map((one) => one.replace(/@.*/, '')), 'swagger-ui-dist'];
const install = () => installPython('whitenoise', ['whitenoise[brotli]==6.*']);
const whitenoise = missingPart('WhiteNoise', await whyMissing(install));

describe.skipIf(whitenoise !== undefined)("WhiteNoise's compressor on five packages", () => {
  it('makes a .gz of the same files, but for those that just pay or just do not', async () => {
    const site = await createSite({ 'package.json': '{ "private": true }\n' });
    try {
      const options = ['--no-package-lock', '--ignore-scripts', '--legacy-peer-deps'];
      await runNpm(['install', ...options, ...packages, 'swagger-ui-dist@5.32.0'], {
        cwd: site.dir,
      });
      for (const name of names) {
        const from = site.path('node_modules', name);
        await cp(from, site.path('static', name), { recursive: true });
        await cp(from, site.path('theirs', name), { recursive: true });
      }
      const allow = [{ rule: 'source-map', match: '**', reason: 'public' }];
      await site.write({ 'collect.config.json': JSON.stringify({ allow, defaultIgnore: false }) });
      const { code, stderr } = await runCli(['--compress', '--no-cache'], { cwd: site.dir });
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const args = ['-m', 'whitenoise.compress', '--quiet', '--no-brotli', site.path('theirs')];
      await promisify(execFile)(await install(), args);

      const zipped = async (dir: string) =>
        (await site.list(dir)).filter((name) => name.endsWith('.gz'));
      const [ours, theirs] = [await zipped('staticfiles'), await zipped('theirs')];
      expect(ours.length).toBeGreaterThan(500);
      const both = new Set(ours.filter((name) => theirs.includes(name)));
      const differences = [...ours, ...theirs].filter((name) => !both.has(name));
      // Their zlib finds matches of three bytes that Node's does not look for: files of a few lines that save a
      // twentieth with one of them, and not with the other.
      const clear = [];
      for (const name of differences) {
        const source = await readFile(site.path('static', name.slice(0, -3)));
        const saving = 1 - gzipSync(source, { level: 9 }).length / source.length;
        if (Math.abs(saving - 0.05) > 0.03) clear.push(`${name} saves ${saving}`);
      }
      expect(clear).toEqual([]);
      expect(differences.length).toBeLessThan(5);
      for (const name of both) {
        const { mtimeMs } = await stat(site.path('staticfiles', name));
        const original = await stat(site.path('staticfiles', name.slice(0, -3)));
        expect(Math.abs(mtimeMs - original.mtimeMs)).toBeLessThan(1);
      }
    } finally {
      await site.remove();
    }
  });
});

const radosgw = inject('radosgw');
const missing =
  'missing' in radosgw ? radosgw.missing : missingPart('Chromium', browserAvailable());

describe.skipIf(missing !== undefined)('a site whose bytes are compressed, from radosgw', () => {
  it.each(['gzip', 'br'])('loads and decodes in Chromium, with %s', async (encoding) => {
    if ('missing' in radosgw) throw new Error(radosgw.missing);
    const { endpoint, credentials } = radosgw;
    const bucket = `compressed-${encoding}`;
    const client = new S3Client({
      endpoint,
      credentials,
      region: 'us-east-1',
      forcePathStyle: true,
    });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    client.destroy();
    const place = { bucket, endpoint, region: 'us-east-1', forcePathStyle: true };
    const site = await createBrowserSite(place);
    const browser = await launchBrowser();
    try {
      const env = {
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        COLLECT_STATIC_COMPRESS_ENCODINGS: encoding,
      };
      const options = { cwd: site.dir, env };
      const deployed = await runCli(['--compress=replace', '--json'], options);
      expect(deployed.code).toBe(0);
      const url = (await runCli(['url', 'index.html'], options)).stdout.trim();
      const style = await request(
        new URL('vendor/bootstrap/css/bootstrap.min.css', url).href,
        'identity',
      );
      expect(style).toMatchObject({ encoding, type: 'text/css; charset=utf-8' });
      const seen = await visit(await browser.newContext(), url, () =>
        Promise.resolve(Reflect.get(globalThis, 'report') as unknown),
      );
      expect(seen.failed).toEqual([]);
      expect(seen.answers).toHaveLength(Object.keys(requested).length);
      expect(seen.seen).toEqual({ greeting: 'hello from a module', late: 'and from a late one' });
      expect((await runCli(['--compress=replace', '--json'], options)).stdout).toContain(
        '"uploaded":0',
      );
    } finally {
      await browser.close();
      await site.remove();
    }
  });
});

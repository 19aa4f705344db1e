import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Site } from '../support/create-site.ts';
import { createProject, runInJson, startStore, withReleases } from '../support/deploying.ts';
import type { FakeS3 } from '../support/fake-s3/index.ts';

let fake: FakeS3;
beforeEach(async () => {
  fake = await startStore();
});
afterEach(() => fake.close());

interface Line {
  readonly type: string;
  readonly key?: string;
  readonly why?: string;
  readonly id?: string;
  readonly files?: number;
  readonly problems?: number;
  readonly others?: number;
  readonly withoutAcls?: boolean;
  readonly code?: string;
}

async function run(site: Site, ...args: string[]) {
  const { code, ...ran } = await runInJson({ site, fake }, args);
  const lines = ran.lines as readonly Line[];
  const problems = lines
    .filter(({ type }) => type === 'problem')
    .map(({ key = '', why = '' }) => `${key}: ${why}`);
  return { code, lines, problems, end: lines.at(-1) };
}

/** Another object under the key; what is not given stays. */
function change(
  key: string,
  { bytes, headers = {}, acl }: { bytes?: string; headers?: Record<string, string>; acl?: string },
) {
  const held = fake.objects('assets').get(`static/${key}`);
  fake.put('assets', `static/${key}`, bytes ?? held?.bytes ?? '', {
    ...held?.headers,
    ...headers,
    'x-amz-acl': acl ?? held?.acl ?? '',
  });
}

describe('verify', () => {
  it('finds nothing where everything is as deployed, counts what is somebody else’s, and writes nothing', async () => {
    const site = await createProject({ 'static/a.css': 'a', 'static/index.html': '<p>' });
    await run(site);
    fake.put('assets', 'static/theirs.txt', 'x');
    const ran = await run(site, 'verify');
    expect(ran).toMatchObject({ code: 0, problems: [] });
    expect(ran.end).toMatchObject({ type: 'verify', files: 2, problems: 0, others: 1 });
    expect(fake.writes()).toEqual([]);
  });

  it('names what is gone, has other bytes, other headers or another ACL', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const site = await createProject(
      Object.fromEntries(names.map((name) => [`static/${name}.css`, name])),
    );
    await run(site);
    fake.remove('assets', 'static/a.css');
    // Of the same size and under the same headers: only reading it tells.
    change('b.css', { bytes: 'B' });
    change('c.css', { headers: { 'cache-control': 'no-store' } });
    change('d.css', { acl: 'private' });
    const ran = await run(site, 'verify');
    expect(ran.code).toBe(9);
    expect(ran.problems).toEqual([
      'a.css: it is not there',
      'b.css: it has other bytes',
      'c.css: cache-control is "no-store" instead of "public, max-age=31556926"',
      'd.css: its ACL is private, not public-read',
    ]);
  });

  it('reads no file whose hashed name and ETag prove its bytes', async () => {
    const site = await createProject({
      'static/a.css': 'a',
      ...withReleases({ hash: { keep: 'hashed' } }),
    });
    await run(site);
    const ran = await run(site, 'verify');
    expect(ran).toMatchObject({ code: 0 });
    const read = fake.requests.filter(({ op }) => op === 'GetObject').map(({ key }) => key);
    expect(read.filter((key) => key.includes('.css'))).toEqual([]);
    const hashed = [...fake.objects('assets').keys()].find((key) => key.endsWith('.css')) ?? '';
    change(hashed.slice('static/'.length), { bytes: 'A' });
    expect((await run(site, 'verify')).problems).toEqual([
      `${hashed.slice('static/'.length)}: it has other bytes`,
    ]);
  });

  it('proves of an earlier release that all of it is kept', async () => {
    const site = await createProject({ 'static/a.css': '1', 'static/b.css': 'b' });
    await run(site);
    await site.write({ 'static/a.css': '2' });
    await run(site);
    const [, first] = (await run(site, 'releases')).lines;
    const id = first?.id?.slice(0, 10) ?? '';
    expect(await run(site, 'verify', id)).toMatchObject({ code: 0, end: { files: 2 } });
    const kept = [...fake.objects('assets').keys()].find((key) => key.includes('/objects/')) ?? '';
    fake.put('assets', kept, 'x');
    expect(await run(site, 'verify', id)).toMatchObject({
      code: 9,
      problems: ['a.css: its bytes are not there any more'],
    });
  });

  it('takes a policy for an ACL where the bucket takes none, and says where ACLs may not be read', async () => {
    fake.createBucket('assets', { aclsDisabled: true, publicRead: true });
    const site = await createProject({ 'static/a.css': 'a' });
    await run(site);
    expect(await run(site, 'verify')).toMatchObject({ code: 0, problems: [] });
    fake.setBucket('assets', { aclsDisabled: true, publicRead: true, deny: ['s3:GetObjectAcl'] });
    const ran = await run(site, 'verify');
    expect(ran).toMatchObject({ code: 0, end: { withoutAcls: true } });
  });

  it('needs a record', async () => {
    const site = await createProject({ 'static/a.css': 'a' });
    expect(await run(site, 'verify')).toMatchObject({ code: 5 });
  });
});

describe('verify --public', () => {
  type Answer = { status?: number; headers?: Record<string, string>; body?: Buffer | string };

  /** A CDN in front of the bucket that does with each object what the test says. */
  async function startCdn(answer: (path: string, asStored: Required<Answer>) => Answer) {
    const server = http.createServer((request, response) => {
      const path = decodeURIComponent((request.url ?? '').replace('/x/', ''));
      const held = fake.objects('assets').get(`static/${path}`);
      const stored = {
        status: held === undefined ? 404 : 200,
        headers: { 'access-control-allow-origin': '*', ...held?.headers },
        body: held?.bytes ?? '',
      };
      const { status, headers, body } = { ...stored, ...answer(path, stored) };
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/x/`;
  }

  const files = {
    'static/a.css': 'a'.repeat(500),
    'static/font.woff2': 'wOF2',
    'static/ü b.txt': 'text',
  };

  it('is content with what a browser would be content with, also compressed on the way', async () => {
    const site = await createProject(files);
    await run(site);
    const base = await startCdn((path, { headers, body }) =>
      path === 'a.css'
        ? { headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipSync(body) }
        : {},
    );
    await site.write(withReleases({ url: base }));
    expect(await run(site, 'verify', '--public')).toMatchObject({ code: 0, problems: [] });
  });

  it.each<[string, (stored: Required<Answer>) => Answer, string]>([
    ['a.css', () => ({ status: 403 }), 'HTTP 403'],
    ['a.css', () => ({ body: 'old' }), 'it has other bytes'],
    [
      'a.css',
      ({ headers }) => ({ headers: { ...headers, 'content-type': 'text/plain' } }),
      'content-type is "text/plain" instead of "text/css; charset=utf-8"',
    ],
    [
      'a.css',
      ({ headers }) => ({ headers: { ...headers, 'cache-control': 'no-cache' } }),
      'cache-control is "no-cache" instead of "public, max-age=31556926"',
    ],
    [
      'a.css',
      ({ headers }) => ({ headers: { ...headers, 'content-encoding': 'br' } }),
      'content-encoding is "br" instead of none',
    ],
    [
      'font.woff2',
      ({ headers: { 'content-type': type = '', 'cache-control': cache = '' } }) => ({
        headers: { 'content-type': type, 'cache-control': cache },
      }),
      'pages of other hosts may not load this font: access-control-allow-origin is none; name the site with --origin if it is one of them',
    ],
  ])('finds of %s what is wrong: %#', async (name, wrong, why) => {
    const site = await createProject(files);
    await run(site);
    const base = await startCdn((path, stored) => (path === name ? wrong(stored) : {}));
    await site.write(withReleases({ url: base }));
    const ran = await run(site, 'verify', '--public');
    expect(ran).toMatchObject({ code: 9, problems: [`${name}: ${base}${name}: ${why}`] });
  });

  it('asks for fonts as the pages of a site do', async () => {
    const site = await createProject(files);
    await run(site);
    const base = await startCdn((_, { headers }) => ({
      headers: { ...headers, 'access-control-allow-origin': 'https://www.example.com' },
    }));
    await site.write(withReleases({ url: base }));
    const args = ['verify', '--public', '--origin'];
    expect((await run(site, ...args, 'https://www.example.com')).code).toBe(0);
    expect((await run(site, ...args, 'https://evil.example.com')).code).toBe(9);
  });
});

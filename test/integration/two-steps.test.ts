import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import { isOwnRecord } from '../support/own-records.ts';

const files = {
  'package.json': '{}',
  'static/index.html': '<script type="module" src="js/a.js"></script><img src="img/a b.png">',
  'static/robots.txt': 'User-agent: *',
  'static/sw.js': 'self.skipWaiting()',
  'static/css/app.css': '@import "parts/b.css"; a { background: url("../img/a b.png?x#y") }',
  'static/css/parts/b.css': 'b { background: url(../../img/c.svg) }',
  'static/img/a b.png': 'png',
  'static/img/c.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'static/LICENSE': 'MIT',
  'static/empty.txt': '',
};
/** Only the modern engine takes a circle. */
const circle = {
  'static/js/a.js': 'import "./b.js"; export const a = new URL("../img/c.svg", import.meta.url);',
  'static/js/b.js': 'import { a } from "./a.js"; export const b = a;',
};
const noCircle = { 'static/js/a.js': 'export const a = 1;' };

async function run(site: Site, args: readonly string[], env: Record<string, string>) {
  const io = createFakeIo(args, { cwd: site.dir, env });
  const code = await main(io);
  expect({ code, err: io.err() }).toMatchObject({ code: 0 });
}

/** Everything about the objects of a bucket but when they were stored. */
function contents(fake: FakeS3, bucket: string) {
  const objects = [...fake.objects(bucket)].filter(([key]) => !isOwnRecord(key));
  return objects.map(([key, { bytes, headers, acl }]) => ({
    key,
    text: bytes.toString(),
    acl,
    type: headers['content-type'],
    cache: headers['cache-control'],
    sha256: headers['x-amz-meta-collect-static-sha256'],
  }));
}

describe('a site that is hashed locally in one step and uploaded in another', () => {
  it.each(['modern', 'django-5.2'])('is the same as in one step (%s)', async (engine) => {
    const site = await createSite({ ...files, ...(engine === 'modern' ? circle : noCircle) });
    const fake = await startFakeS3();
    onTestFinished(async () => {
      await fake.close();
      await site.remove();
    });
    for (const bucket of ['at-once', 'in-two-steps']) fake.createBucket(bucket);
    await site.write({ 'collect.config.json': JSON.stringify({ hash: { engine } }) });
    const env = {
      AWS_ACCESS_KEY_ID: fake.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: fake.credentials.secretAccessKey,
      AWS_S3_ENDPOINT_URL: fake.endpoint,
    };
    await run(site, ['--to', 's3://at-once/static'], env);
    await run(site, ['--to', 'built'], {});
    const second = ['--source', 'built', '--to', 's3://in-two-steps/static', '--no-hash'];
    await run(site, second, env);

    const atOnce = contents(fake, 'at-once');
    expect(contents(fake, 'in-two-steps')).toEqual(atOnce);
    const hashed = atOnce.filter(({ key }) => /\.[0-9a-f]{12}(?:\.|$)/.test(key));
    expect(hashed.length).toBeGreaterThan(6);
    for (const { key, cache } of hashed) expect(cache, key).toContain('immutable');
    // Each path of the manifest is there, and the manifests came last.
    const manifest = atOnce.find(({ key }) => key === 'static/staticfiles.json')?.text ?? '';
    const { paths } = JSON.parse(manifest) as { paths: Record<string, string> };
    const keys = atOnce.map(({ key }) => key);
    for (const key of Object.values(paths)) expect(keys).toContain(`static/${key}`);
    const puts = fake.writes().filter(({ op, key }) => op === 'PutObject' && !isOwnRecord(key));
    const last = puts.filter(({ bucket }) => bucket === 'in-two-steps').at(-1)?.key;
    expect(['static/staticfiles.json', 'static/assets.json']).toContain(last);
  });
});

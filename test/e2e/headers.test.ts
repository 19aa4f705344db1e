import { types } from 'mime-types';
import { expect, it, onTestFinished } from 'vitest';
import { contentTypeOf } from '../../src/headers.ts';
import { deployChecked } from '../support/checked-deploy.ts';
import { runCli } from '../support/cli.ts';
import { createSite, type SiteFiles } from '../support/create-site.ts';
import { startFakeS3 } from '../support/fake-s3/index.ts';

async function deploy(files: SiteFiles, env: Record<string, string> = {}) {
  const s3 = await startFakeS3();
  const site = await createSite({ 'package.json': '{}', ...files });
  onTestFinished(async () => {
    await s3.close();
    await site.remove();
  });
  s3.createBucket('assets', { owner: '111122223333' });
  const options = {
    cwd: site.dir,
    env: {
      AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
      AWS_S3_ENDPOINT_URL: s3.endpoint,
      ...env,
    },
  };
  const written = () => s3.writes().map(({ key }) => key);
  const result = await deployChecked(['--to', 's3://assets/static'], options, written);
  expect(result).toMatchObject({ code: 0 });
  const object = (key: string) => s3.objects('assets').get(`static/${key}`);
  return { s3, object };
}

it('sends every header that was configured, with single puts and in parts', async () => {
  const config = {
    s3: { expectedBucketOwner: '111122223333' },
    headers: {
      'Cache-Control': 'max-age=60',
      'Content-Language': 'en',
      Expires: 'Thu, 31 Dec 2037 23:55:55 GMT',
      'x-amz-meta-Team': 'web',
      'x-amz-tagging': 'team=web&env=prod',
    },
    rules: [
      { match: '*.pdf', headers: { 'Content-Disposition': 'attachment' } },
      { match: '*.pdf', headers: { 'x-amz-website-redirect-location': '/elsewhere' } },
      { match: '*.gz.js', headers: { 'Content-Encoding': 'gzip' } },
    ],
  };
  const { s3, object } = await deploy({
    'collect.config.json': JSON.stringify(config),
    'static/a.pdf': 'small',
    'static/b.gz.js': 'gz',
    'static/big.pdf': Buffer.alloc(17 * 1024 * 1024, 'x'),
  });
  const common = {
    'cache-control': 'max-age=60',
    'content-language': 'en',
    expires: 'Thu, 31 Dec 2037 23:55:55 GMT',
    'x-amz-meta-team': 'web',
    'x-amz-tagging': 'team=web&env=prod',
  };
  for (const key of ['a.pdf', 'big.pdf']) {
    expect(object(key)?.headers, key).toMatchObject({
      ...common,
      'content-type': 'application/pdf',
      'content-disposition': 'attachment',
      'x-amz-website-redirect-location': '/elsewhere',
    });
    expect(object(key)?.acl, key).toBe('public-read');
  }
  expect(object('b.gz.js')?.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'content-encoding': 'gzip',
  });
  expect(s3.uploads('assets')).toBe(0);
});

it('understands what Django’s settings call headers', async () => {
  const { object } = await deploy(
    { 'static/a.css': 'a' },
    {
      AWS_HEADERS: '{"x-amz-acl": "private", "Cache-Control": "max-age=1"}',
      AWS_S3_OBJECT_PARAMETERS:
        '{"CacheControl": "max-age=86400", "Metadata": {"team": "web"}, "StorageClass": "STANDARD_IA"}',
    },
  );
  expect(object('a.css')).toMatchObject({
    acl: 'private',
    headers: {
      'cache-control': 'max-age=86400',
      'x-amz-meta-team': 'web',
      'x-amz-storage-class': 'STANDARD_IA',
    },
  });
});

it('prints a signed URL that works as it stands', async () => {
  const s3 = await startFakeS3();
  const site = await createSite({ 'static/a.css': 'private bytes' });
  onTestFinished(async () => {
    await s3.close();
    await site.remove();
  });
  s3.createBucket('assets');
  const env = {
    AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
    AWS_S3_ENDPOINT_URL: s3.endpoint,
    AWS_QUERYSTRING_AUTH: 'True',
  };
  const run = (args: string[]) =>
    runCli([...args, '--to', 's3://assets/x', '--acl', 'none'], { cwd: site.dir, env });
  expect((await run([])).code).toBe(0);
  const { stdout } = await run(['url', 'a.css']);
  expect(await (await fetch(stdout.trim())).text()).toBe('private bytes');
  expect(stdout).not.toContain(s3.credentials.secretAccessKey);
});

it('signs with a session token', async () => {
  const s3 = await startFakeS3({
    credentials: {
      accessKeyId: 'ASIAEXAMPLEEXAMPLE12',
      secretAccessKey: 'secret',
      sessionToken: 'tok',
    },
  });
  const site = await createSite({ 'static/a.css': 'a' });
  onTestFinished(async () => {
    await s3.close();
    await site.remove();
  });
  s3.createBucket('assets');
  const env = {
    AWS_ACCESS_KEY_ID: 'ASIAEXAMPLEEXAMPLE12',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_S3_ENDPOINT_URL: s3.endpoint,
  };
  const run = (more: Record<string, string>) =>
    runCli(['--to', 's3://assets/x'], { cwd: site.dir, env: { ...env, ...more } });
  expect((await run({})).code).toBe(6);
  expect((await run({ AWS_SESSION_TOKEN: 'tok' })).code).toBe(0);
});

it('knows the type of every extension, in the program as it is built', async () => {
  // The build makes a table of mime-types; here is that package itself. Keys and databases are refused.
  const refused = /^(?:dump|kdbx|key|mdb|p12|p8|pem|pfx|sql)$/;
  const extensions = Object.keys(types).filter((one) => !refused.test(one));
  const names = [...extensions.map((one) => `x.${one}`), 'X.WASM', 'constructor', 'x.__proto__'];
  const site = await createSite({
    'package.json': '{}',
    ...Object.fromEntries(names.map((name) => [`static/${name}`, name])),
  });
  onTestFinished(() => site.remove());
  const args = ['--to', 's3://assets/x', '--dry-run', '--offline', '--json'];
  const { code, stdout } = await runCli(args, { cwd: site.dir });
  const planned = new Map(
    stdout
      .split('\n')
      .filter((line) => line.includes('"action":"upload"'))
      .map((line) => JSON.parse(line) as { key: string; contentType: string })
      .map(({ key, contentType }): [string, string] => [key, contentType]),
  );
  expect(code).toBe(0);
  expect(names.length).toBeGreaterThan(1_000);
  expect(planned).toEqual(new Map(names.map((name) => [name, contentTypeOf(name)])));
});

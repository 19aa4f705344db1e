import { chmod, mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { main } from '../../src/cli.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import { createFakeIo } from '../support/fake-io.ts';

// What an unreachable store is waited for, in milliseconds instead of minutes.
vi.mock('../../src/backends/s3/timing.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../src/backends/s3/timing.ts')>();
  const realTime = { ...original.realTime, backOff: 2, longestBackOff: 20, budget: 200 };
  return { ...original, realTime: { ...realTime, firstContact: 100 } };
});

// Every way to fail, with credentials that would be recognised anywhere: none of them may be printed.
const canaries = {
  secret: 'cAnArY0secret1AccessKey2wJalrXUtnFEMI3/x+',
  session: 'cAnArY4session5token6FwoGZXIvYXdzE',
  env: 'cAnArY7env8secret9"with\\quotes',
  long: 'cAnArY8long'.repeat(9),
  dotenv: 'cAnArY10dotenv11password',
  proxy: 'cAnArY12proxy13pass',
  user: 'cAnArY14userinfo15',
};

let s3: FakeS3;
let site: Site;
beforeEach(async () => {
  s3 = await startFakeS3();
  s3.createBucket('assets');
  site = await createSite({
    'static/a.css': 'a',
    'static/b.css': 'bb',
    'package.json': '{}',
    '.env': `DATABASE_PASSWORD=${canaries.dotenv}\n`,
  });
});
afterEach(async () => {
  await s3.close();
  await site.remove();
});

const parts = () => [
  ...Object.values(canaries).flatMap((canary) => [canary, JSON.stringify(canary).slice(1, -1)]),
  'cAnArY',
  s3.credentials.accessKeyId,
  s3.credentials.secretAccessKey,
];

interface Situation {
  readonly env?: () => Record<string, string>;
  readonly args?: readonly string[];
  readonly prepare?: () => Promise<unknown> | undefined;
}

const situations: Readonly<Record<string, Situation>> = {
  'a wrong secret': { env: () => ({ AWS_SECRET_ACCESS_KEY: canaries.secret }) },
  'an unknown key': {
    env: () => ({ AWS_ACCESS_KEY_ID: `AKIA${'CANARY0'.repeat(2)}XY` }),
  },
  'an expired token': {
    env: () => ({ AWS_SESSION_TOKEN: canaries.session }),
    prepare: () => fail({ status: 400, code: 'ExpiredToken' }),
  },
  'an error that repeats what was sent': {
    prepare: () =>
      fail({
        status: 403,
        body: `<Error><Code>SignatureDoesNotMatch</Code><Message>no: ${s3.credentials.accessKeyId} AWS4-HMAC-SHA256 Credential=cAnArY/x, Signature=cAnArY</Message><AWSAccessKeyId>cAnArY</AWSAccessKeyId><StringToSign>cAnArY</StringToSign></Error>`,
      }),
  },
  'a code nobody knows': {
    prepare: () =>
      fail({
        status: 418,
        body: `<Error><Code>Teapot</Code><Message>${canaries.session}<StringToSign>${canaries.secret}</StringToSign></Message></Error>`,
      }),
    env: () => ({ AWS_SESSION_TOKEN: canaries.session }),
  },
  'no permission': { prepare: () => fail({ status: 403, code: 'AccessDenied' }) },
  'a proxy that is not there': {
    env: () => ({ HTTP_PROXY: `http://joe:${canaries.proxy}@127.0.0.1:1` }),
  },
  'a proxy of a kind that cannot be used': {
    env: () => ({ HTTPS_PROXY: `socks5://joe:${canaries.proxy}@127.0.0.1:1` }),
  },
  'an endpoint with userinfo': {
    env: () => ({ AWS_S3_ENDPOINT_URL: `http://${canaries.user}@127.0.0.1:1` }),
  },
  'an endpoint with a password': {
    env: () => ({ AWS_S3_ENDPOINT_URL: `http://joe:${canaries.user}@127.0.0.1:1` }),
  },
  'a destination with a password': { args: ['--to', `https://joe:${canaries.user}@host/x`] },
  'a flag that does not exist': { args: [`--proxy=http://joe:${canaries.user}@host`] },
  'a secret where an ACL belongs': {
    env: () => ({ MY_SECRET: canaries.env, AWS_DEFAULT_ACL: canaries.env }),
  },
  'a password of .env as an ACL': { args: ['--acl', canaries.dotenv] },
  'a long secret where an ACL belongs': {
    env: () => ({ MY_SECRET: canaries.long, AWS_DEFAULT_ACL: canaries.long }),
  },
  'a secret in headers that are no JSON': {
    env: () => ({ MY_SECRET: canaries.env, AWS_HEADERS: `{${canaries.env}` }),
  },
  'a password of .env as a region': { args: ['--region', `${canaries.dotenv} x`] },
  'a config that is no JSON': {
    prepare: () => site.write({ 'collect.config.json': `{ "s3": ${canaries.dotenv} }` }),
  },
  'credentials in the config': {
    prepare: () =>
      site.write({
        'collect.config.json': `{ "s3": { "secretAccessKey": "${canaries.secret}" } }`,
      }),
  },
  'a config that throws': {
    env: () => ({ MY_SECRET: canaries.env }),
    prepare: () =>
      site.write({
        'collect.config.mjs': `throw new Error(${JSON.stringify(`no ${canaries.env}`)})`,
      }),
  },
  'a config that prints what it sees, and throws it': {
    env: () => ({ MY_SECRET: canaries.env, AWS_SESSION_TOKEN: canaries.session }),
    prepare: () =>
      site.write({
        'collect.config.mjs': `
          import { readFileSync } from 'node:fs';
          const dotenv = readFileSync('.env', 'utf8');
          console.log(process.env, JSON.stringify(process.env), dotenv);
          console.error(process.env.MY_SECRET);
          throw new Error(dotenv);`,
      }),
  },
  'a config that prints what it sees, and exits': {
    prepare: () =>
      site.write({
        'collect.config.mjs': `
          import { readFileSync } from 'node:fs';
          console.log(process.env, readFileSync('.env', 'utf8'));
          process.exit(0);`,
      }),
  },
  'a config whose values are refused': {
    env: () => ({ MY_SECRET: canaries.env }),
    prepare: () =>
      site.write({
        'collect.config.json': JSON.stringify({
          s3: { acl: canaries.env, region: canaries.env, bucket: canaries.env },
          headers: { 'X-Secret': canaries.env, 'Cache-Control': `${canaries.env}\n` },
          [canaries.env]: 1,
        }),
      }),
  },
  'a backend that throws': {
    env: () => ({ MY_SECRET: canaries.env }),
    args: ['--backend', './bad.mjs'],
    prepare: () =>
      site.write({ 'bad.mjs': `throw new Error(${JSON.stringify(`no ${canaries.env}`)})` }),
  },
  'a source that is missing': { args: ['--source', canaries.dotenv] },
  'a secret in a file': {
    env: () => ({ MY_SECRET: canaries.env }),
    prepare: () =>
      site.write({
        'static/x.js': `f("${canaries.dotenv}", ${canaries.env}, "${canaries.dotenv}")`,
      }),
  },
  'a file whose name is a secret': {
    prepare: async () => {
      await site.write({ [`static/${canaries.dotenv}.css`]: 'x' });
      await fail({ status: 403, code: 'AccessDenied' });
    },
  },
  'a local directory that cannot be written': {
    args: ['--to', `./${canaries.dotenv}`],
    prepare: async () => {
      await mkdir(site.path(canaries.dotenv, 'a.css'), { recursive: true });
      await chmod(site.path(canaries.dotenv), 0o500);
    },
  },
};

async function fail(fault: { status: number; code?: string; body?: string }) {
  s3.fault = () => fault;
  await Promise.resolve();
}

const outputs = [[], ['--json'], ['-v', '3'], ['--quiet']];

it.each(Object.entries(situations))('prints no secret: %s', async (_, situation) => {
  await situation.prepare?.();
  const summary = site.path('summary.md');
  for (const output of outputs) {
    const env = {
      AWS_STORAGE_BUCKET_NAME: 'assets',
      AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
      AWS_S3_ENDPOINT_URL: s3.endpoint,
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: summary,
      ...situation.env?.(),
    };
    const to = situation.args?.some((arg) => /^--(to|backend)/.test(arg))
      ? []
      : ['--backend', 's3'];
    const io = createFakeIo([...to, ...(situation.args ?? []), ...output], { cwd: site.dir, env });
    expect(await main(io)).not.toBe(0);
    const written = await readFile(summary, 'utf8').catch(() => '');
    const printed = io.out() + io.err() + written;
    expect(printed).not.toBe('');
    expect(parts().filter((part) => printed.includes(part))).toEqual([]);
    if (output[0] === '--json') {
      const lines = io
        .out()
        .trim()
        .split('\n')
        .filter((line) => line !== '');
      for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
    }
  }
});

it('prints no secret: an answer of something that is no S3', async () => {
  const server = createServer((request, response) => {
    response.end(`<html>${request.headers.authorization ?? ''}</html>`);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 1;
  const io = createFakeIo(['--to', 's3://assets', '--json', '-v', '3'], {
    cwd: site.dir,
    env: {
      AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: canaries.secret,
      AWS_S3_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    },
  });
  expect(await main(io)).not.toBe(0);
  server.close();
  expect(parts().filter((part) => (io.out() + io.err()).includes(part))).toEqual([]);
});

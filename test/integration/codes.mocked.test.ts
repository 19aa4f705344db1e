import { chmod, rm, symlink } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli.ts';
import { explanations, type Code } from '../../src/explanations/index.ts';
import { createSite, type Site, type SiteFiles } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { startFakeS3, type BucketOptions, type FakeS3 } from '../support/fake-s3/index.ts';
import type { Fault } from '../support/fake-s3/types.ts';
import { isOwnRecord } from '../support/own-records.ts';

// What an unreachable store is waited for, in milliseconds instead of minutes.
vi.mock('../../src/backends/s3/timing.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../src/backends/s3/timing.ts')>();
  const realTime = { ...original.realTime, backOff: 2, longestBackOff: 10, budget: 50 };
  return { ...original, realTime: { ...realTime, firstContact: 50 } };
});

/** What makes a run come to its code. The site has `static/a.css`. */
interface Situation {
  readonly files?: SiteFiles;
  readonly config?: object;
  readonly env?: Record<string, string>;
  readonly args?: readonly string[];
  readonly prepare?: () => Promise<unknown>;
}

let s3: FakeS3;
let site: Site;
beforeEach(async () => {
  s3 = await startFakeS3();
  s3.createBucket('assets');
  site = await createSite({ 'package.json': '{}', 'static/a.css': 'a' });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await s3.close();
  await site.remove();
});

const production = () => ({
  AWS_STORAGE_BUCKET_NAME: 'assets',
  AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
  AWS_S3_ENDPOINT_URL: s3.endpoint,
  COLLECT_STATIC_BACKEND: 's3',
});

/** Runs it; resolves to the exit code and every code among the lines. */
async function run(situation: Situation, env: Record<string, string> = {}) {
  const { files = {}, config, args = [] } = situation;
  await site.write(files);
  if (config !== undefined) await site.write({ 'collect.config.json': JSON.stringify(config) });
  await situation.prepare?.();
  const io = createFakeIo(args.includes('--json') ? args : [...args, '--json'], {
    cwd: site.dir,
    env: { ...env, ...situation.env },
  });
  const exitCode = await main(io);
  const lines = io.out().trim().split('\n');
  const codes = lines.flatMap((line) => {
    const { code, error } = JSON.parse(line) as { code?: string; error?: { code: string } };
    return [code, error?.code].filter((one) => one !== undefined);
  });
  return { exitCode, codes };
}

/** The run says the code, ends as the explanation of the code has it, and keeps the promise of its exit code. */
async function expectCode(code: Code, exitCode: number, outcome: ReturnType<typeof run>) {
  const { exitCode: actual, codes } = await outcome;
  expect({ actual, codes }).toEqual({
    actual: exitCode,
    codes: expect.arrayContaining([code]) as string[],
  });
  expect(explanations[code].exit).toContain(exitCode);
  if (exitCode < 2 || exitCode > 7) return;
  // A lock may have been taken and given back.
  expect(s3.writes().filter(({ key }) => !isOwnRecord(key))).toEqual([]);
  await expect(site.list('staticfiles')).rejects.toThrow('ENOENT');
}

const backend = (put: string) => ({
  'backend.mjs': `export default () => ({ label: 'mine/', ${put} });`,
});
const mine = ['--backend', './backend.mjs'];

describe('without a store, a run says', () => {
  it.each<[Code, number, Situation]>([
    ['USAGE', 2, { args: ['--offline'] }],
    ['USAGE', 2, { args: ['--nope'] }],
    ['FLAGS_CONFLICT', 2, { args: ['--target', 'media', '--all'] }],
    ['UNKNOWN_TARGET', 2, { args: ['--target', 'medai'] }],
    ['CLEAR_REFUSED', 2, { args: ['--clear', '--target', 'media'] }],
    ['CLEAR_REFUSED', 5, { args: ['--clear', '--to', 'out'], files: { 'out/package.json': '' } }],
    ['CLEAR_DECLINED', 5, { args: ['--clear'] }],
    ['CONFIG_INVALID', 3, { config: { s3: { buket: 'x' } } }],
    ['CONFIG_UNREADABLE', 3, { args: ['--config', 'nope.json'] }],
    ['CONFIG_NO_SOURCE', 3, { prepare: () => rm(site.path('static'), { recursive: true }) }],
    ['NO_BUCKET', 3, { args: ['policy'] }],
    ['BACKEND_INVALID', 3, { args: mine }],
    ['BACKEND_FAILED', 8, { args: mine, files: backend('put() { throw new Error("no"); }') }],
    [
      'BACKEND_FAILED',
      7,
      { args: mine, files: backend('put() {}, async *list() { throw new Error("no"); }') },
    ],
    ['PUT_UNPROVED', 8, { args: mine, files: backend('async put() {}') }],
    ['SOURCE_INVALID', 4, { args: ['--source', 'dist'] }],
    ['GUARD_REFUSED', 5, { files: { 'static/.env': 'PASSWORD=x' } }],
    ['DESTINATION_OVERLAP', 5, { args: ['--to', 'static/out'] }],
    ['DESTINATION_CONFLICT', 5, { args: ['--to', 'out'], files: { 'out/a.css/x': '' } }],
    ['BACKEND_DEFAULTED_IN_CI', 0, { env: { CI: 'true' } }],
    ['BUCKET_NOT_USED', 0, { env: { AWS_STORAGE_BUCKET_NAME: 'assets' } }],
    [
      'KEY_PUBLISHED',
      0,
      { files: { 'static/a.js': '"abcdef012345"' }, env: { MAPS_KEY: 'abcdef012345' } },
    ],
    ['SOURCE_MAPS', 0, { files: { 'static/a.js.map': '{}' } }],
    ['UNBUILT_SOURCES', 0, { files: { 'static/a.scss': '$a: 1;' } }],
    ['ENCODING_NOT_KEPT', 0, { args: ['--compress=replace'] }],
    ['ENCODING_FOR_ALL', 0, { config: { compress: { mode: 'replace', encodings: ['br'] } } }],
    [
      'CACHE_NOT_WRITTEN',
      0,
      {
        args: ['--compress'],
        files: { 'static/b.css': 'b'.repeat(999) },
        env: { XDG_CACHE_HOME: '/proc/nobody' },
      },
    ],
    ['TWINS_OUTDATED', 0, { files: { 'staticfiles/a.css': 'old', 'staticfiles/a.css.br': 'b' } }],
    ['DEPENDENCY_FOLDERS', 0, { files: { 'static/node_modules/a/a.js': '' } }],
  ])('%s, with exit %i', async (code, exitCode, situation) => {
    await expectCode(code, exitCode, run(situation));
  });

  it.skipIf(process.platform === 'win32').each<[Code, number, Situation]>([
    ['SOURCE_ESCAPE', 5, { prepare: () => symlink('../package.json', site.path('static', 'b')) }],
    ['NOT_A_FILE', 0, { prepare: () => symlink('nowhere', site.path('static', 'b')) }],
    ['PRIVATE_FILES', 0, { prepare: () => chmod(site.path('static', 'a.css'), 0o600) }],
  ])('%s, with exit %i (POSIX)', async (code, exitCode, situation) => {
    await expectCode(code, exitCode, run(situation));
  });

  it.skipIf(process.platform !== 'linux')('DESTINATION_UNWRITABLE (Linux)', async () => {
    await expectCode('DESTINATION_UNWRITABLE', 8, run({ args: ['--to', '/proc/collect-static'] }));
  });

  it('BUG, with exit 1, when something happens that nobody foresaw', async () => {
    const io = { ...createFakeIo(['--json'], { cwd: site.dir }), cwd: 1 as unknown as string };
    expect(await main(io)).toBe(1);
    expect(io.out()).toMatch(/^{"type":"error","code":"BUG"/);
  });
});

describe('with a store, a run says', () => {
  const answer = (op: string, fault: Fault): Situation => ({
    prepare: () => {
      s3.fault = (request) => (request.op === op ? fault : undefined);
      return Promise.resolve();
    },
  });
  const error = (status: number, code: string) => answer('PutObject', { status, code });
  const without = (options: BucketOptions): Situation => ({
    prepare: () => {
      s3.setBucket('assets', options);
      return Promise.resolve();
    },
  });
  const stored = (key: string, bytes: string): Situation => ({
    prepare: () => {
      s3.put('assets', key, bytes);
      return Promise.resolve();
    },
  });

  it.each<[Code, number, Situation]>([
    ['S3_ACCESS_DENIED', 6, without({ deny: ['s3:ListBucket'] })],
    ['S3_ACCESS_DENIED_ACL', 6, without({ blockPublicAcls: true })],
    [
      'S3_ACL_NOT_SUPPORTED',
      6,
      { ...without({ aclsDisabled: true }), args: ['--acl', 'public-read'] },
    ],
    ['S3_INVALID_ACCESS_KEY', 6, { env: { AWS_ACCESS_KEY_ID: 'AKIAWRONGWRONGWRONG1' } }],
    ['S3_SIGNATURE_MISMATCH', 6, { env: { AWS_SECRET_ACCESS_KEY: 'wrongwrongwrong' } }],
    ['S3_INVALID_TOKEN', 6, error(400, 'InvalidToken')],
    ['S3_EXPIRED_TOKEN', 6, error(400, 'ExpiredToken')],
    ['S3_CLOCK_SKEW', 6, error(403, 'RequestTimeTooSkewed')],
    ['S3_KMS', 6, error(400, 'KMS.DisabledException')],
    ['S3_NO_SUCH_BUCKET', 7, { args: ['--to', 's3://nowhere/static'] }],
    ['S3_BAD_BUCKET_NAME', 7, answer('ListObjectsV2', { status: 400, code: 'InvalidBucketName' })],
    ['S3_WRONG_REGION', 7, without({ region: 'eu-west-1' })],
    ['S3_CA_FILE', 3, { config: { s3: { caFile: 'nope.pem' } } }],
    ['S3_CONNECTION_REFUSED', 7, { env: { AWS_S3_ENDPOINT_URL: 'http://127.0.0.1:1' } }],
    ['S3_PROXY_AUTH', 7, answer('ListObjectsV2', { status: 407, body: '' })],
    [
      'S3_TIMEOUT',
      7,
      { ...answer('ListObjectsV2', { hang: true }), config: { s3: { requestTimeout: 100 } } },
    ],
    ['S3_CONNECTION_LOST', 7, answer('ListObjectsV2', { reset: true })],
    ['S3_CONNECTION_LOST', 8, answer('PutObject', { reset: true, storeAnyway: true })],
    ['S3_THROTTLED', 7, answer('ListObjectsV2', { status: 503, code: 'SlowDown' })],
    ['S3_THROTTLED', 8, error(503, 'SlowDown')],
    ['S3_SERVER_ERROR', 7, answer('ListObjectsV2', { status: 500 })],
    ['S3_SERVER_ERROR', 8, error(500, 'InternalError')],
    ['S3_BAD_ANSWER', 7, answer('ListObjectsV2', { status: 404, body: '<html>' })],
    ['S3_BAD_LISTING', 7, answer('ListObjectsV2', { status: 200, body: '' })],
    ['S3_UNPROVED', 8, answer('PutObject', { status: 200, body: '<html>' })],
    ['S3_BAD_DIGEST', 8, answer('PutObject', { corrupt: true })],
    ['S3_INVALID_ARGUMENT', 8, error(400, 'InvalidStorageClass')],
    ['S3_NOT_IMPLEMENTED', 7, { ...error(501, 'NotImplemented'), args: ['--acl', 'none'] }],
    ['S3_TOO_LARGE', 8, error(400, 'EntityTooLarge')],
    ['S3_KEY_TOO_LONG', 8, error(400, 'KeyTooLongError')],
    ['S3_METADATA_TOO_LARGE', 8, error(400, 'MetadataTooLarge')],
    ['S3_UNEXPECTED', 8, error(418, 'Teapot')],
    ['STALE_CACHE', 0, stored('static/a.css', 'old')],
    [
      'KEPT_EXISTING',
      0,
      { files: { 'media/a': 'A' }, args: ['--target', 'media'], ...stored('media/a', 'B') },
    ],
    ['NOT_CONSULTED', 0, { ...without({ deny: ['s3:ListBucket'] }), args: ['--force'] }],
    ['ACL_DROPPED', 0, without({ aclsDisabled: true })],
    ['NOT_PUBLIC', 0, without({ aclsDisabled: true })],
    ['PUBLIC_CHECK_FAILED', 0, { config: { url: { domain: '127.0.0.1:1', protocol: 'http:' } } }],
    ['PROFILE_NOT_USED', 0, { config: { s3: { profile: 'nobody' } } }],
    ['FILE_AND_DIRECTORY', 0, { files: { 'b/a.css/x': '' }, args: ['-s', 'static', '-s', 'b'] }],
    ['CASE_COLLISION', 0, { files: { 'b/A.css': '' }, args: ['-s', 'static', '-s', 'b'] }],
  ])('%s, with exit %i', async (code, exitCode, situation) => {
    await expectCode(code, exitCode, run(situation, production()));
  });
});

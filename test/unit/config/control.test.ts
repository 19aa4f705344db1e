import { describe, expect, it } from 'vitest';
import { errorOf, problemsOf } from './load.ts';

// What ends a header or a line of a log, or moves a terminal's cursor, is in no value, wherever it comes from.

const control = 'must not contain a line break or another control character';
const crlf = 'a\r\nX-Evil: 1';
const escape = 'a\u001b[2Jb';

describe('control characters', () => {
  it.each([
    [
      { headers: { 'Cache-Control': crlf } },
      'headers.Cache-Control is refused: its value contains',
    ],
    [{ headers: { 'x-amz-meta-note': crlf } }, 'headers.x-amz-meta-note is refused: its value'],
    [{ headers: { 'x-amz-meta-a\nb': 'c' } }, 'headers has a key with a control character'],
    [{ rules: [{ match: '*', headers: { Expires: crlf } }] }, 'rules.0.headers.Expires is refused'],
    [{ rules: [{ match: escape, immutable: true }] }, `rules.0.match ${control}`],
    [{ headers: { 'x-amz-acl': 'private\n' } }, 'headers.x-amz-acl is refused: it must be one of'],
    [{ s3: { acl: 'private\n' } }, 's3.acl must be'],
    [{ s3: { bucket: 'assets\n' } }, 's3.bucket is no bucket name: it must consist of'],
    [{ s3: { location: crlf } }, 's3.location is no location: it contains a control character'],
    [{ s3: { region: 'eu-west-1\n' } }, 's3.region must be a region'],
    [{ s3: { endpoint: 'http://h/\u0007' } }, `s3.endpoint ${control}`],
    [{ s3: { endpoint: 'http://h\r\n.evil' } }, `s3.endpoint ${control}`],
    [{ s3: { profile: escape } }, `s3.profile ${control}`],
    [{ s3: { expectedBucketOwner: '123456789012\n' } }, 's3.expectedBucketOwner must be'],
    [{ s3: { caFile: 'a\0b' } }, `s3.caFile ${control}`],
    [{ sources: ['a\0b'] }, `sources.0 ${control}`],
    [{ sources: [{ dir: 'a', prefix: crlf }] }, 'sources.0.prefix is no prefix: it contains'],
    [{ sources: [{ dir: 'a', ignore: [crlf] }] }, `sources.0.ignore.0 ${control}`],
    [{ ignore: [escape] }, `ignore.0 ${control}`],
    [{ backend: './a\n.js' }, `backend ${control}`],
    [{ local: { dir: escape } }, `local.dir ${control}`],
    [{ url: '/static/\u0007/' }, `url ${control}`],
    [{ url: { base: crlf } }, `url.base ${control}`],
    [{ url: { domain: 'cdn.example.com\r\n' } }, 'url.domain must be'],
    [{ storages: { 'a.B': crlf } }, `storages.a.B ${control}`],
    [{ storages: { 'a.\nB': 's3' } }, 'storages has a key with a control character'],
    [{ targets: { 'docs\n': {} } }, 'targets has a key with a control character'],
    [{ allow: [{ env: escape }] }, `allow.0.env ${control}`],
    [{ 'a\nerror: fake': 1 }, 'has a key with a control character'],
  ])('in a file: %j', async (file, problem) => {
    const problems = await problemsOf({ file });
    expect(problems.join('\n')).toContain(`collect.config.json: ${problem}`);
    expect(problems.join('')).not.toMatch(/\p{Cc}/u);
  });

  it.each([
    ['AWS_HEADERS', JSON.stringify({ 'Cache-Control': crlf })],
    ['AWS_S3_OBJECT_PARAMETERS', JSON.stringify({ Metadata: { note: crlf } })],
    ['AWS_DEFAULT_ACL', 'private\r\nx'],
    ['AWS_LOCATION', crlf],
    ['AWS_S3_REGION_NAME', 'eu\nwest'],
    ['AWS_S3_ENDPOINT_URL', 'http://h/\u0007'],
    ['AWS_S3_CUSTOM_DOMAIN', crlf],
    ['STATIC_URL', '/static/\u001b'],
    ['COLLECT_STATIC_S3_PROFILE', escape],
    ['COLLECT_STATIC_TARGETS', '{ "a\\nb": {} }'],
  ])('in the environment: %s=%j', async (name, value) => {
    expect((await problemsOf({ env: { [name]: value } })).join('\n')).toMatch(
      new RegExp(`^${name} \\(environment\\):`),
    );
  });

  it.each([
    ['AWS_ACCESS_KEY_ID', 'AKID\r\nX-Evil: 1'],
    ['AWS_SECRET_ACCESS_KEY', 'canary\ncanary'],
    ['AWS_SESSION_TOKEN', 'canary\u0007'],
    ['AWS_SESSION_TOKEN', 'canäry'],
  ])('in credentials, which are not repeated: %s', async (name, value) => {
    const env = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret', [name]: value };
    expect(await problemsOf({ env })).toEqual([
      `${name} (environment): has a character that is in no credentials`,
    ]);
  });

  it('in the address of a proxy', async () => {
    const env = { COLLECT_STATIC_BACKEND: 's3', AWS_STORAGE_BUCKET_NAME: 'assets' };
    expect(await problemsOf({ env: { ...env, HTTPS_PROXY: 'http://h\r\n:1' } })).toEqual([
      'HTTPS_PROXY (environment): must be the URL of an http or https proxy',
    ]);
  });

  it('in .env, where lines end at any kind of line break', async () => {
    expect(await problemsOf({ dotenv: [`STATIC_URL=/${escape}/`] })).toEqual([
      `STATIC_URL (.env): ${control}`,
    ]);
    expect(await problemsOf({ dotenv: ['STATIC_URL=/a/\rAWS_DEFAULT_ACL=nobody'] })).toEqual([
      expect.stringMatching(/^AWS_DEFAULT_ACL \(\.env\): must be/),
    ]);
  });

  it.each([
    [{ acl: 'private\n' }, '--acl'],
    [{ region: 'eu\n' }, '--region'],
    [{ profile: escape }, '--profile'],
    [{ endpointUrl: 'http://h/\u0007' }, '--endpoint-url'],
    [{ to: 's3://assets/a\r\nb' }, '--to'],
    [{ to: 'out\u001b' }, '--to'],
    [{ sources: ['static:a\nb'] }, '--source'],
    [{ sources: ['a\0b'] }, '--source'],
    [{ ignore: ['a\nb'] }, '--ignore'],
    [{ backend: './a\n.js' }, '--backend'],
  ])('in flags: %j', async (flags, name) => {
    expect((await problemsOf({ flags })).join('\n')).toMatch(new RegExp(`^${name}: `));
  });

  it('in the name of a target', async () => {
    expect(await errorOf({ flags: { target: 'docs\n' } })).toMatchObject({ exitCode: 2 });
  });

  it('but a reason may have lines', async () => {
    const allow = [{ rule: 'key-file', match: '*.pem', reason: 'It is\npublic.\n' }];
    await expect(errorOf({ file: { allow } })).rejects.toThrow('it was loaded');
  });
});

describe('many of them', () => {
  it('targets are a mistake', async () => {
    const targets = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`t${i}`, {}]));
    expect(await problemsOf({ file: { targets } })).toEqual([
      'collect.config.json: targets must not have more than 100 entries',
    ]);
  });

  it('variables are a mistake', async () => {
    const dotenv = Array.from({ length: 501 }, (_, i) => `COLLECT_STATIC_X${i}=1`);
    expect(await problemsOf({ dotenv })).toEqual([
      '.env has 501 variables COLLECT_STATIC_…; more than 500 are no configuration',
    ]);
  });
});

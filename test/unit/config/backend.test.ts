import { describe, expect, it } from 'vitest';
import { configOf, load, problemsOf } from './load.ts';

const bucket = { AWS_STORAGE_BUCKET_NAME: 'assets' };

describe('the name of a backend', () => {
  it.each([
    ['local', 'local'],
    ['s3', 's3'],
    ['@acme/backend', '@acme/backend'],
    ['acme/backend', 'acme/backend'],
    ['/opt/backend.js', '/opt/backend.js'],
    ['storages.backends.s3boto.S3BotoStorage', 's3'],
    ['storages.backends.s3boto3.S3Boto3Storage', 's3'],
    ['storages.backends.s3.S3Storage', 's3'],
    ['storages.backends.s3boto3.S3StaticStorage', 's3'],
    ['storages.backends.s3.S3StaticStorage', 's3'],
    ['django.contrib.staticfiles.storage.StaticFilesStorage', 'local'],
    ['django.core.files.storage.FileSystemStorage', 'local'],
  ])('%s means %s', async (name, backend) => {
    expect(await configOf({ env: { ...bucket, STATICFILES_STORAGE: name } })).toMatchObject({
      backend,
    });
  });

  it('is looked up in storages first', async () => {
    const file = {
      storages: { 'config.s3util.StaticStorage': 's3', 'config.Own': './mine.js' },
      backend: 'config.Own',
    };
    const { configs, dir } = await load({ file });
    expect(configs[0].backend).toBe(`${dir}/mine.js`);
    const env = { ...bucket, STATICFILES_STORAGE: 'config.s3util.StaticStorage' };
    expect(await configOf({ file, env })).toMatchObject({ backend: 's3' });
  });

  it.each([
    [
      'config.s3util.StaticStorage',
      /not known here; say what it means in the config: "storages": \{ "config\.s3util\.StaticStorage": "s3" \}$/,
    ],
    ['storages.backends.s3.S3Storag', /did you mean storages\.backends\.s3\.S3Storage\?/],
    ['mine.js', /looks like a file; write "\.\/mine\.js"$/],
    ['s4', /did you mean s3\?$/],
    ['gcs', /must be local, s3 or a module such as \.\/gcs\.js$/],
  ])('%s is refused', async (name, why) => {
    const [problem, ...others] = await problemsOf({ env: { STATICFILES_STORAGE: name } });
    expect(problem).toMatch(why);
    expect(problem).toMatch(/^STATICFILES_STORAGE \(environment\): /);
    expect(others).toEqual([]);
  });

  it.each([
    ['whitenoise.storage.CompressedStaticFilesStorage', { enabled: false }],
    [
      'whitenoise.storage.CompressedManifestStaticFilesStorage',
      { enabled: true, engine: 'django-5.2' },
    ],
  ])('%s is refused with a config that does what it does', async (name, hash) => {
    const env = { ...bucket, STATICFILES_STORAGE: name };
    const [problem = ''] = await problemsOf({ env });
    const file: unknown = JSON.parse(`{${/in the config: (.*)$/.exec(problem)?.[1] ?? ''}}`);
    expect(await configOf({ file, env })).toMatchObject({
      backend: 'local',
      hash,
      compress: { enabled: true, mode: 'sidecar' },
    });
  });

  it('S3StaticStorage never signs, whatever AWS_QUERYSTRING_AUTH says', async () => {
    const env = {
      ...bucket,
      STATICFILES_STORAGE: 'storages.backends.s3.S3StaticStorage',
      AWS_QUERYSTRING_AUTH: 'True',
    };
    expect(await configOf({ env })).toMatchObject({ url: { signed: false } });
    expect(await configOf({ env: { ...env, COLLECT_STATIC_URL_SIGNED: '1' } })).toMatchObject({
      url: { signed: true },
    });
  });
});

describe('production does not become a local copy in silence', () => {
  it.each([
    [{ CI: 'true' }, ['BACKEND_DEFAULTED_IN_CI']],
    [{ DYNO: 'run.1' }, ['BACKEND_DEFAULTED_IN_CI']],
    [bucket, ['BUCKET_NOT_USED']],
    [{ ...bucket, CI: '1' }, ['BACKEND_DEFAULTED_IN_CI', 'BUCKET_NOT_USED']],
    [{ CI: '' }, []],
    [{ CI: 'false' }, []],
    [{ CI: '1', COLLECT_STATIC_BACKEND: 'local' }, []],
    [{ ...bucket, CI: '1', STATICFILES_STORAGE: 's3' }, []],
  ])('%j', async (env, codes) => {
    const { warnings } = await configOf({ env });
    expect(warnings.map(({ code }) => code)).toEqual(codes);
  });

  it('a local directory named by --to is meant', async () => {
    expect(await configOf({ env: { CI: '1' }, flags: { to: 'out' } })).toMatchObject({
      warnings: [],
    });
  });

  it('the s3 backend without a bucket says how to name one', async () => {
    const [problem] = await problemsOf({ flags: { backend: 's3' } });
    expect(problem).toMatch(/AWS_STORAGE_BUCKET_NAME.*s3\.bucket.*--to/);
  });

  it('a bucket that was refused is not missed as well', async () => {
    expect(
      await problemsOf({
        env: { ...bucket, AWS_STORAGE_BUCKET_NAME: 'A' },
        flags: { backend: 's3' },
      }),
    ).toEqual(['AWS_STORAGE_BUCKET_NAME (environment): must be lower case: bucket names are']);
  });

  it('an endpoint from .env is named in the first line of a run', async () => {
    const dotenv = ['AWS_S3_ENDPOINT_URL=https://s3.example.com'];
    const env = { ...bucket, STATICFILES_STORAGE: 's3' };
    expect(await configOf({ dotenv, env })).toMatchObject({
      notes: ['endpoint https://s3.example.com from .env AWS_S3_ENDPOINT_URL'],
    });
    const shell = { ...env, AWS_S3_ENDPOINT_URL: 'https://s3.example.com' };
    expect(await configOf({ env: shell })).toMatchObject({ notes: [] });
  });
});

describe('the ACL', () => {
  const acl = async (world: Parameters<typeof load>[0]) => {
    const { s3, headers } = await configOf(world);
    return [s3.acl, headers['x-amz-acl']];
  };

  it('of x-amz-acl in headers beats acl of the same origin, and leaves the headers', async () => {
    expect(
      await acl({ file: { s3: { acl: 'private' }, headers: { 'X-Amz-Acl': 'public-read' } } }),
    ).toEqual(['public-read', undefined]);
    const env = { AWS_DEFAULT_ACL: 'private', AWS_HEADERS: '{"x-amz-acl": "authenticated-read"}' };
    expect(await acl({ env })).toEqual(['authenticated-read', undefined]);
    expect(await acl({ env: { ...env, COLLECT_STATIC_S3_ACL: 'private' } })).toEqual([
      'authenticated-read',
      undefined,
    ]);
  });

  it('of a higher origin wins otherwise', async () => {
    const file = { headers: { 'x-amz-acl': 'public-read' } };
    expect(await acl({ file, env: { AWS_DEFAULT_ACL: 'private' } })).toEqual([
      'private',
      undefined,
    ]);
    expect(await acl({ file, flags: { acl: 'none' } })).toEqual(['none', undefined]);
  });

  it('can be set for a target, but not by a rule', async () => {
    const targets = { media: { headers: { 'x-amz-acl': 'private' } } };
    expect(await acl({ file: { targets }, flags: { target: 'media' } })).toEqual([
      'private',
      undefined,
    ]);
    const [problem] = await problemsOf({
      file: { rules: [{ match: '*', headers: { 'x-amz-acl': 'private' } }] },
    });
    expect(problem).toContain('the ACL is the same for a whole target');
  });

  it('must be a canned one', async () => {
    const [problem] = await problemsOf({ file: { headers: { 'x-amz-acl': 'pubic-read' } } });
    expect(problem).toMatch(
      /^collect\.config\.json: headers\.x-amz-acl is refused: it must be one of /,
    );
  });
});

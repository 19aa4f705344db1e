import { describe, expect, it } from 'vitest';
import { configOf, load, originsOf, problemsOf } from './load.ts';

const s3 = { STATICFILES_STORAGE: 's3', AWS_STORAGE_BUCKET_NAME: 'assets' };

describe("the article's variables", () => {
  it.each([
    [{ AWS_STORAGE_BUCKET_NAME: 'assets' }, { s3: { bucket: 'assets' } }],
    [{ AWS_LOCATION: 'a/b' }, { s3: { location: 'a/b' } }],
    [{ AWS_LOCATION: 'a/b/' }, { s3: { location: 'a/b' } }],
    [{ STATICFILES_LOCATION: 'x', AWS_LOCATION: 'y' }, { s3: { location: 'x' } }],
    [{ AWS_S3_REGION_NAME: 'eu-west-1' }, { s3: { region: 'eu-west-1' } }],
    [{ AWS_S3_REGION_NAME: 'a-1', AWS_REGION: 'b-1' }, { s3: { region: 'a-1' } }],
    [{ AWS_REGION: 'b-1', AWS_DEFAULT_REGION: 'c-1' }, { s3: { region: 'b-1' } }],
    [{ AWS_DEFAULT_REGION: 'c-1' }, { s3: { region: 'c-1' } }],
    [
      { AWS_S3_ENDPOINT_URL: 'http://a:1' },
      { s3: { endpoint: 'http://a:1', forcePathStyle: true } },
    ],
    [
      { AWS_ENDPOINT_URL_S3: 'http://b:1/', AWS_ENDPOINT_URL: 'http://c:1' },
      { s3: { endpoint: 'http://b:1' } },
    ],
    [
      { AWS_S3_ENDPOINT_URL: 'https://s3.eu-west-1.amazonaws.com' },
      { s3: { forcePathStyle: false } },
    ],
    [{ AWS_S3_ADDRESSING_STYLE: 'path' }, { s3: { forcePathStyle: true } }],
    [
      { AWS_S3_ADDRESSING_STYLE: 'virtual', AWS_S3_ENDPOINT_URL: 'http://a:1' },
      { s3: { forcePathStyle: false } },
    ],
    [{ AWS_S3_ADDRESSING_STYLE: 'auto' }, { s3: { forcePathStyle: false } }],
    [{ AWS_S3_SESSION_PROFILE: 'deploy' }, { s3: { profile: 'deploy' } }],
    [{ AWS_PRELOAD_METADATA: 'False' }, { s3: { preloadMetadata: false } }],
    [{ AWS_DEFAULT_ACL: 'private' }, { s3: { acl: 'private' } }],
    [{ AWS_DEFAULT_ACL: '' }, { s3: { acl: 'none' } }],
    [{ AWS_DEFAULT_ACL: 'None' }, { s3: { acl: 'none' } }],
    [{ AWS_S3_CUSTOM_DOMAIN: 'cdn.example.com' }, { url: { domain: 'cdn.example.com' } }],
    [{ AWS_S3_URL_PROTOCOL: 'http:' }, { url: { protocol: 'http:' } }],
    [{ AWS_S3_SECURE_URLS: 'False' }, { url: { protocol: 'http:' } }],
    [{ AWS_S3_SECURE_URLS: 'yes', AWS_S3_URL_PROTOCOL: 'http:' }, { url: { protocol: 'https:' } }],
    [
      { AWS_QUERYSTRING_AUTH: 'on', AWS_QUERYSTRING_EXPIRE: '60' },
      { url: { signed: true, expiresIn: 60 } },
    ],
    [{ STATIC_URL: '/assets/' }, { url: { base: '/assets/' } }],
    [{ STATIC_URL: 'assets' }, { url: { base: '/assets/' } }],
    [{ STATIC_URL: 'https://cdn.example.com/x' }, { url: { base: 'https://cdn.example.com/x/' } }],
    [{ STATICFILES_STORAGE: 'local' }, { backend: 'local' }],
    [s3, { backend: 's3' }],
  ])('%j', async (env, expected) => {
    expect(await configOf({ env })).toMatchObject(expected);
    // The same from .env.
    const dotenv = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    expect(await configOf({ dotenv })).toMatchObject(expected);
  });

  it.each([
    [{ MEDIAFILES_LOCATION: 'uploads' }, { s3: { location: 'uploads' } }],
    [{ MEDIAFILES_LOCATION: '' }, { s3: { location: '' } }],
    [{ MEDIA_URL: '/uploads/' }, { url: { base: '/uploads/' } }],
    [{ DEFAULT_FILE_STORAGE: 's3', AWS_STORAGE_BUCKET_NAME: 'assets' }, { backend: 's3' }],
    [{ AWS_LOCATION: 'x', STATICFILES_LOCATION: 'y' }, { s3: { location: 'media' } }],
    [{ STATIC_URL: '/x/' }, { url: { base: '/media/' } }],
    [{ ...s3 }, { backend: 'local' }],
    [{ AWS_S3_CUSTOM_DOMAIN: 'cdn.example.com' }, { url: { domain: 'cdn.example.com' } }],
    [{ AWS_QUERYSTRING_AUTH: '1' }, { url: { signed: true } }],
  ])('%j, as the media target sees it', async (env, expected) => {
    expect(await configOf({ env, flags: { target: 'media' } })).toMatchObject(expected);
  });

  it('mean paths below the working directory', async () => {
    const env = { STATIC_ROOT: 'out', MEDIA_ROOT: '/srv/media', AWS_CA_BUNDLE: 'ca.pem' };
    const { configs, dir } = await load({ env, flags: { all: true } });
    expect(configs[0]).toMatchObject({
      local: { dir: `${dir}/out` },
      s3: { caFile: `${dir}/ca.pem` },
    });
    expect(configs[1]).toMatchObject({ target: 'media', local: { dir: '/srv/media' } });
  });

  it('AWS_HEADERS and AWS_S3_OBJECT_PARAMETERS become headers, the latter winning', async () => {
    const { headers, s3: options } = await configOf({
      env: {
        AWS_HEADERS: '{"Cache-Control": "max-age=1", "Expires": "Thu, 31 Dec 2099 20:00:00 GMT"}',
        AWS_S3_OBJECT_PARAMETERS: JSON.stringify({
          CacheControl: 'max-age=86400',
          ContentDisposition: 'inline',
          ContentLanguage: 'de',
          ContentEncoding: 'gzip',
          StorageClass: 'STANDARD_IA',
          ServerSideEncryption: 'aws:kms',
          SSEKMSKeyId: 'alias/assets',
          Tagging: 'team=web',
          WebsiteRedirectLocation: '/x',
          Metadata: { Build: '7' },
          ACL: 'private',
        }),
      },
    });
    expect(headers).toEqual({
      'cache-control': 'max-age=86400',
      expires: 'Thu, 31 Dec 2099 20:00:00 GMT',
      'content-disposition': 'inline',
      'content-language': 'de',
      'content-encoding': 'gzip',
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'alias/assets',
      'x-amz-tagging': 'team=web',
      'x-amz-website-redirect-location': '/x',
      'x-amz-meta-build': '7',
    });
    expect(options.acl).toBe('private');
  });

  it.each([
    [
      { AWS_HEADERS: "{'Cache-Control': 'max-age=1'}" },
      'AWS_HEADERS (environment): must be JSON such as {"Cache-Control": "max-age=86400"}; at 1:2: JSON takes double quotes only',
    ],
    [
      { AWS_S3_OBJECT_PARAMETERS: '{"CachControl": "max-age=1"}' },
      'AWS_S3_OBJECT_PARAMETERS (environment): has CachControl, which is no parameter that can be stored; did you mean CacheControl?',
    ],
    [
      { AWS_HEADERS: '{"X-Nonsense": "1"}' },
      'AWS_HEADERS (environment): X-Nonsense is refused: it is not a header that can be stored',
    ],
    [
      { AWS_S3_ADDRESSING_STYLE: 'paths' },
      'AWS_S3_ADDRESSING_STYLE (environment): must be path, virtual or auto; did you mean path?',
    ],
    [
      { AWS_S3_CUSTOM_DOMAIN: 'https://cdn.example.com/' },
      'AWS_S3_CUSTOM_DOMAIN (environment): must be the bare host name; write "cdn.example.com"',
    ],
    [
      { AWS_DEFAULT_ACL: 'public_read' },
      expect.stringMatching(/^AWS_DEFAULT_ACL \(environment\): .*did you mean public-read\?$/),
    ],
    [
      { AWS_S3_URL_PROTOCOL: 'https' },
      'AWS_S3_URL_PROTOCOL (environment): must be "https:" or "http:", not "https"; did you mean https:?',
    ],
    [
      { STATIC_URL: 'cdn.example.com/static/' },
      'STATIC_URL (environment): must be a path such as "/static/", or a URL; write "https://cdn.example.com/static/"',
    ],
    [
      { AWS_STORAGE_BUCKET_NAME: 's3://assets' },
      'AWS_STORAGE_BUCKET_NAME (environment): must be the bare name of the bucket, without s3://',
    ],
  ])('%j is refused', async (env, problem) => {
    expect(await problemsOf({ env })).toEqual([problem]);
  });

  it.each(['1', 'yes', 'TRUE', 'On', 'y', 't'])(
    '%s is true, as in python-decouple',
    async (text) => {
      expect(await configOf({ env: { AWS_QUERYSTRING_AUTH: text } })).toMatchObject({
        url: { signed: true },
      });
    },
  );

  it.each(['0', 'no', 'False', 'off', 'n', 'f'])('%s is false', async (text) => {
    expect(await configOf({ env: { AWS_PRELOAD_METADATA: text } })).toMatchObject({
      s3: { preloadMetadata: false },
    });
  });
});

describe('an empty variable', () => {
  it('is unset and hides nothing', async () => {
    const config = await configOf({
      file: { s3: { region: 'file-1' } },
      dotenv: ['AWS_STORAGE_BUCKET_NAME=from-dotenv', 'AWS_S3_REGION_NAME='],
      env: {
        AWS_STORAGE_BUCKET_NAME: '',
        AWS_S3_REGION_NAME: ' ',
        AWS_PRELOAD_METADATA: '',
        STATIC_URL: '',
      },
    });
    expect(config.s3).toMatchObject({
      bucket: 'from-dotenv',
      region: 'file-1',
      preloadMetadata: true,
    });
    expect(config.url.base).toBe('/static/');
  });

  it.each([
    'STATICFILES_STORAGE',
    'DEFAULT_FILE_STORAGE',
    'COLLECT_STATIC_BACKEND',
    'COLLECT_STATIC_TARGETS_MEDIA_BACKEND',
  ])('is an error where it is the backend: %s', async (variable) => {
    const text = 'is set but empty; name a backend (local, s3) or unset it';
    expect(await problemsOf({ env: { [variable]: '' } })).toEqual([
      `${variable} (environment): ${text}`,
    ]);
    expect(await problemsOf({ dotenv: [`${variable}=`] })).toEqual([`${variable} (.env): ${text}`]);
  });

  it.each(['AWS_LOCATION', 'STATICFILES_LOCATION', 'COLLECT_STATIC_S3_LOCATION'])(
    "is the bucket's root where it is the location: %s",
    async (variable) => {
      const world = { file: { s3: { location: 'x' } }, dotenv: ['AWS_LOCATION=y'] };
      expect(await configOf({ ...world, env: { [variable]: '' } })).toMatchObject({
        s3: { location: '' },
      });
    },
  );
});

describe('COLLECT_STATIC_ variables', () => {
  it('stand for every path of the config, read as what is wanted there', async () => {
    const { configs, dir } = await load({
      env: {
        COLLECT_STATIC_SOURCES: 'static, assets',
        COLLECT_STATIC_IGNORE: '["*.psd", "a,b"]',
        COLLECT_STATIC_DEFAULT_IGNORE: 'no',
        COLLECT_STATIC_LOCAL_DIR: 'out',
        COLLECT_STATIC_S3_FORCE_PATH_STYLE: 'y',
        COLLECT_STATIC_S3_EXPECTED_BUCKET_OWNER: '012345678901',
        COLLECT_STATIC_S3_CONNECT_TIMEOUT: '100',
        COLLECT_STATIC_URL: '/x/',
        COLLECT_STATIC_HEADERS: '{"Cache-Control": "no-store"}',
        COLLECT_STATIC_RULES: '[{"match": "*.html", "immutable": false}]',
        COLLECT_STATIC_CONCURRENCY: '8',
        COLLECT_STATIC_STORAGES: '{"a.B": "local"}',
        COLLECT_STATIC_BACKEND: 'a.B',
      },
    });
    expect(configs[0]).toMatchObject({
      sources: [{ dir: `${dir}/static` }, { dir: `${dir}/assets`, label: 'assets' }],
      ignore: ['*.psd', 'a,b'],
      defaultIgnore: false,
      local: { dir: `${dir}/out` },
      s3: { forcePathStyle: true, expectedBucketOwner: '012345678901', connectTimeout: 100 },
      url: { base: '/x/' },
      headers: { 'cache-control': 'no-store' },
      rules: [{ match: ['*.html'], headers: {}, immutable: false }],
      concurrency: 8,
      backend: 'local',
    });
  });

  it("beat Django's names for the same thing in the same place, but not those of a higher one", async () => {
    const env = { COLLECT_STATIC_S3_BUCKET: 'ours', AWS_STORAGE_BUCKET_NAME: 'theirs' };
    expect(await configOf({ env })).toMatchObject({ s3: { bucket: 'ours' } });
    const world = {
      dotenv: ['COLLECT_STATIC_S3_BUCKET=ours'],
      env: { AWS_STORAGE_BUCKET_NAME: 'theirs' },
    };
    expect(await configOf(world)).toMatchObject({ s3: { bucket: 'theirs' } });
  });

  it('reach into targets, by JSON or by name, the longer name winning', async () => {
    const { configs } = await load({
      env: {
        COLLECT_STATIC_TARGETS: '{"user-docs": {"s3": {"location": "docs"}, "concurrency": 2}}',
        COLLECT_STATIC_TARGETS_USER_DOCS_S3_LOCATION: 'docs/v2',
        COLLECT_STATIC_TARGETS_MEDIA_URL_BASE: '/m/',
      },
      file: { targets: { 'user-docs': {} } },
      flags: { all: true },
    });
    expect(configs.map(({ target }) => target)).toEqual(['static', 'media', 'user-docs']);
    expect(configs[1]).toMatchObject({ url: { base: '/m/' } });
    expect(configs[2]).toMatchObject({ s3: { location: 'docs/v2' }, concurrency: 2 });
  });

  it.each([
    ['COLLECT_STATIC_S3_BUKET', 'COLLECT_STATIC_S3_BUCKET'],
    ['COLLECT_STATIC_SOURCE', 'COLLECT_STATIC_SOURCES'],
    ['COLLECT_STATIC_TARGETS_MEDIA_S3_LOKATION', 'COLLECT_STATIC_TARGETS_MEDIA_S3_LOCATION'],
  ])('that do not exist are errors: %s', async (variable, meant) => {
    expect(await problemsOf({ env: { [variable]: 'x' } })).toEqual([
      `${variable} (environment): is no known variable; did you mean ${meant}?`,
    ]);
    expect(await problemsOf({ dotenv: [`${variable}=x`] })).toEqual([
      `${variable} (.env): is no known variable; did you mean ${meant}?`,
    ]);
  });

  it('of lists take commas, but not those of an object or of a glob with braces', async () => {
    expect(await problemsOf({ env: { COLLECT_STATIC_SOURCES: '{"dir": "a"}' } })).toEqual([
      'COLLECT_STATIC_SOURCES (environment): must be a list, not an object',
    ]);
    expect(await problemsOf({ env: { COLLECT_STATIC_IGNORE: '{a,b}.css' } })).toEqual([
      expect.stringMatching(
        /^COLLECT_STATIC_IGNORE \(environment\): must be JSON such as \["a", "b"\]/,
      ),
    ]);
  });

  it('are not wanted in the case of other variables of .env', async () => {
    const loaded = await load({ dotenv: ['SECRET_KEY=x', 'AWS_SOMETHING=y', 'CI=1'] });
    expect(originsOf(loaded)).toEqual({});
  });
});

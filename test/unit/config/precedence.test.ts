import { describe, expect, it } from 'vitest';
import { loadConfigs } from '../../../src/config/index.ts';
import { createSite } from '../../support/create-site.ts';
import { configOf, errorOf, load, originsOf } from './load.ts';

describe('precedence is flag > environment > .env > config file > default', () => {
  const file = { s3: { region: 'file-1' }, concurrency: 2, backend: 'local' };
  const dotenv = ['AWS_S3_REGION_NAME=dotenv-1', 'COLLECT_STATIC_CONCURRENCY=3'];
  const env = { AWS_S3_REGION_NAME: 'env-1' };
  const flags = { region: 'flag-1' };

  it.each([
    [{}, undefined, 'default'],
    [{ file }, 'file-1', 'collect.config.json'],
    [{ file, dotenv }, 'dotenv-1', '.env AWS_S3_REGION_NAME'],
    [{ file, dotenv, env }, 'env-1', 'environment AWS_S3_REGION_NAME'],
    [{ file, dotenv, env, flags }, 'flag-1', 'flag --region'],
    [{ file, flags }, 'flag-1', 'flag --region'],
  ])('%j', async (world, value, origin) => {
    const { configs, values } = await load(world);
    expect(configs[0].s3.region).toBe(value);
    expect(values.find(({ path }) => path === 's3.region')).toEqual({
      path: 's3.region',
      value,
      origin,
    });
  });

  it('tells the origin of each value on its own', async () => {
    expect(originsOf(await load({ file, dotenv, env }))).toEqual({
      's3.region': 'environment AWS_S3_REGION_NAME',
      concurrency: '.env COLLECT_STATIC_CONCURRENCY',
      backend: 'collect.config.json',
    });
  });

  it('merges objects by key, headers by name in any case, and replaces lists', async () => {
    const config = await configOf({
      file: {
        ignore: ['a'],
        sources: ['one'],
        s3: { bucket: 'assets', region: 'file-1' },
        headers: { 'CACHE-CONTROL': 'max-age=1', 'Content-Language': 'de' },
      },
      env: {
        COLLECT_STATIC_IGNORE: 'b',
        COLLECT_STATIC_SOURCES: 'two',
        AWS_REGION: 'env-1',
        AWS_HEADERS: '{"cache-control": "max-age=2"}',
      },
    });
    expect(config).toMatchObject({ ignore: ['b'], s3: { bucket: 'assets', region: 'env-1' } });
    expect(config.sources.map(({ label }) => label)).toEqual(['two']);
    expect(config.headers).toEqual({ 'cache-control': 'max-age=2', 'content-language': 'de' });
  });

  it('adds --ignore to what is ignored, so that a flag never publishes more', async () => {
    const world = { file: { ignore: ['*.psd'] }, flags: { ignore: ['*.tmp'] } };
    expect(await configOf(world)).toMatchObject({ ignore: ['*.psd', '*.tmp'] });
    expect(originsOf(await load(world))).toEqual({ ignore: 'collect.config.json, flag --ignore' });
  });
});

describe('defaults', () => {
  it('are the documented ones', async () => {
    const { configs, dir } = await load({});
    expect(configs).toEqual([
      {
        target: 'static',
        neighbours: [{ target: 'media', dir: `${dir}/mediafiles` }],
        allow: [],
        limits: { files: undefined, bytes: undefined, fileSize: undefined },
        secrets: [],
        state: { enabled: false, bucket: undefined, location: undefined },
        retain: { releases: 5, days: 30, maxDeletes: 1000, maxDeletePercent: 50 },
        releases: false,
        prune: false,
        cdn: {
          provider: 'cloudfront',
          distribution: undefined,
          maxPaths: 100,
          endpoint: undefined,
        },
        lockTimeout: 600,
        fastPath: true,
        trustRecord: false,
        acceptDeletes: undefined,
        acceptShrink: false,
        root: dir,
        configFile: undefined,
        sources: [
          {
            dir: `${dir}/static`,
            label: 'static',
            prefix: '',
            include: [],
            ignore: [],
            optional: false,
          },
        ],
        ignore: [],
        defaultIgnore: true,
        backend: 'local',
        local: { dir: `${dir}/staticfiles`, link: false },
        s3: {
          bucket: '',
          location: 'static',
          region: undefined,
          endpoint: undefined,
          forcePathStyle: false,
          profile: undefined,
          acl: 'auto',
          preloadMetadata: true,
          expectedBucketOwner: undefined,
          caFile: undefined,
          connectTimeout: 5000,
          requestTimeout: 60_000,
          credentials: undefined,
          proxy: {},
        },
        url: {
          base: '/static/',
          domain: undefined,
          protocol: 'https:',
          signed: false,
          expiresIn: 3600,
        },
        headers: { 'cache-control': 'public, max-age=31556926' },
        rules: [],
        hash: {
          enabled: false,
          engine: 'modern',
          jsModules: true,
          keep: 'both',
          include: [],
          exclude: [],
          alreadyHashed: [],
          onMissing: [],
        },
        compress: {
          enabled: false,
          mode: 'sidecar',
          encodings: ['br', 'gzip'],
          types: [],
          skipExtensions: [],
          quality: { br: 5, gzip: 9, zstd: 19 },
          minSaving: 0.05,
        },
        manifest: { local: undefined },
        cache: undefined,
        concurrency: 'auto',
        clear: false,
        force: false,
        keepExisting: false,
        notes: [],
        warnings: [],
      },
    ]);
  });

  it('are frozen through and through', async () => {
    const config = await configOf({ file: { rules: [{ match: '*', headers: {} }] } });
    const parts = [
      config,
      config.sources,
      config.sources[0],
      config.s3,
      config.s3.proxy,
      config.rules[0],
    ];
    expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
  });

  it('of the sources show a config to paste when there is no such directory', async () => {
    const error = await errorOf({ cwd: 'elsewhere', files: { 'elsewhere/x': '' } });
    expect(error).toMatchObject({ code: 'CONFIG_NO_SOURCE', exitCode: 3 });
    const pasted: unknown = JSON.parse(error.hint?.slice(error.hint.indexOf('{')) ?? '');
    expect(error.hint?.slice(error.hint.indexOf('{')).split('\n')).toHaveLength(6);
    expect(await configOf({ file: pasted })).toMatchObject({ backend: 'local' });
  });

  it('of the sources are not missed by commands that read no files', async () => {
    const site = await createSite();
    const { configs } = await loadConfigs({ cwd: site.dir, env: {}, needsSources: false });
    expect(configs[0].sources[0]?.label).toBe('static');
    await site.remove();
  });

  it('of the sources are not missed where a source is configured', async () => {
    const world = { cwd: 'elsewhere', files: { 'elsewhere/x': '' } };
    const config = await configOf({ ...world, flags: { sources: ['dist'] } });
    expect(config.sources.map(({ label }) => label)).toEqual(['dist']);
  });
});

describe('relative paths', () => {
  it("count from the config file's folder there, and from the working directory elsewhere", async () => {
    const { configs, dir, configFile } = await load({
      file: {
        sources: ['from-file'],
        local: { dir: 'out' },
        s3: { caFile: 'ca.pem' },
        backend: './mine.js',
      },
      dotenv: ['MEDIA_ROOT=media-out'],
      files: { 'package.json': '{}', 'app/x': '' },
      cwd: 'app',
      flags: { all: true },
    });
    expect(configFile).toBe(`${dir}/collect.config.json`);
    expect(configs[0]).toMatchObject({
      root: dir,
      sources: [{ dir: `${dir}/from-file`, label: 'from-file' }],
      local: { dir: `${dir}/out` },
      s3: { caFile: `${dir}/ca.pem` },
      backend: `${dir}/mine.js`,
    });
    // .env lies beside the config file, but its paths are the shell's.
    expect(configs[1]).toMatchObject({ target: 'media', local: { dir: `${dir}/app/media-out` } });
  });
});

describe('flags', () => {
  it.each([
    ['dist', { label: 'dist', prefix: '' }],
    ['dist:vendor/x', { label: 'dist', prefix: 'vendor/x' }],
    ['dist:vendor/x/', { label: 'dist', prefix: 'vendor/x' }],
    ['C:\\site', { label: 'C:\\site', prefix: '' }],
    ['C:\\site:vendor', { label: 'C:\\site', prefix: 'vendor' }],
  ])('--source %s', async (source, expected) => {
    expect((await configOf({ flags: { sources: [source] } })).sources).toMatchObject([expected]);
  });

  it.each([
    ['s3://assets', { backend: 's3', s3: { bucket: 'assets', location: '' } }],
    ['s3://assets/', { backend: 's3', s3: { bucket: 'assets', location: '' } }],
    ['s3://assets/a/b/', { backend: 's3', s3: { bucket: 'assets', location: 'a/b' } }],
    ['/srv/www', { backend: 'local', local: { dir: '/srv/www' } }],
  ])('--to %s beats everything said elsewhere', async (to, expected) => {
    const world = {
      file: { backend: './mine.js', s3: { bucket: 'other', location: 'x' }, local: { dir: 'y' } },
    };
    expect(await configOf({ ...world, flags: { to } })).toMatchObject(expected);
  });

  it.each([
    ['', '--to: must not be empty'],
    ['s3://', '--to: must not be empty'],
    ['s3:/assets', '--to: must be s3://BUCKET, s3://BUCKET/LOCATION or a directory'],
    ['gs://assets', '--to: must be s3://BUCKET, s3://BUCKET/LOCATION or a directory'],
    ['s3://assets//x', '--to: is no location: it begins with a slash; write it like "static/v2"'],
  ])('--to %j is refused', async (to, problem) => {
    const { problems } = await errorOf({ flags: { to } });
    expect(problems).toContain(problem);
  });

  it('hold for the target they are given with', async () => {
    const file = { targets: { media: { s3: { acl: 'private' }, concurrency: 2 } } };
    const flags = { target: 'media', acl: 'public-read', concurrency: 'auto', link: true };
    expect(await configOf({ file, flags })).toMatchObject({
      target: 'media',
      s3: { acl: 'public-read' },
      concurrency: 'auto',
      local: { link: true },
    });
  });

  it.each([
    [{ clear: true, to: 's3://assets' }, 'CLEAR_REFUSED'],
    [{ clear: true, backend: './mine.js' }, 'CLEAR_REFUSED'],
    [{ clear: true, target: 'media' }, 'CLEAR_REFUSED'],
    [{ target: 'medai' }, 'UNKNOWN_TARGET'],
    [{ target: 'media', all: true }, 'FLAGS_CONFLICT'],
    [{ sources: ['x'], all: true }, 'FLAGS_CONFLICT'],
    [{ to: 'x', backend: 's3' }, 'FLAGS_CONFLICT'],
  ])('%j is a usage error', async (flags, code) => {
    expect(await errorOf({ flags })).toMatchObject({ code, exitCode: 2 });
  });

  it('--clear is passed on for a local directory, --force for any', async () => {
    expect(await configOf({ flags: { clear: true, force: true } })).toMatchObject({
      clear: true,
      force: true,
    });
  });
});

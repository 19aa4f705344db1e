import { describe, expect, it } from 'vitest';
import { configOf, errorOf, load, originsOf, problemsOf } from './load.ts';

describe('targets', () => {
  it('inherit all but sources, local.dir, s3.location, url and the backend of STATICFILES_STORAGE', async () => {
    const { configs, dir } = await load({
      file: {
        sources: ['web'],
        ignore: ['*.psd'],
        defaultIgnore: false,
        local: { dir: 'out', link: true },
        s3: { bucket: 'assets', location: 'x', region: 'eu-west-1', acl: 'private' },
        url: { base: '/x/', signed: true, domain: 'cdn.example.com', expiresIn: 5 },
        headers: { 'Cache-Control': 'max-age=1', 'Content-Language': 'de' },
        rules: [{ match: '*.html' }],
        concurrency: 3,
        targets: {
          docs: {
            ignore: ['*.md'],
            headers: { 'cache-control': 'max-age=2' },
            rules: [{ match: '*.txt' }],
          },
        },
      },
      env: { STATICFILES_STORAGE: 's3' },
      flags: { target: 'docs' },
    });
    expect(configs[0]).toMatchObject({
      target: 'docs',
      backend: 'local',
      sources: [{ dir: `${dir}/docs`, label: 'docs' }],
      ignore: ['*.psd', '*.md'],
      defaultIgnore: false,
      local: { dir: `${dir}/docsfiles`, link: true },
      s3: { bucket: 'assets', location: 'docs', region: 'eu-west-1', acl: 'private' },
      url: { base: '/docs/', signed: false, domain: undefined, expiresIn: 3600 },
      headers: { 'cache-control': 'max-age=2', 'content-language': 'de' },
      rules: [{ match: ['*.html'] }, { match: ['*.txt'] }],
      concurrency: 3,
    });
  });

  it('inherit a backend that the config file or COLLECT_STATIC_BACKEND names', async () => {
    const flags = { target: 'media' };
    const s3 = { bucket: 'assets' };
    expect(await configOf({ file: { backend: 's3', s3 }, flags })).toMatchObject({ backend: 's3' });
    const env = { COLLECT_STATIC_BACKEND: 's3', STATICFILES_STORAGE: 'local' };
    expect(await configOf({ file: { s3 }, env, flags })).toMatchObject({ backend: 's3' });
    // STATICFILES_STORAGE hides the file's backend for static only.
    const local = { STATICFILES_STORAGE: 'local' };
    expect(await configOf({ file: { backend: 's3', s3 }, env: local, flags })).toMatchObject({
      backend: 's3',
    });
  });

  it('media exists without being configured, and keeps what is there unless forced', async () => {
    const { configs, dir } = await load({ flags: { target: 'media' } });
    expect(configs[0]).toMatchObject({
      sources: [{ dir: `${dir}/media` }],
      local: { dir: `${dir}/mediafiles` },
      keepExisting: true,
    });
    expect(await configOf({ flags: { target: 'media', force: true } })).toMatchObject({
      keepExisting: false,
    });
  });

  it('others have to be configured; an unknown one is answered with the known ones', async () => {
    const error = await errorOf({ file: { targets: { docs: {} } }, flags: { target: 'dosc' } });
    expect(error.message).toBe('there is no target "dosc"; did you mean docs?');
    expect(error.hint).toContain('static, media, docs');
    expect(error.exitCode).toBe(2);
  });

  it('--all takes every target, and media only where it is configured or has its directory', async () => {
    const names = async (world: Parameters<typeof load>[0]) =>
      (await load({ ...world, flags: { all: true } })).configs.map(({ target }) => target);
    expect(await names({})).toEqual(['static']);
    expect(await names({ files: { 'media/x': '' } })).toEqual(['static', 'media']);
    expect(await names({ env: { MEDIA_URL: '/m/' } })).toEqual(['static', 'media']);
    expect(await names({ file: { targets: { docs: {} } } })).toEqual(['static', 'docs']);
  });

  it('show their values under their name', async () => {
    const loaded = await load({
      file: { s3: { region: 'eu-west-1' }, targets: { docs: { s3: { location: 'd' } } } },
      flags: { all: true },
    });
    expect(originsOf(loaded)).toEqual({
      's3.region': 'collect.config.json',
      'targets.docs.s3.region': 'collect.config.json',
      'targets.docs.s3.location': 'collect.config.json',
    });
  });

  it.each([
    [{ targets: { docs: { local: { dir: 'staticfiles/' } } } }, 'local.dir'],
    [
      {
        backend: 's3',
        s3: { bucket: 'assets' },
        targets: { docs: { s3: { location: 'static/' } } },
      },
      's3.location',
    ],
  ])('two with one destination are refused: %j', async (file, key) => {
    const [problem] = await problemsOf({ file, flags: { all: true } });
    expect(problem).toMatch(/^the targets static and docs have one destination, /);
    expect(problem).toContain(key);
    // One at a time they are in nobody's way.
    expect(await configOf({ file, flags: { target: 'docs' } })).toMatchObject({ target: 'docs' });
  });
});

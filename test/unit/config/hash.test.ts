import { describe, expect, it } from 'vitest';
import { configOf, load, originsOf, problemsOf } from './load.ts';

const bucket = { AWS_STORAGE_BUCKET_NAME: 'assets' };

describe('hash', () => {
  it('is on by true, or by any of its options', async () => {
    expect(await configOf({ file: { hash: true } })).toMatchObject({ hash: { enabled: true } });
    expect(await configOf({ file: { hash: { keep: 'hashed' } } })).toMatchObject({
      hash: { enabled: true, keep: 'hashed' },
    });
    expect(await configOf({ file: { hash: false } })).toMatchObject({ hash: { enabled: false } });
  });

  it('is switched off by a flag or a variable, and keeps its options for the one who turns it on again', async () => {
    const file = { hash: { engine: 'django-6', exclude: ['*.txt'] } };
    for (const world of [{ flags: { hash: false } }, { env: { COLLECT_STATIC_HASH: 'no' } }]) {
      expect(await configOf({ file, ...world })).toMatchObject({ hash: { enabled: false } });
    }
    const env = { COLLECT_STATIC_HASH: 'false' };
    expect(await configOf({ file, env, flags: { hash: true } })).toMatchObject({
      hash: { enabled: true, engine: 'django-6', exclude: ['*.txt'] },
    });
  });

  it('is left to whoever says whether, by a variable that says how', async () => {
    const hashOf = async (world: Parameters<typeof configOf>[0]) => (await configOf(world)).hash;
    const how = { COLLECT_STATIC_HASH_KEEP: 'hashed' };
    const whether = (text: string) => ({ COLLECT_STATIC_HASH: text, ...how });
    const on = { enabled: true, keep: 'hashed' };
    const off = { enabled: false, keep: 'hashed' };
    expect(await hashOf({ env: how })).toMatchObject(off);
    expect(await hashOf({ env: whether('false') })).toMatchObject(off);
    expect(await hashOf({ dotenv: ['COLLECT_STATIC_HASH=off'], env: how })).toMatchObject(off);
    expect(await hashOf({ file: { hash: false }, env: how })).toMatchObject(off);
    expect(await hashOf({ file: { hash: true }, env: how })).toMatchObject(on);
    expect(await hashOf({ file: { hash: {} }, env: how })).toMatchObject(on);
    expect(await hashOf({ file: { hash: false }, env: whether('true') })).toMatchObject(on);
    expect(await hashOf({ env: how, flags: { hash: true } })).toMatchObject(on);
    expect(await hashOf({ env: whether('true'), flags: { hash: false } })).toMatchObject(off);
  });

  it('leaves that to the same, where a variable says how for a target', async () => {
    const env = { COLLECT_STATIC_TARGETS_DOCS_HASH_KEEP: 'hashed' };
    const flags = { target: 'docs' };
    for (const enabled of [true, false]) {
      expect(await configOf({ file: { hash: enabled }, env, flags })).toMatchObject({
        hash: { enabled, keep: 'hashed' },
      });
    }
  });

  it('is said by variables too, as JSON where it has options', async () => {
    const env = {
      COLLECT_STATIC_HASH: '{"engine": "modern", "jsModules": false}',
      COLLECT_STATIC_HASH_ON_MISSING: '{"vendor/**": "warn", "*.map": "ignore"}',
      COLLECT_STATIC_HASH_EXCLUDE: '*.txt, *.pdf',
    };
    expect(await configOf({ env })).toMatchObject({
      hash: {
        enabled: true,
        engine: 'modern',
        jsModules: false,
        exclude: ['*.txt', '*.pdf'],
        onMissing: [
          { match: 'vendor/**', level: 'warn' },
          { match: '*.map', level: 'ignore' },
        ],
      },
    });
    expect(await configOf({ env: { COLLECT_STATIC_HASH_ON_MISSING: 'warn' } })).toMatchObject({
      hash: { onMissing: [{ match: '**', level: 'warn' }] },
    });
  });

  it('rewrites modules as each engine does where nothing is said', async () => {
    for (const [engine, jsModules] of [
      ['modern', true],
      ['django-5.2', false],
      ['django-6', false],
    ] as const) {
      expect(await configOf({ file: { hash: { engine } } })).toMatchObject({ hash: { jsModules } });
    }
  });

  it.each([
    ['django.contrib.staticfiles.storage.ManifestStaticFilesStorage', 'local'],
    ['storages.backends.s3boto3.S3ManifestStaticStorage', 's3'],
    ['storages.backends.s3.S3ManifestStaticStorage', 's3'],
  ])('is on as in Django where %s is the storage', async (name, backend) => {
    const env = { ...bucket, STATICFILES_STORAGE: name };
    expect(await configOf({ env })).toMatchObject({
      backend,
      hash: { enabled: true, engine: 'django-5.2', jsModules: false },
    });
    expect(await configOf({ env, flags: { hash: false } })).toMatchObject({
      hash: { enabled: false },
    });
    expect(await configOf({ env, file: { hash: { engine: 'modern' } } })).toMatchObject({
      hash: { enabled: true, engine: 'modern' },
    });
  });

  it('is refused with what a Django engine would pass over, all of it at once', async () => {
    const engine = 'django-6';
    const parts = { alreadyHashed: ['build/**'], onMissing: 'warn' };
    const file = { hash: { engine, ...parts } };
    expect(await problemsOf({ file })).toEqual([
      'collect.config.json: hash.alreadyHashed means nothing to the engine django-6, which hashes every name, as Django does (hash.exclude leaves names as they are): leave it out, or use the engine "modern"',
      'collect.config.json: hash.onMissing means nothing to the engine django-6, which refuses every reference to a missing file, as Django does: leave it out, or use the engine "modern"',
    ]);
    const env = {
      STATICFILES_STORAGE: 'django.contrib.staticfiles.storage.ManifestStaticFilesStorage',
      COLLECT_STATIC_HASH_ON_MISSING: 'warn',
    };
    expect(await problemsOf({ env })).toEqual([
      expect.stringMatching(/^COLLECT_STATIC_HASH_ON_MISSING .* the engine django-5\.2/),
    ]);
    const modern = { ...env, COLLECT_STATIC_HASH_ENGINE: 'modern' };
    expect(await configOf({ env: modern })).toMatchObject({ hash: { enabled: true } });
    expect(await configOf({ file, flags: { hash: false } })).toMatchObject({
      hash: { enabled: false },
    });
    const empty = { engine, alreadyHashed: [], onMissing: {} };
    expect(await configOf({ file: { hash: empty } })).toMatchObject({ hash: { enabled: true } });
  });

  it('is of static files, not of uploads, unless that is said', async () => {
    const flags = { target: 'media' };
    const file = { hash: true, targets: { docs: {} } };
    expect(await configOf({ file, flags })).toMatchObject({ hash: { enabled: false } });
    expect(await configOf({ file, flags: { target: 'docs' } })).toMatchObject({
      hash: { enabled: true },
    });
    const own = { hash: true, targets: { media: { hash: true } } };
    expect(await configOf({ file: own, flags })).toMatchObject({ hash: { enabled: true } });
  });

  it('is shown with where it came from', async () => {
    const loaded = await load({ file: { hash: { keep: 'hashed' } }, flags: { hash: true } });
    expect(originsOf(loaded)).toEqual({
      hash: 'flag --hash',
      'hash.keep': 'collect.config.json',
    });
  });
});

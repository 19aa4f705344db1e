import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { configOf, load, originsOf, problemsOf } from './load.ts';

const bucket = { AWS_STORAGE_BUCKET_NAME: 'assets' };
const onS3 = { ...bucket, COLLECT_STATIC_BACKEND: 's3' };
const compressOf = async (world: Parameters<typeof configOf>[0]) =>
  (await configOf(world)).compress;

describe('compress', () => {
  it('is replace with gzip on S3, and sidecar with br and gzip in a directory', async () => {
    const file = { compress: true };
    expect(await compressOf({ file, env: onS3 })).toMatchObject({
      enabled: true,
      mode: 'replace',
      encodings: ['gzip'],
    });
    const sidecar = { enabled: true, mode: 'sidecar', encodings: ['br', 'gzip'] };
    expect(await compressOf({ file })).toMatchObject(sidecar);
    // Nobody knows whether a backend of one's own keeps Content-Encoding.
    expect(await compressOf({ file: { ...file, backend: './mine.js' } })).toMatchObject(sidecar);
    expect(await compressOf({ file: { compress: { mode: 'replace' } } })).toMatchObject({
      encodings: ['gzip'],
    });
  });

  it('is said by a flag, with or without a mode', async () => {
    expect(await compressOf({ flags: { compress: true } })).toMatchObject({ enabled: true });
    expect(await compressOf({ flags: { compress: 'replace' } })).toMatchObject({
      enabled: true,
      mode: 'replace',
    });
    const file = { compress: { quality: { br: 11 } } };
    expect(await compressOf({ file, flags: { compress: false } })).toMatchObject({
      enabled: false,
      quality: { br: 11, gzip: 9 },
    });
    expect(await problemsOf({ flags: { compress: 'sidecars' } })).toEqual([
      '--compress: mode must be "replace" or "sidecar", not "sidecars"; did you mean sidecar?',
    ]);
  });

  it('is said by variables', async () => {
    const env = {
      COLLECT_STATIC_COMPRESS: 'true',
      COLLECT_STATIC_COMPRESS_ENCODINGS: 'gzip, br, gzip',
      COLLECT_STATIC_COMPRESS_QUALITY_BR: '11',
      COLLECT_STATIC_COMPRESS_MIN_SAVING: '0.2',
      COLLECT_STATIC_COMPRESS_SKIP_EXTENSIONS: '.bin, dat',
    };
    expect(await compressOf({ env })).toMatchObject({
      enabled: true,
      encodings: ['gzip', 'br'],
      quality: { br: 11, gzip: 9, zstd: 19 },
      minSaving: 0.2,
      skipExtensions: ['.bin', 'dat'],
    });
  });

  it('stays off where a variable says so, and another one how', async () => {
    const env = { COLLECT_STATIC_COMPRESS: 'false', COLLECT_STATIC_COMPRESS_MODE: 'replace' };
    expect(await compressOf({ env })).toMatchObject({ enabled: false, mode: 'replace' });
  });

  it.each([
    [
      { COLLECT_STATIC_COMPRESS_ENCODINGS: 'br,deflate' },
      'COLLECT_STATIC_COMPRESS_ENCODINGS (environment): [1] must be "br", "gzip" or "zstd", not "deflate"',
    ],
    [
      { COLLECT_STATIC_COMPRESS: 'replace' },
      'COLLECT_STATIC_COMPRESS (environment): must be true or false (also yes/no, on/off, 1/0) or a JSON object, not "replace"',
    ],
  ])('refuses the variables %j', async (env, problem) => {
    expect(await problemsOf({ env })).toEqual([problem]);
  });

  it.each([
    [{ encodings: ['deflate'] }, 'compress.encodings'],
    [{ encodings: [] }, 'must name at least one of br, gzip and zstd'],
    [{ quality: { br: 12 } }, 'compress.quality.br must be a whole number from 0 to 11'],
    [{ quality: { gzip: 0 } }, 'compress.quality.gzip must be a whole number from 1 to 9'],
    [{ quality: { zstd: 19.5 } }, 'compress.quality.zstd must be a whole number from 1 to 22'],
    [{ quality: { lzma: 1 } }, 'compress.quality.lzma is unknown'],
    [{ minSaving: 1 }, 'compress.minSaving must be a number from 0 to 0.99'],
    [{ types: ['css'] }, 'must be a media type such as text/css or text/*'],
    [{ mode: 'replace', encodings: ['br', 'gzip'] }, 'must be one encoding'],
    ['yes', 'compress must be'],
  ])('refuses %j', async (compress, problem) => {
    expect(await problemsOf({ file: { compress } })).toEqual([
      expect.stringContaining(problem) as string,
    ]);
  });

  it('refuses Zstandard where Node does not have it', async () => {
    const world = { file: { compress: { encodings: ['zstd'] } } };
    if ('zstdCompress' in zlib) {
      expect(await compressOf(world)).toMatchObject({ encodings: ['zstd'] });
      return;
    }
    expect(await problemsOf(world)).toEqual([
      'collect.config.json: compress.encodings has zstd, which this Node cannot do: use Node 22.15 or newer, or leave it out',
    ]);
  });
});

describe('AWS_IS_GZIPPED', () => {
  it('is replace with gzip for every target on S3, also for media', async () => {
    const env = { ...onS3, AWS_IS_GZIPPED: 'True', GZIP_CONTENT_TYPES: 'text/css,text/html' };
    const wanted = {
      enabled: true,
      mode: 'replace',
      encodings: ['gzip'],
      types: ['text/css', 'text/html'],
    };
    expect(await compressOf({ env })).toMatchObject(wanted);
    expect(await compressOf({ env, flags: { target: 'media' } })).toMatchObject(wanted);
    expect(originsOf(await load({ env }))).toMatchObject({
      compress: 'environment AWS_IS_GZIPPED',
      'compress.types': 'environment GZIP_CONTENT_TYPES',
    });
  });

  it('says nothing about a directory, where it would take the place of plain files', async () => {
    const env = { ...bucket, AWS_IS_GZIPPED: 'True' };
    expect(await compressOf({ env })).toMatchObject({ enabled: false });
    const file = { compress: { mode: 'sidecar', encodings: ['br'] } };
    expect(await compressOf({ env, file })).toMatchObject({
      enabled: true,
      mode: 'sidecar',
      encodings: ['br'],
    });
  });

  it('decides alone: GZIP_CONTENT_TYPES without it compresses nothing', async () => {
    const types = { GZIP_CONTENT_TYPES: 'text/css' };
    expect(await compressOf({ env: { ...onS3, ...types } })).toMatchObject({ enabled: false });
    const off = { ...onS3, ...types, AWS_IS_GZIPPED: 'False' };
    expect(await compressOf({ env: off })).toMatchObject({ enabled: false });
  });
});

describe('media', () => {
  it('is compressed only if that is said of it', async () => {
    const flags = { target: 'media' };
    expect(await compressOf({ file: { compress: true }, flags })).toMatchObject({ enabled: false });
    const file = { targets: { media: { compress: true } } };
    expect(await compressOf({ file, flags })).toMatchObject({ enabled: true });
  });
});

describe('the cache', () => {
  it('is where the user keeps such things', async () => {
    const at = async (env: Record<string, string>, flags = {}) =>
      (await configOf({ env, flags })).cache;
    expect(await at({ HOME: '/home/me' })).toBe('/home/me/.cache/collect-static');
    expect(await at({ HOME: '/home/me', XDG_CACHE_HOME: '/tmp/c' })).toBe('/tmp/c/collect-static');
    expect(await at({ HOME: '/home/me', XDG_CACHE_HOME: 'here' })).toBe(
      '/home/me/.cache/collect-static',
    );
    expect(await at({})).toBeUndefined();
    expect(await at({ HOME: '/home/me' }, { cache: false })).toBeUndefined();
  });
});

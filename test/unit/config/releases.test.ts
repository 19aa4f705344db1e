import { describe, expect, it } from 'vitest';
import { configOf, errorOf, load, originsOf } from './load.ts';

const s3 = { backend: 's3', s3: { bucket: 'assets' } };

describe('releases', () => {
  it('come with hashed names and a record, on S3', async () => {
    const on = { hash: true, state: true };
    expect(await configOf({ file: { ...s3, ...on } })).toMatchObject({ releases: true });
    expect(await configOf({ file: { ...s3, state: true } })).toMatchObject({ releases: false });
    expect(await configOf({ file: { ...s3, ...on, state: false } })).toMatchObject({
      releases: false,
    });
    expect(await configOf({ file: on })).toMatchObject({ releases: false });
    expect(await configOf({ file: { ...s3, ...on, releases: false } })).toMatchObject({
      releases: false,
    });
  });

  it('bring the record, and work without hashed names', async () => {
    const config = await configOf({ file: { ...s3, releases: true } });
    expect(config).toMatchObject({ releases: true, state: { enabled: true } });
  });

  it('cannot be without a record', async () => {
    const error = await errorOf({ file: { ...s3, releases: true, state: false } });
    expect(error.problems).toEqual([
      'releases needs the record of each deploy: leave state out, or set it to true',
    ]);
  });

  it('are not kept in a directory, which a run says and goes on', async () => {
    const config = await configOf({ file: { releases: true } });
    expect(config).toMatchObject({ releases: false, state: { enabled: false } });
    expect(config.warnings.map(({ code }) => code)).toEqual(['RELEASES_NOT_KEPT']);
  });

  it('are no matter of uploads, which are not deployed', async () => {
    const world = { file: { ...s3, releases: true }, flags: { target: 'media' } };
    expect(await configOf(world)).toMatchObject({ releases: false });
  });

  it('are said by a flag, a variable or the file, in that order', async () => {
    const file = { ...s3, releases: true };
    const env = { COLLECT_STATIC_RELEASES: 'false' };
    const flags = { releases: true };
    expect(await configOf({ file, env })).toMatchObject({ releases: false });
    expect(await configOf({ file, env, flags })).toMatchObject({ releases: true });
    expect(originsOf(await load({ file, env, flags }))).toMatchObject({
      releases: 'flag --releases',
    });
  });
});

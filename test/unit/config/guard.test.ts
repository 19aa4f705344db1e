import { describe, expect, it } from 'vitest';
import { configOf, load, problemsOf } from './load.ts';

const map = { rule: 'source-map', match: '*.map', reason: 'open source' };

describe('allow', () => {
  it('names rules, files and reasons, or a variable', async () => {
    const { allow } = await configOf({ file: { allow: [map, { env: 'X_TOKEN' }] } });
    expect(allow).toEqual([{ ...map, match: ['*.map'] }, { env: 'X_TOKEN' }]);
  });

  it('of a target comes beside that of the top level', async () => {
    const file = { allow: [map], targets: { media: { allow: [{ env: 'A' }] } } };
    const { allow } = await configOf({ file, flags: { target: 'media' } });
    expect(allow).toHaveLength(2);
  });

  it.each([
    [[{ ...map, rule: 'source-maps' }], /allow\.0\.rule must be .*; did you mean source-map\?/],
    [[{ rule: 'vcs', match: '*' }], /allow\.0 lacks reason/],
    [[{ ...map, reason: '' }], /allow\.0\.reason must not be empty/],
    [[{ reason: 'x' }], /allow\.0 lacks rule and match/],
    [[{}], /allow\.0 must have rule, match and reason, or env/],
    [[{ ...map, env: 'X' }], /allow\.0 must have either env, or rule/],
    [[{ ...map, match: [] }], /allow\.0\.match must name at least one glob/],
    [[{ ...map, why: 'x' }], /allow\.0\.why is unknown/],
    ['*', /allow must be a list/],
    [[null], /allow\.0 must be an object/],
  ])('%j is refused', async (allow, message) => {
    const problems = await problemsOf({ file: { allow } });
    expect(problems).toEqual([expect.stringMatching(message)]);
  });

  it('can be a variable, in JSON', async () => {
    const env = { COLLECT_STATIC_ALLOW: JSON.stringify([map]) };
    expect((await configOf({ env })).allow).toHaveLength(1);
    await problemsOf({ env: { COLLECT_STATIC_ALLOW: '[{' } });
  });
});

describe('limits', () => {
  it('are numbers, from anywhere', async () => {
    const world = { file: { limits: { files: 3 } }, env: { COLLECT_STATIC_LIMITS_FILE_SIZE: '9' } };
    expect((await configOf(world)).limits).toEqual({ files: 3, bytes: undefined, fileSize: 9 });
  });

  it.each([0, -1, 1.5, '5 GB', null, Infinity])('%j is none', async (files) => {
    const problems = await problemsOf({ file: { limits: { files } } });
    expect(problems).toEqual([expect.stringMatching(/limits\.files must be/)]);
  });
});

describe('the secrets of a run', () => {
  it('are known by their names and never shown', async () => {
    const world = { env: { A_TOKEN: '9f86d081884c7d65' }, dotenv: ['B_SECRET=884c7d659f86d081'] };
    const { configs, values, secrets } = await load(world);
    expect(configs[0].secrets.map(({ name }) => name)).toEqual(['B_SECRET', 'A_TOKEN']);
    expect(values.find(({ path }) => path === 'secrets')?.value).toEqual(['A_TOKEN', 'B_SECRET']);
    expect(JSON.stringify(values)).not.toMatch(/9f86d081|884c7d65/);
    expect(secrets).toEqual(['884c7d659f86d081', '9f86d081884c7d65']);
  });
});

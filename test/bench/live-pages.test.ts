import { describe, expect, it } from 'vitest';
import { namings, stopEverywhere, watchDeploy } from '../harness/live-pages.ts';

describe('from one version to the next, every page that is there works at each request', () => {
  it.each(namings)('%s, in other orders', async (_, config) => {
    for (const seed of [2, 3]) {
      const { code, problems, reached } = await watchDeploy(config, seed);
      expect({ code, problems }).toEqual({ code: 0, problems: [] });
      expect(reached).toBeGreaterThan(14);
    }
  });
});

it.each<[string, object]>([
  ['names as they are', {}],
  ['hashed names', { hash: true }],
  ['hashed names alone', { hash: { keep: 'hashed' } }],
])('a deploy that is stopped at any request leaves pages that work (%s)', async (_, config) => {
  expect(await stopEverywhere(config)).toEqual([]);
});

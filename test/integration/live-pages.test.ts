import { describe, expect, it } from 'vitest';
import { watchDeploy } from '../harness/live-pages.ts';

describe('from one version to the next, every page that is there works at each request', () => {
  it.each<[string, object]>([
    ['names as they are', {}],
    ['hashed names', { hash: true }],
    ['hashed names alone', { hash: { keep: 'hashed' } }],
    ['the hashed names of Django', { hash: { engine: 'django-5.2' } }],
  ])('%s', { timeout: 120_000 }, async (_, config) => {
    for (const seed of [1, 2, 3]) {
      const { code, problems, reached } = await watchDeploy(config, seed);
      expect({ code, problems }).toEqual({ code: 0, problems: [] });
      expect(reached).toBeGreaterThan(14);
    }
  });
});

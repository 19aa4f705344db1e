import { describe, expect, it } from 'vitest';
import { namings, watchDeploy } from '../harness/live-pages.ts';

describe('from one version to the next, every page that is there works at each request', () => {
  it.each(namings)('%s', { timeout: 60_000 }, async (_, config) => {
    const { code, problems, reached } = await watchDeploy(config, 1);
    expect({ code, problems }).toEqual({ code: 0, problems: [] });
    expect(reached).toBeGreaterThan(14);
  });
});

import { expect, it, vi } from 'vitest';
import { deployAtOnce } from '../harness/concurrent.ts';

vi.mock('../../src/lock-timing.ts', () => import('../support/fast-lock.ts'));

it('R7: 500 seeds of deploys at once', { timeout: 24 * 3_600_000 }, async () => {
  expect(await deployAtOnce('R7', { seeds: 500 })).toEqual([]);
});

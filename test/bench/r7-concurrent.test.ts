import { expect, it, vi } from 'vitest';
import { deployAtOnce } from '../harness/concurrent.ts';

vi.mock('../../src/lock-timing.ts', () => import('../support/fast-lock.ts'));

it('R7: of deploys at once one wins and the others end with 10, through 50 seeds: the site is one build', async () => {
  expect(await deployAtOnce('R7', { seeds: 50 })).toEqual([]);
});

import { beforeEach, it, vi } from 'vitest';
import { runHistory } from '../harness/histories.ts';
import { forSeeds } from '../harness/random.ts';
import { seedsFor } from '../harness/shrink.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  return () => vi.useRealTimers();
});

it('R19: after deploys, rollbacks, prunes, crashes and strangers the bucket is as a model says', async () => {
  await forSeeds(seedsFor('R19', 100), (seed) => runHistory(seed));
});

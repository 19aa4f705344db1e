import { expect, it } from 'vitest';
import { forSeeds } from '../harness/random.ts';
import { checkSameActions } from '../harness/same-actions.ts';
import { runHere } from '../support/run-here.ts';

it('prints, saves, applies and deploys the same actions', { timeout: 60_000 }, async () => {
  const counts = await forSeeds(4, (seed) => checkSameActions(seed, runHere));
  expect(Math.max(...counts)).toBeGreaterThan(3);
});

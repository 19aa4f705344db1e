import { expect, it } from 'vitest';
import { forSeeds } from '../harness/random.ts';
import { checkSameActions } from '../harness/same-actions.ts';
import { runCli } from '../support/cli.ts';

it('prints, saves, applies and deploys the same actions as a program of its own', async () => {
  const counts = await forSeeds(1, (seed) => checkSameActions(seed, runCli));
  expect(Math.min(...counts)).toBeGreaterThan(3);
});

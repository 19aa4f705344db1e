import { expect, it } from 'vitest';
import { forSeeds } from '../harness/random.ts';
import { checkSameActions } from '../harness/same-actions.ts';
import { runHere } from '../support/run-here.ts';
import { runCli } from '../support/cli.ts';

it('prints, saves, applies and deploys the same actions, at 30 destinations', async () => {
  const counts = await forSeeds(30, (seed) => checkSameActions(seed, runHere));
  expect(counts.filter((count) => count > 3).length).toBeGreaterThan(20);
});

it('does so as a program of its own, at 3', async () => {
  const counts = await forSeeds(3, (seed) => checkSameActions(seed, runCli));
  expect(Math.min(...counts)).toBeGreaterThan(3);
});

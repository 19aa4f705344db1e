import { expect, it } from 'vitest';
import { main } from '../../src/cli.ts';
import { forSeeds } from '../harness/random.ts';
import { checkSameActions } from '../harness/same-actions.ts';
import { createFakeIo } from '../support/fake-io.ts';

it('prints, saves, applies and deploys the same actions', { timeout: 240_000 }, async () => {
  const counts = await forSeeds(30, (seed) =>
    checkSameActions(seed, async (args, options) => {
      const io = createFakeIo(args, options);
      const code = await main(io);
      return { code, stdout: io.out(), stderr: io.err() };
    }),
  );
  expect(counts.filter((count) => count > 3).length).toBeGreaterThan(20);
});

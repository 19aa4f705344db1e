import fc from 'fast-check';
import { createSite } from '../support/create-site.ts';
import { badConfig, judge, runBuilt, runHere } from './bad-configs.ts';
import { say } from './campaign.ts';
import { seedsFor } from './shrink.ts';

/** Configurations of one seed: few enough that a failing seed is found again at once. */
const perSeed = 500;

/**
 * R9: shows so many bad configurations, and says on the console what came of it. Fails with the seed and the smallest
 * configuration that still fails; SEED=n brings a seed back.
 */
export async function measureConfigs(
  count: number,
  until = Infinity,
): Promise<{ readonly runs: number; readonly exits: Readonly<Record<string, number>> }> {
  const seeds = seedsFor('R9', Math.ceil(count / perSeed));
  const start = performance.now();
  const site = await createSite();
  const exits: Record<string, number> = {};
  let runs = 0;
  let built = 0;
  let last = 0;
  const property = fc.asyncProperty(badConfig, async (bad) => {
    runs += 1;
    if (bad.built) built += 1;
    const problems = await judge(bad, site, async (...args) => {
      const ended = await (bad.built ? runBuilt : runHere)(...args);
      exits[String(ended.code)] = (exits[String(ended.code)] ?? 0) + 1;
      return ended;
    });
    if (problems.length > 0) throw new Error(problems.join('; '));
  });
  try {
    for (const seed of seeds) {
      if (performance.now() > until) break;
      await fc.assert(property, { seed, numRuns: Math.min(perSeed, count) });
      last = seed;
    }
  } finally {
    await site.remove();
  }
  const seconds = Math.round((performance.now() - start) / 1000);
  say('R9', { runs, built, exits, seeds: `${seeds[0] ?? 0}–${last}`, seconds });
  return { runs, exits };
}

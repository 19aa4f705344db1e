import { it } from 'vitest';
import { checkHashedSite } from '../harness/hashed-site.ts';
import { forSeeds } from '../harness/random.ts';

const hour = 3_600_000;

it(
  'rewrites every reference of 20,000 sites, and nothing else',
  { timeout: 2 * hour },
  async () => {
    await forSeeds(20_000, checkHashedSite);
  },
);

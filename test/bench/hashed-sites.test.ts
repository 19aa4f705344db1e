import { it } from 'vitest';
import { checkHashedSite } from '../harness/hashed-site.ts';
import { forSeeds } from '../harness/random.ts';

it('rewrites every reference of 400 sites, and nothing else', { timeout: 180_000 }, async () => {
  await forSeeds(400, checkHashedSite);
});

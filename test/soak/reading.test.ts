import { describe, expect, it } from 'vitest';
import { checkClosedTree } from '../harness/closed.ts';
import { deployOntoDisk } from '../harness/full-disk.ts';
import { checkKeyProperties } from '../harness/key-properties.ts';
import { killAndResume } from '../harness/kill.ts';
import { forSeeds } from '../harness/random.ts';
import { raceWriters } from '../harness/racing.ts';
import { can } from '../harness/sandbox.ts';
import { checkTree } from '../harness/trees.ts';

const minute = 60_000;
const hour = 60 * minute;
/** For the tests that take a time and not a count. */
const budgetMs = Number(process.env['SOAK_MINUTES'] ?? 10) * minute;

describe('reading and the local backend, for long', () => {
  it('R4: 1,000 kills', { timeout: 60 * minute }, async () => {
    await forSeeds(10, (seed) => killAndResume(100, seed));
  });

  it('R10: a million paths', { timeout: 30 * minute }, () => {
    checkKeyProperties(1_000_000);
  });

  it('R11: 10,000 trees', { timeout: 60 * minute }, async () => {
    await forSeeds(10_000, checkTree);
  });

  it.skipIf(!can('otherUser'))('R11: 1,000 trees of another user', { timeout: hour }, async () => {
    await forSeeds(1_000, checkClosedTree);
  });

  it('R12: changing sources', { timeout: budgetMs + minute }, async () => {
    await forSeeds(1, async (seed) => {
      expect((await raceWriters(budgetMs, seed)).runs).toBeGreaterThan(10);
    });
  });

  it.skipIf(!can('mounts'))('R16: 256 disk sizes', { timeout: 60 * minute }, async () => {
    for (let i = 0; i < 256; i += 1) await deployOntoDisk(240 + i * 2);
  });
});

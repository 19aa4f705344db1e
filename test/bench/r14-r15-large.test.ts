import { expect, it } from 'vitest';
import { deployChanges, deployLarge, deployMany } from '../harness/large.ts';

it('R14: 20,000 files take 256 MB and few handles, and the second run asks for 25 things at most and puts none', async () => {
  expect(await deployMany(20_000)).toEqual([]);
});

it('sends a put for each of 1,000 files that changed among 10,000, and 35 requests more at most', async () => {
  expect(await deployChanges(10_000)).toEqual([]);
});

it('R15: a file of 200 MB beside 1,000 small ones takes 256 MB and arrives as it is', async () => {
  expect(await deployLarge(200_000_000)).toEqual([]);
});

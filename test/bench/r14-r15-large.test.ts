import { expect, it } from 'vitest';
import { deployLarge, deployMany } from '../harness/large.ts';

it('R14: 20,000 files take 256 MB and few handles, and the second run puts none of them', async () => {
  expect(await deployMany(20_000)).toEqual([]);
});

it('R15: a file of 200 MB beside 1,000 small ones takes 256 MB and arrives as it is', async () => {
  expect(await deployLarge(200_000_000)).toEqual([]);
});

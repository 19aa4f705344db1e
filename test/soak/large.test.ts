import { expect, it } from 'vitest';
import { deployChanges, deployLarge, deployMany } from '../harness/large.ts';
import { hashModules } from '../harness/modules.ts';

const longest = 4 * 3_600_000;

it('R14: 100,000 files', { timeout: longest }, async () => {
  expect(await deployMany(100_000)).toEqual([]);
});

it('1,000 changed among 100,000', { timeout: longest }, async () => {
  expect(await deployChanges(100_000)).toEqual([]);
});

it('R15: 5 GiB', { timeout: longest }, async () => {
  expect(await deployLarge(5 * 1024 ** 3)).toEqual([]);
});

it('hashed names for 1 GB of modules', { timeout: longest }, async () => {
  expect(await hashModules(1_000, 1_000_000)).toEqual([]);
});

import { expect, it } from 'vitest';
import { interruptEverywhere } from '../harness/boundaries.ts';
import { walkEverywhere } from '../harness/walk.ts';

const points = Number(process.env['SOAK_POINTS'] ?? 600);
const minutes = Number(process.env['SOAK_MINUTES'] ?? Infinity);

it(`R5/R6: ${points} points`, { timeout: 24 * 3_600_000 }, async () => {
  const until = performance.now() + minutes * 60_000;
  expect(await interruptEverywhere('R5/R6', { points, until })).toEqual([]);
});

it('R5/R6: a walk from each page, at every request', { timeout: 24 * 3_600_000 }, async () => {
  expect(await walkEverywhere('R5/R6 walk', Infinity)).toEqual([]);
});

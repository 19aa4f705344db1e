import { expect, it } from 'vitest';
import { interruptEverywhere } from '../harness/boundaries.ts';
import { walkEverywhere } from '../harness/walk.ts';

it('R5/R6: killed or stopped at every request, each key is whole, and the next run completes the site', async () => {
  expect(await interruptEverywhere('R5/R6', { points: 60 })).toEqual([]);
});

it('R5/R6: killed or stopped at every request, each page finds everything it names, of its own build', async () => {
  expect(await walkEverywhere('R5/R6 walk', 40)).toEqual([]);
});

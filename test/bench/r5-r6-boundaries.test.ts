import { expect, it } from 'vitest';
import { interruptEverywhere } from '../harness/boundaries.ts';

it('R5/R6: killed or stopped at every request, each key is whole, and the next run completes the site', async () => {
  expect(await interruptEverywhere('R5/R6', { points: 60 })).toEqual([]);
});

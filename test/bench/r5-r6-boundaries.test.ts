import { expect, it } from 'vitest';
import { interruptEverywhere } from '../harness/boundaries.ts';
import { walkEverywhere } from '../harness/walk.ts';

it.each([
  { path: 'the SDK', files: 12 },
  { path: 'the fast path', files: 60 },
])(
  'R5/R6 by $path: killed or stopped at every request, each key is whole, and the next run completes the site',
  async ({ path, files }) => {
    expect(await interruptEverywhere(`R5/R6 by ${path}`, { points: 60, files })).toEqual([]);
  },
);

it('R5/R6: killed or stopped at every request, each page finds everything it names, of its own build', async () => {
  expect(await walkEverywhere('R5/R6 walk', 40)).toEqual([]);
});

import { expect, it } from 'vitest';
import { killEverywhere } from '../harness/rollback-boundaries.ts';

it.each([
  ['with names that stay', {}],
  ['with hashed names', { hash: { keep: 'hashed' } }],
])(
  'a rollback of a site %s, killed at any request, leaves every page whole, and is completed by the next run',
  async (name, config) => {
    expect(await killEverywhere(name, config)).toEqual([]);
  },
);

import { expect, it } from 'vitest';
import { stopEverywhere } from '../harness/live-pages.ts';

it.each<[string, object]>([
  ['names as they are', {}],
  ['hashed names', { hash: true }],
  ['hashed names alone', { hash: { keep: 'hashed' } }],
])('a deploy that is stopped at any request leaves pages that work (%s)', async (_, config) => {
  expect(await stopEverywhere(config)).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src/nearest.ts';

describe('nearest', () => {
  it.each([
    ['buket', ['bucket', 'location'], 'bucket'],
    ['loaction', ['bucket', 'location'], 'location'],
    ['BUCKET', ['bucket'], 'bucket'],
    ['cahceControl', ['cacheControl'], 'cacheControl'],
    ['s4', ['local', 's3'], 's3'],
    ['css/ap.css', ['css/app.css', 'css/map.css.map'], 'css/app.css'],
  ])('takes %j for a slip of one of %j', (word, candidates, meant) => {
    expect(nearest(word, candidates)).toBe(meant);
  });

  it.each([
    ['gcs', ['local', 's3']],
    ['colour', ['bucket', 'location']],
    ['x', []],
  ])('finds nothing near %j in %j', (word, candidates) => {
    expect(nearest(word, candidates)).toBeUndefined();
  });

  it('prefers the nearest to the first', () => {
    expect(nearest('app.css', ['maps.css', 'apps.css'])).toBe('apps.css');
  });
});

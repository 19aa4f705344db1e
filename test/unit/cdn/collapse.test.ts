import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collapsePaths } from '../../../src/cdn/collapse.ts';

const budget = { maxPaths: 100, mostWildcards: 15 };
const many = (dir: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${dir}${i}.css`);
/** As CloudFront does: an asterisk at the end stands for anything, elsewhere for itself. */
const matches = (sent: string, path: string) =>
  sent.endsWith('*') ? path.startsWith(sent.slice(0, -1)) : sent === path;

describe('the paths of an invalidation', () => {
  it('are those that were asked for, once each, while there is room', () => {
    const asked = ['/b.css', '/a/c.css', '/b.css'];
    expect(collapsePaths(asked, budget)).toEqual(['/a/c.css', '/b.css']);
  });

  it('give way to a wildcard where most of them are, and the others stay', () => {
    const asked = [...many('/static/a/', 150), '/static/b/x.css', '/static/index.html'];
    expect(collapsePaths(asked, budget)).toEqual([
      '/static/a/*',
      '/static/b/x.css',
      '/static/index.html',
    ]);
  });

  it('go up a directory where there would be too many wildcards', () => {
    const dirs = Array.from({ length: 20 }, (_, i) => many(`/static/${i}/`, 30)).flat();
    expect(collapsePaths([...dirs, '/index.html'], budget)).toEqual(['/index.html', '/static/*']);
  });

  it('are one for everything in the end', () => {
    expect(collapsePaths(['/a/x', '/b/y'], { ...budget, maxPaths: 1 })).toEqual(['/*']);
    expect(collapsePaths(['/a'], { ...budget, mostWildcards: 0 })).toEqual(['/a']);
  });

  it('end at an asterisk of their own, which is a wildcard only there', () => {
    expect(collapsePaths(['/a*b.css'], budget)).toEqual(['/a*']);
  });

  it('match every path that was asked for, and are never more than the budget', () => {
    const segment = fc.constantFrom('a', 'b', 'c', 'a*', 'index.html');
    const path = fc
      .array(segment, { minLength: 1, maxLength: 5 })
      .map((all) => `/${all.join('/')}`);
    fc.assert(
      fc.property(
        fc.array(path, { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 15 }),
        (asked, maxPaths, mostWildcards) => {
          const sent = collapsePaths(asked, { maxPaths, mostWildcards });
          expect(sent.length).toBeLessThanOrEqual(maxPaths);
          expect(sent.filter((one) => one.endsWith('*')).length).toBeLessThanOrEqual(mostWildcards);
          const missed = asked.filter((one) => !sent.some((other) => matches(other, one)));
          expect(missed).toEqual([]);
        },
      ),
    );
  });
});

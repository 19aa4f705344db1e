import { describe, expect, it } from 'vitest';
import { createMatcher } from '../../src/globs.ts';

describe('globs', () => {
  it.each([
    ['*.css', 'deep/down/app.css', true],
    ['*.css', '.hidden.css', true],
    ['css/*.css', 'css/app.css', true],
    ['css/*.css', 'vendor/css/app.css', false],
    ['css/*.css', 'css/deep/app.css', false],
    ['css/**', 'css/deep/app.css', true],
    ['**/img/*', 'a/img/x.png', true],
    ['/robots.txt', 'robots.txt', true],
    ['/robots.txt', 'a/robots.txt', false],
    ['./k.js', 'a/k.js', true],
    ['node_modules/', 'a/node_modules', true],
    ['*.{js,mjs}', 'a.mjs', true],
    ['[ab].js', 'c.js', false],
    ['!a.js', 'b.js', false],
    ['*', 'a/b', true],
  ])('%s on %s: %s', (pattern, name, expected) => {
    expect(createMatcher([pattern])(name) !== undefined).toBe(expected);
  });

  it('tells which pattern hit', () => {
    expect(createMatcher(['*.js', '*.css'])('a.css')).toBe('*.css');
  });
});

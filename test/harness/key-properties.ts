import fc from 'fast-check';
import { expect } from 'vitest';
import {
  encodePath,
  joinKey,
  nameProblem,
  stripPrefix,
  toName,
  byCodePoint,
} from '../../src/keys.ts';

const segment = fc.oneof(
  fc.constantFrom(
    '.',
    '..',
    '',
    ' ',
    '%2e%2e',
    '\\',
    'é',
    'e\u0301',
    'a',
    'A',
    '~',
    '\n',
    '\uFFFD',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));

/** What must hold of every path a tree can have. A failure shows its seed and the smallest such path. */
export function checkKeyProperties(numRuns: number): void {
  const seed = process.env['SEED'] === undefined ? {} : { seed: Number(process.env['SEED']) };
  fc.assert(
    fc.property(path, path, (one, other) => {
      const name = toName(one, '/');
      expect(toName(name, '/')).toBe(name);
      expect(joinKey('loc', name) === joinKey('loc', toName(other, '/'))).toBe(
        name === toName(other, '/'),
      );
      expect(Math.sign(byCodePoint(name, other)) + Math.sign(byCodePoint(other, name))).toBe(0);
      if (nameProblem(name) !== undefined) return;
      const key = joinKey('loc', name);
      expect(stripPrefix(key, 'loc')).toBe(name);
      if (/\p{Surrogate}/u.test(key)) return; // no file system gives such a name
      const url = new URL(`https://host/${encodePath(key)}`);
      expect(decodeURIComponent(url.pathname)).toBe(`/${key}`);
      expect(url.pathname.startsWith('/loc/')).toBe(true);
    }),
    { numRuns, ...seed },
  );
}

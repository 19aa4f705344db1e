import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from '../../../../src/processors/rewrite/json.ts';

/** What readJson has to find, by JSON.parse: no text here has a name twice, or one that is a number. */
function stringsOf(value: unknown, path: readonly string[] = []): string[] {
  if (path.length > 6) return [];
  if (typeof value === 'string') return [JSON.stringify(['value', value, path])];
  if (Array.isArray(value)) return value.flatMap((one) => stringsOf(one, [...path, '[]']));
  if (typeof value !== 'object' || value === null) return [];
  if (path.length === 6) return [];
  return Object.entries(value).flatMap(([name, one]) => [
    JSON.stringify(['name', name, [...path, name]]),
    ...stringsOf(one, [...path, name]),
  ]);
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', '\\', '/', '[', '{', ',', ':', 'a', '\n', '😀') }),
);
const { value: json } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    text,
    fc.double(),
    fc.constantFrom(true, false, null, ''),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(
      text.map((name) => `.${name}`),
      tie('value'),
      { maxKeys: 5 },
    ),
  ),
}));

describe('readJson', () => {
  it('finds every string down to six levels, its path and its place', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 1, '\t \n'), (value, blanks) => {
        const source = JSON.stringify(value, undefined, blanks);
        const found: string[] = [];
        readJson(source, (inner, path, kind) => {
          found.push(JSON.stringify([kind, inner.text, path]));
          const end = inner.offsets?.at(-1) ?? inner.start + inner.text.length;
          const raw = source.slice(inner.start - 1, end + 1);
          expect(JSON.parse(raw)).toBe(inner.text);
        });
        expect(found).toEqual(stringsOf(JSON.parse(source)));
      }),
      { numRuns: 500 },
    );
  });
});

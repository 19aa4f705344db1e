import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPlaces } from '../../src/places.ts';

it('tells lines and columns from 1, and counts characters', () => {
  const text = 'ab\n😀é\r\n\nend';
  const placeOf = createPlaces(text);
  const at = (mark: string) => placeOf(text.indexOf(mark));
  expect([at('a'), at('b'), at('b'), at('é'), at('end'), placeOf(text.length)]).toEqual([
    { line: 1, column: 1 },
    { line: 1, column: 2 },
    { line: 1, column: 2 },
    { line: 2, column: 2 },
    { line: 4, column: 1 },
    { line: 4, column: 4 },
  ]);
});

it('tells what looking back from each offset tells', () => {
  const texts = fc.array(fc.constantFrom('a', '\n', '\r\n', '😀'), { maxLength: 20 });
  fc.assert(
    fc.property(texts, fc.array(fc.nat(20)), (pieces, counts) => {
      const text = pieces.join('');
      const offsets = counts.map((count) => pieces.slice(0, count).join('').length);
      const placeOf = createPlaces(text);
      for (const offset of offsets.sort((a, b) => a - b)) {
        const lines = text.slice(0, offset).split('\n');
        const column = Array.from(lines.at(-1) ?? '').length + 1;
        expect(placeOf(offset)).toEqual({ line: lines.length, column });
      }
    }),
  );
});

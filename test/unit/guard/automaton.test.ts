import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createAutomaton, start } from '../../../src/guard/automaton.ts';

/** Slow and plain: every place where a word stands. */
function placesOf(words: readonly string[], text: string): string[] {
  return words.flatMap((word, i) =>
    Array.from(text, (_, at) => at).flatMap((at) =>
      text.startsWith(word, at) ? [`${i}@${at + word.length}`] : [],
    ),
  );
}

it('finds what a plain search finds, however the text is cut', () => {
  const word = fc.stringMatching(/^[ab]{1,5}$/);
  const longer = fc.stringMatching(/^[ab]{3,7}$/);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(word, { minLength: 1, maxLength: 6 }),
        fc.array(longer, { minLength: 1, maxLength: 6 }),
      ),
      fc.array(fc.stringMatching(/^(?:[abc]{0,3}[ab]{0,8}){0,4}$/), { maxLength: 5 }),
      (words, pieces) => {
        const automaton = createAutomaton(words.map((one) => Buffer.from(one)));
        const found: string[] = [];
        let state = start;
        let before = 0;
        for (const piece of pieces) {
          const at = before;
          state = automaton.scan(Buffer.from(piece), state, (i, end) =>
            found.push(`${i}@${at + end}`),
          );
          before += piece.length;
        }
        expect(found.sort()).toEqual(placesOf(words, pieces.join('')).sort());
      },
    ),
  );
});

it('finds nothing where there is nothing to look for', () => {
  const found: number[] = [];
  createAutomaton([]).scan(Buffer.from('a'.repeat(1000)), start, (word) => found.push(word));
  expect(found).toEqual([]);
});

it('finds words of any bytes', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const found: number[] = [];
  createAutomaton([bytes]).scan(Buffer.concat([bytes, bytes]), start, (_, end) => found.push(end));
  expect(found).toEqual([256, 512]);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPieces, sizeAfter } from '../../src/edits.ts';

const source = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz');

/** Gaps, lengths and texts of edits, one after another. */
const edits = fc
  .array(fc.tuple(fc.nat(3), fc.nat(2), fc.constantFrom('', 'A', 'BCD', 'é', '😀')), {
    maxLength: 9,
  })
  .map((parts) => {
    let at = 0;
    return parts.map(([gap, length, text]) => {
      const start = at + gap;
      at = start + length;
      return { start, end: at, text };
    });
  })
  .filter((list) => list.every(({ end }) => end <= source.length));

it('tells of any stretch what it consists of', () => {
  fc.assert(
    fc.property(edits, fc.nat(60), fc.nat(60), (list, one, two) => {
      let whole = source;
      for (const { start, end, text } of list.toReversed()) {
        whole = Buffer.concat([whole.subarray(0, start), Buffer.from(text), whole.subarray(end)]);
      }
      expect(sizeAfter(source.length, list)).toBe(whole.length);
      const [from, to] = [
        Math.min(one, two, whole.length),
        Math.min(Math.max(one, two), whole.length),
      ];
      const pieces = createPieces(list, source.length)(from, to).map((piece) =>
        'bytes' in piece ? piece.bytes : source.subarray(piece.start, piece.end),
      );
      expect(pieces.every(({ length }) => length > 0)).toBe(true);
      expect(Buffer.concat(pieces).toString('hex')).toBe(whole.subarray(from, to).toString('hex'));
    }),
    { numRuns: 2_000 },
  );
});

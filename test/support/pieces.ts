import fc from 'fast-check';
import type { Reference } from '../../src/processors/rewrite/reference.ts';

/** A piece of source, and where references stand in it, known since it was written that way. */
export interface Piece {
  readonly text: string;
  readonly references: readonly Placed[];
}

export interface Placed {
  readonly start: number;
  readonly end: number;
  readonly url: string;
  /** Where each unit of the URL begins. */
  readonly offsets: readonly number[];
}

export function noise(text: string): Piece {
  return { text, references: [] };
}

/** One after another. */
export function join(pieces: readonly Piece[]): Piece {
  let text = '';
  const references: Placed[] = [];
  for (const piece of pieces) {
    const by = text.length;
    references.push(
      ...piece.references.map(({ start, end, url, offsets }) => ({
        start: start + by,
        end: end + by,
        url,
        offsets: offsets.map((at) => at + by),
      })),
    );
    text += piece.text;
  }
  return { text, references };
}

/** What a scanner says, in the same words. */
export function placedOf(references: readonly Reference[]): Placed[] {
  return references.map(({ start, end, url, offsets }) => ({
    start,
    end,
    url,
    offsets: offsets ?? Array.from({ length: url.length }, (_, i) => start + i),
  }));
}

/** A URL, each of its characters in one of the ways that the language has for it. */
export function spelled(ways: (char: string) => readonly string[]): fc.Arbitrary<Piece> {
  const char = fc.constantFrom(...Array.from('abcdef0129./-_~é😀 ()\'"`\\$'));
  return fc
    .array(fc.tuple(char, fc.nat(20)), { maxLength: 8 })
    .map((chars) => [['x', 0] as const, ...chars, ['z', 0] as const])
    .map((chars) => {
      let text = '';
      const offsets: number[] = [];
      for (const [one, choice] of chars) {
        const options = ways(one);
        const way = options[choice % options.length] ?? one;
        offsets.push(text.length);
        // The second half of a pair stands for itself, or has no place of its own.
        if (one.length === 2) offsets.push(text.length + (way.endsWith(one) ? way.length - 1 : 0));
        text += way;
      }
      const url = chars.map(([one]) => one).join('');
      return { text, references: [{ start: 0, end: text.length, url, offsets }] };
    });
}

/** A stretch of the text before, replaced. Offsets are UTF-16 units. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A text made from a source by edits, and by edits of that: kept stretches of the source, and new text between them. */
export type Pieces = readonly Piece[];
type Piece = string | { readonly start: number; readonly end: number };

export function wholeOf(source: string): Pieces {
  return [{ start: 0, end: source.length }];
}

/** The text that the pieces make. */
export function textOf(pieces: Pieces, source: string): string {
  let text = '';
  for (const piece of pieces) {
    text += typeof piece === 'string' ? piece : source.slice(piece.start, piece.end);
  }
  return text;
}

export interface Editor {
  replace(start: number, end: number, text: string): void;
  /** The pieces after all edits. */
  finish(): Pieces;
}

/** Edits the text that the pieces make: the edits are sorted and do not overlap. */
export function createEditor(pieces: Pieces): Editor {
  const result: Piece[] = [];
  const take = takeFrom(pieces);
  return {
    replace(start, end, text) {
      take(start, result);
      take(end);
      result.push(text);
    },
    finish() {
      take(Infinity, result);
      return result;
    },
  };
}

/** The pieces as edits of the source. What would put back what was there is no edit. */
export function editsOf(pieces: Pieces, source: string): readonly Edit[] {
  const edits: Edit[] = [];
  let start = 0;
  let text = '';
  const close = (end: number) => {
    if (text !== source.slice(start, end)) edits.push({ start, end, text });
    text = '';
  };
  for (const piece of pieces) {
    if (typeof piece === 'string') text += piece;
    else {
      close(piece.start);
      start = piece.end;
    }
  }
  close(source.length);
  return edits;
}

/** Where in the source these places of the text come from; the places are sorted. */
export function sourceOffsets(pieces: Pieces, places: readonly number[]): readonly number[] {
  let piece = 0;
  let at = 0;
  let origin = 0;
  return places.map((place) => {
    for (let next = pieces[piece]; next !== undefined; next = pieces[piece]) {
      if (typeof next !== 'string') origin = next.start;
      if (place < at + lengthOf(next))
        return typeof next === 'string' ? origin : origin + place - at;
      at += lengthOf(next);
      if (typeof next !== 'string') origin = next.end;
      piece += 1;
    }
    return origin;
  });
}

/** Hands on the text piece by piece: up to a place, into a list or, without one, to nowhere. */
function takeFrom(pieces: Pieces): (until: number, into?: Piece[]) => void {
  let piece = 0;
  let taken = 0;
  let at = 0;
  return (until, into) => {
    for (let next = pieces[piece]; next !== undefined && at < until; next = pieces[piece]) {
      const end = Math.min(lengthOf(next), taken + until - at);
      if (end > taken) into?.push(partOf(next, taken, end));
      at += end - taken;
      taken = end;
      if (taken === lengthOf(next)) {
        piece += 1;
        taken = 0;
      }
    }
  };
}

function partOf(piece: Piece, from: number, to: number): Piece {
  if (typeof piece === 'string') return piece.slice(from, to);
  return { start: piece.start + from, end: piece.start + to };
}

function lengthOf(piece: Piece): number {
  return typeof piece === 'string' ? piece.length : piece.end - piece.start;
}

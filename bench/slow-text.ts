// Texts of 5 MB from which those that were made to be slow are put together.
export const size = 5_000_000;

/** The piece over and over. */
export function fill(piece: string, length = size): string {
  return piece.repeat(Math.ceil(length / piece.length));
}

/** Pieces that all differ. */
export function count(piece: (i: number) => string): string {
  const pieces: string[] = [];
  for (let length = 0, i = 0; length < size; i += 1) {
    const next = piece(i);
    pieces.push(next);
    length += next.length;
  }
  return pieces.join('');
}

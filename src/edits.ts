import type { Content, Edit } from './types.ts';

// A rewritten file is its source and a list of edits. Offsets are bytes. Pure.

/** Bytes of a file of `size` bytes once it is edited. */
export function sizeAfter(size: number, edits: readonly Edit[]): number {
  return edits.reduce(
    (sum, { start, end, text }) => sum + Buffer.byteLength(text) - (end - start),
    size,
  );
}

/** A file with edits; without any, the file itself. */
export function withEdits(source: Content, edits: readonly Edit[]): Content {
  if (edits.length === 0 || source.kind !== 'file') return source;
  return { kind: 'edited', source, edits, size: sizeAfter(source.size, edits) };
}

/** A stretch of an edited file: bytes of its source, or an edit's own. */
export type Piece =
  { readonly start: number; readonly end: number } | { readonly bytes: Uint8Array };

/** What the bytes from `from` up to `to` of the edited file consist of; `size` is the source's. */
export function piecesOf(
  edits: readonly Edit[],
  size: number,
  { from, to }: { readonly from: number; readonly to: number },
): Piece[] {
  const pieces: Piece[] = [];
  let at = 0; // in the edited file
  let read = 0; // in its source
  const keep = (length: number) => {
    const [start, end] = [Math.max(from - at, 0), Math.min(to - at, length)];
    if (start < end) pieces.push({ start: read + start, end: read + end });
    at += length;
    read += length;
  };
  for (const edit of edits) {
    if (at >= to) return pieces;
    keep(edit.start - read);
    const bytes = Buffer.from(edit.text);
    const [start, end] = [Math.max(from - at, 0), Math.min(to - at, bytes.length)];
    if (start < end) pieces.push({ bytes: bytes.subarray(start, end) });
    at += bytes.length;
    read = edit.end;
  }
  keep(size - read);
  return pieces;
}

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

/** Tells what a stretch of the edited file consists of: its bytes from `from` up to `to`; `size` is the source's. */
export function createPieces(
  edits: readonly Edit[],
  size: number,
): (from: number, to: number) => Piece[] {
  // Where each edit begins in the edited file. Some have a million: to look for the first of a stretch among all of them,
  // stretch after stretch, would take longer than to write the file.
  const places = new Float64Array(edits.length);
  let shift = 0;
  for (const [i, { start, end, text }] of edits.entries()) {
    places[i] = start + shift;
    shift += Buffer.byteLength(text) - (end - start);
  }

  return (from, to) => {
    const pieces: Piece[] = [];
    const first = lastAtOrBefore(places, from);
    let at = places[first] ?? 0; // in the edited file
    let read = edits[first]?.start ?? 0; // in its source
    const keep = (length: number) => {
      const [start, end] = [Math.max(from - at, 0), Math.min(to - at, length)];
      if (start < end) pieces.push({ start: read + start, end: read + end });
      at += length;
      read += length;
    };
    for (let i = Math.max(first, 0); at < to; i += 1) {
      const edit = edits[i];
      keep((edit?.start ?? size) - read);
      if (edit === undefined) break;
      const bytes = Buffer.from(edit.text);
      const [start, end] = [Math.max(from - at, 0), Math.min(to - at, bytes.length)];
      if (start < end) pieces.push({ bytes: bytes.subarray(start, end) });
      at += bytes.length;
      read = edit.end;
    }
    return pieces;
  };
}

/** Index of the last of the sorted numbers that is at most the limit; -1 if there is none. */
function lastAtOrBefore(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

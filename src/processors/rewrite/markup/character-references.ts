import { DecodingMode, EntityDecoder, htmlDecodeTree, xmlDecodeTree } from 'entities/decode';
import type { InnerText } from './inner-text.ts';

/** A stretch of the source: verbatim as in CDATA and raw text, else with character references. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly verbatim?: boolean;
}

/** The rules by which an ampersand is read. */
export type Dialect = 'html-attribute' | 'html-text' | 'xml';

/** What the pieces say together; undefined where XML names an entity that only its DTD could explain. */
export function decodePieces(
  source: string,
  pieces: readonly Piece[],
  dialect: Dialect,
): InnerText | undefined {
  const [first] = pieces;
  if (first === undefined) return { text: '', start: 0 };
  if (pieces.length === 1) {
    const raw = source.slice(first.start, first.end);
    if (isPlain(first, raw)) return { text: raw, start: first.start };
  }
  const units = createUnits();
  let end = first.start;
  for (const piece of pieces) {
    end = piece.end;
    const raw = source.slice(piece.start, end);
    if (isPlain(piece, raw)) units.take(raw, piece.start);
    else if (!takeDecoded(raw, piece.start, dialect, units)) return undefined;
  }
  units.offsets.push(end);
  return { text: units.text(), start: first.start, offsets: units.offsets };
}

function isPlain({ verbatim }: Piece, raw: string): boolean {
  return verbatim === true || !raw.includes('&');
}

/** Text, and where each unit of it comes from. */
function createUnits() {
  const offsets: number[] = [];
  const parts: string[] = [];
  return {
    offsets,
    text: () => parts.join(''),
    take(text: string, start: number) {
      parts.push(text);
      for (let i = 0; i < text.length; i += 1) offsets.push(start + i);
    },
    /** All units of it stand for one place. */
    takeAt(text: string, start: number) {
      parts.push(text);
      for (let i = 0; i < text.length; i += 1) offsets.push(start);
    },
  };
}

function takeDecoded(
  raw: string,
  start: number,
  dialect: Dialect,
  units: ReturnType<typeof createUnits>,
): boolean {
  let ampersand = raw.indexOf('&');
  let taken = 0;
  const decoder = new EntityDecoder(dialect === 'xml' ? xmlDecodeTree : htmlDecodeTree, (code) => {
    units.takeAt(String.fromCodePoint(code), start + ampersand);
  });
  for (; ampersand !== -1; ampersand = raw.indexOf('&', Math.max(taken, ampersand + 1))) {
    units.take(raw.slice(taken, ampersand), start + taken);
    decoder.startEntity(modes[dialect]);
    const written = decoder.write(raw, ampersand + 1);
    const consumed = written < 0 ? decoder.end() : written;
    if (consumed === 0 && dialect === 'xml') return false;
    taken = ampersand + consumed;
  }
  units.take(raw.slice(taken), start + taken);
  return true;
}

const modes: Readonly<Record<Dialect, DecodingMode>> = {
  'html-attribute': DecodingMode.Attribute,
  'html-text': DecodingMode.Legacy,
  xml: DecodingMode.Strict,
};

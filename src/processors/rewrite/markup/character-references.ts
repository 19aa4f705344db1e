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

/** What the piece says; undefined where XML names an entity that only its DTD could explain. */
export function decodePiece(source: string, piece: Piece, dialect: Dialect): InnerText | undefined {
  const { start, end, verbatim } = piece;
  const raw = source.slice(start, end);
  return verbatim === true || !raw.includes('&')
    ? { text: raw, start }
    : decodePieces(source, [piece], dialect);
}

/** What the pieces say together. */
export function decodePieces(
  source: string,
  pieces: readonly Piece[],
  dialect: Dialect,
): InnerText | undefined {
  const units = createUnits();
  for (const { start, end, verbatim } of pieces) {
    const raw = source.slice(start, end);
    if (verbatim === true || !raw.includes('&')) units.take(raw, start);
    else if (!takeDecoded(raw, start, dialect, units)) return undefined;
  }
  const start = pieces[0]?.start ?? 0;
  units.offsets.push(pieces.at(-1)?.end ?? start);
  return { text: units.text(), start, offsets: units.offsets };
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

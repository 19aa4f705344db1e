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
    : decodeAll(source, [piece], dialect);
}

/** What the pieces say together. */
export function decodePieces(
  source: string,
  pieces: readonly Piece[],
  dialect: Dialect,
): InnerText | undefined {
  const [first] = pieces;
  return first !== undefined && pieces.length === 1
    ? decodePiece(source, first, dialect)
    : decodeAll(source, pieces, dialect);
}

function decodeAll(
  source: string,
  pieces: readonly Piece[],
  dialect: Dialect,
): InnerText | undefined {
  const said: Said = { text: '', offsets: [] };
  for (const { start, end, verbatim } of pieces) {
    const raw = source.slice(start, end);
    if (verbatim === true) take(said, raw, start);
    else if (!takeDecoded(said, raw, start, dialect)) return undefined;
  }
  const start = pieces[0]?.start ?? 0;
  said.offsets.push(pieces.at(-1)?.end ?? start);
  return { text: said.text, start, offsets: said.offsets };
}

/** Text, and where each unit of it comes from. */
interface Said {
  text: string;
  readonly offsets: number[];
}

function take(said: Said, text: string, start: number): void {
  said.text += text;
  for (let i = 0; i < text.length; i += 1) said.offsets.push(start + i);
}

function takeDecoded(said: Said, raw: string, start: number, dialect: Dialect): boolean {
  const { decoder, mode } = rules[dialect];
  let taken = 0;
  for (let at = raw.indexOf('&'); at !== -1; at = raw.indexOf('&', Math.max(taken, at + 1))) {
    decoded = '';
    decoder.startEntity(mode);
    const written = decoder.write(raw, at + 1);
    const consumed = written < 0 ? decoder.end() : written;
    if (consumed === 0) {
      if (dialect === 'xml') return false;
      continue;
    }
    take(said, raw.slice(taken, at), start + taken);
    said.text += decoded;
    for (let unit = 0; unit < decoded.length; unit += 1) said.offsets.push(start + at);
    taken = at + consumed;
  }
  take(said, raw.slice(taken), start + taken);
  return true;
}

/** What the decoder that was asked last has found: one is made for all references, since pages are full of them. */
let decoded = '';
const add = (code: number) => {
  decoded += String.fromCodePoint(code);
};
const html = new EntityDecoder(htmlDecodeTree, add);
const xml = new EntityDecoder(xmlDecodeTree, add);

const rules = {
  'html-attribute': { decoder: html, mode: DecodingMode.Attribute },
  'html-text': { decoder: html, mode: DecodingMode.Legacy },
  xml: { decoder: xml, mode: DecodingMode.Strict },
} as const;

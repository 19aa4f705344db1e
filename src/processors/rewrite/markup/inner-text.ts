import { type Reference, type Scanner, SyntaxProblem } from '../reference.ts';

/** A text that stands, perhaps written differently, inside another: an attribute's value, a script, a JSON string. */
export interface InnerText {
  readonly text: string;
  /** Where it begins in the outer text. */
  readonly start: number;
  /** Where each UTF-16 unit of `text` begins in the outer text, and last where all of it ends; absent where both read the same. */
  readonly offsets?: readonly number[] | undefined;
}

export function plainText(outer: string, start: number, end: number): InnerText {
  return { text: outer.slice(start, end), start };
}

/** Where the unit at `index` begins in the outer text. */
export function outerOffset(inner: InnerText, index: number): number {
  return inner.offsets?.[index] ?? inner.start + index;
}

/** Where all of it stands in the outer text. */
export function placeOf(inner: InnerText): { readonly start: number; readonly end: number } {
  return { start: inner.start, end: outerOffset(inner, inner.text.length) };
}

/** Takes a reference that is found. */
export type Add = (found: Reference) => void;

/** Adds what `scan` finds in the inner text, by its place in the outer one. */
export function scanInside(scan: Scanner, inner: InnerText, add: Add): void {
  try {
    for (const found of scan(inner.text)) add(outerReference(found, inner));
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    throw new SyntaxProblem(error.message, outerOffset(inner, error.offset));
  }
}

/** A template language has the last word on such a text, and what it will say is not known here. */
export function isTemplate(text: string): boolean {
  return /\{\{|\{%|<%/.test(text);
}

function outerReference(found: Reference, inner: InnerText): Reference {
  const at = (index: number) => outerOffset(inner, index);
  const { start, end, url, need, bare, offsets, integrity } = found;
  return {
    start: at(start),
    end: at(end),
    url,
    need,
    bare,
    offsets: offsets ? offsets.map(at) : inner.offsets?.slice(start, end),
    integrity: integrity && { start: at(integrity.start), end: at(integrity.end) },
  };
}

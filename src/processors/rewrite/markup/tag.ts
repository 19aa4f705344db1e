import { decodePieces, type Dialect, type Piece } from './character-references.ts';
import type { InnerText } from './inner-text.ts';

/** A start tag as a scanner sees it. Names are in lower case; of two attributes with one name the first counts. */
export interface Tag {
  readonly name: string;
  readonly namespace: Namespace;
  /** Those that anyone asks for. */
  readonly attributes: ReadonlyMap<string, Piece>;
  /** What an attribute says; undefined where it is not there, or where nobody can know. */
  readonly value: (attribute: string) => InnerText | undefined;
}

export type Namespace = 'html' | 'svg' | 'other';

/** Reads the attributes of one tag. */
export function valuesOf(
  source: string,
  attributes: ReadonlyMap<string, Piece>,
  dialect: Dialect,
): Tag['value'] {
  return (attribute) => {
    const piece = attributes.get(attribute);
    return piece && decodePieces(source, [piece], dialect);
  };
}

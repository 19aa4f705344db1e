import { decodePiece, type Dialect, type Piece } from './character-references.ts';
import type { InnerText } from './inner-text.ts';

/** A start tag as a scanner sees it. Names are in lower case; of two attributes with one name the first counts. */
export interface Tag {
  readonly name: string;
  readonly namespace: Namespace;
  readonly selfClosing: boolean;
  /** Where the values of attributes stand. Only those are kept that anyone asks for. */
  readonly attributes: ReadonlyMap<string, Piece>;
  readonly source: string;
  readonly dialect: Dialect;
}

export type Namespace = 'html' | 'svg' | 'other';

/** What an attribute says; undefined where it is not there, or where nobody can know. */
export function valueOf(tag: Omit<Tag, 'namespace'>, attribute: string): InnerText | undefined {
  const piece = tag.attributes.get(attribute);
  return piece && decodePiece(tag.source, piece, tag.dialect);
}

/** The same where case and blanks around it do not matter. */
export function wordOf(tag: Omit<Tag, 'namespace'>, attribute: string): string | undefined {
  return valueOf(tag, attribute)?.text.trim().toLowerCase();
}

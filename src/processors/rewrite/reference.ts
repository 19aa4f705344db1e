/**
 * A place in a text that names another file. A hashed name differs from its name by one insertion, so a rewritten
 * text differs from its source by insertions alone: quotes, blanks and escapes are never touched.
 */
export interface Reference {
  /** UTF-16 offset of the URL's raw text in the source: without quotes and the blanks around it. */
  readonly start: number;
  /** Offset after it. */
  readonly end: number;
  /** What the raw text means: CSS escapes, character references and JavaScript escapes resolved; percent signs as they are. */
  readonly url: string;
  /** Where each UTF-16 unit of `url` begins in the source; absent where raw text and meaning are the same. */
  readonly offsets?: readonly number[] | undefined;
  /**
   * required: a target that does not exist is reported. optional: rewritten where the target exists, else left alone.
   * source-map: a source map, which many packages name and do not ship.
   */
  readonly need: 'required' | 'optional' | 'source-map';
  /** What a URL such as "lodash/x.js" is, without a scheme and without a dot or slash at its front: a path, or the name of a package. */
  readonly bare: 'path' | 'package';
  /** Where the target's hash is told beside the URL (`integrity="sha384-…"`): no longer true once the target's bytes change. */
  readonly integrity?: { readonly start: number; readonly end: number } | undefined;
}

/** The reference with the place where the target's hash is told. */
export function withIntegrity(
  { start, end, url, need, bare, offsets }: Reference,
  integrity: NonNullable<Reference['integrity']>,
): Reference {
  return { start, end, url, need, bare, offsets, integrity };
}

/** Finds the references of a text in one pass, in order of their offsets. @throws SyntaxProblem where the text cannot be understood */
export type Scanner = (text: string) => readonly Reference[];

/** Why a text cannot be rewritten safely, and where. */
export class SyntaxProblem extends Error {
  /** UTF-16 offset in the text. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'SyntaxProblem';
    this.offset = offset;
  }
}

/** What more references than these take in memory and time is nobody's text, but an attack or an accident. */
const mostReferences = 1_000_000;

/** Adds one to the references of its text. @throws SyntaxProblem where there are too many */
export function addTo(references: Reference[], found: Reference): void {
  if (references.length === mostReferences) {
    throw new SyntaxProblem(`it has more than ${mostReferences} references`, found.start);
  }
  references.push(found);
}

/** For a message: a URL without an end may be as long as its file. */
export function shortened(url: string): string {
  return url.length > 200 ? `${url.slice(0, 200)}…` : url;
}

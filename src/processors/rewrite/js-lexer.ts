import { type ImportSpecifier, parse } from 'es-module-lexer/minimal';
import type { MapComment } from './source-map.ts';
import type { Place } from './spelling.ts';

/** What stands in the code of a script: in no string, comment, template or regular expression. */
export type InCode =
  | ({ readonly is: 'specifier' } & Place)
  | { readonly is: 'call'; readonly callee: Callee; readonly argumentsAt: number }
  | { readonly is: 'import.meta'; readonly end: number }
  | { readonly is: 'map comment' };

export type Callee = 'import' | 'new URL' | 'new Worker' | 'importScripts';

export interface Lexed {
  readonly found: readonly InCode[];
  /** Whether lines that begin with such a mark are comments, and have been read as code. */
  readonly mayHaveHtmlComments: boolean;
}

const calls =
  /(?:new[\t ]+(?:(?:globalThis|self|window)\.)?(URL|(?:Shared)?Worker)|(?:self\.)?importScripts)[\t ]*\(/g;
const callAt = new RegExp(calls, 'y');
const partOfName = /[\p{ID_Continue}$.#\ud800-\udfff]|\u200c|\u200d/u;
/** The lexer takes these for letters, a byte order mark included. */
const otherBlanks = /[\u1680\u2000-\u200a\u202f\u205f\u3000\ufeff]/g;
/** The lexer does not know that a comment ends at the last of these. */
const odd = /[\u2028\u2029]/;
const lineEndsAndComments = /\/\/|[\n\r]|[\u2028\u2029]/g;
const meta = ';import.meta;';
/** Substitutions of templates and what is escaped are passed over, as they are many, and certain. */
const doubtful = /\\[^]|\$\{[^{}`"'/]*\}|\}\s*\/(?![*/])/g;

/** Finds imports, calls that take URLs, and whether the comment is one; nothing where that is not sure. */
export function lexJs(text: string, comment: MapComment | undefined): Lexed | undefined {
  // The lexer tells imports in code from all other text, and nothing else. So what else must be in code is spelled
  // as an import first. That keeps every offset, and can neither begin nor end a string, comment or template.
  let code = text.replace(calls, (match, _constructor, at: number) =>
    partOfName.test(text.charAt(at - 1)) ? match : `${'import'.padEnd(match.length - 1)}(`,
  );
  if (code.startsWith('#!')) code = `//${code.slice(2)}`;
  code = code.replace(otherBlanks, ' ');
  if (comment !== undefined) code = spellAsMeta(code, comment);
  const lexed = lex(code);
  if (lexed === undefined || endsOddly(code) || !isSure(code, lexed[0])) return undefined;
  const [imports, exports] = lexed;
  const metaAt = comment === undefined ? undefined : comment.at + meta.indexOf('i');
  const found = imports.map((one): InCode => {
    if (one.d >= 0) {
      return { is: 'call', callee: calleeAt(text, one.ss), argumentsAt: one.d + 1 };
    }
    if (one.d === -1) return { is: 'specifier', start: one.s, end: one.e };
    return one.ss === metaAt ? { is: 'map comment' } : { is: 'import.meta', end: one.e };
  });
  const isModule = found.some(({ is }) => is === 'specifier' || is === 'import.meta');
  return { found, mayHaveHtmlComments: !isModule && exports.length === 0 };
}

/** What the text really calls where the lexer has seen an import. */
function calleeAt(text: string, at: number): Callee {
  callAt.lastIndex = at;
  const match = callAt.exec(text);
  if (match === null) return 'import';
  const [, constructor] = match;
  if (constructor === undefined) return 'importScripts';
  return constructor === 'URL' ? 'new URL' : 'new Worker';
}

/** `//# sourceMappingURL=a.map` as `;import.meta;////////a.map`: the URL stays in a comment. */
function spellAsMeta(code: string, { at, start }: MapComment): string {
  const opener = code.startsWith('/*', at) ? '/*' : '//';
  const filler = opener.padEnd(start - at - meta.length, '-');
  return code.slice(0, at) + meta + filler + code.slice(start);
}

/** Whether two slashes come before an odd line end in its line. */
function endsOddly(code: string): boolean {
  if (!odd.test(code)) return false;
  let isComment = false;
  for (const [mark] of code.matchAll(lineEndsAndComments)) {
    if (isComment && odd.test(mark)) return true;
    isComment = mark === '//';
  }
  return false;
}

function lex(code: string): readonly [readonly ImportSpecifier[], readonly unknown[]] | undefined {
  try {
    return parse(code);
  } catch (error) {
    if (error instanceof Error && 'idx' in error) return undefined;
    throw error;
  }
}

/**
 * A slash behind a curly bracket divides, or begins a regular expression; which of them takes a parser to know, and
 * the lexer guesses. Where both guesses come to the same, as in all strings and comments, they do not matter.
 */
function isSure(code: string, imports: readonly ImportSpecifier[]): boolean {
  if (!/\}\s*\//.test(code)) return true;
  const guesses = ['}0/', '};/'].map((guess) =>
    code.replace(doubtful, (match) => (match.startsWith('}') ? guess : match)),
  );
  if (guesses.every((guess) => guess.length === code.length)) return true;
  // Both are of one length, so that the same import has the same place in both.
  const [dividing, beginning] = guesses.map((guess) => lex(guess)?.[0]);
  const places = (all: typeof dividing) => JSON.stringify(all?.map(({ ss, se }) => [ss, se]));
  const specifiers = (all: typeof dividing) => JSON.stringify(all?.map(({ t, n }) => [t, n]));
  return (
    places(dividing) === places(beginning) &&
    [dividing, beginning].every((other) => specifiers(other) === specifiers(imports))
  );
}

import { type ImportSpecifier, parse, type ParseError } from 'es-module-lexer/minimal';
import { SyntaxProblem } from './reference.ts';
import type { MapComment } from './source-map.ts';
import type { Place } from './spelling.ts';

/** What stands in the code of a script: in no string, comment, template or regular expression. */
export type InCode =
  | ({ readonly is: 'specifier' } & Place)
  | { readonly is: 'call'; readonly callee: Callee; readonly argumentsAt: number }
  | { readonly is: 'import.meta'; readonly end: number }
  | { readonly is: 'map comment' };

export type Callee = 'import' | 'new URL' | 'new Worker' | 'importScripts';

const calls =
  /(?:new[\t ]+(?:(?:globalThis|self|window)\.)?(URL|(?:Shared)?Worker)|(?:self\.)?importScripts)[\t ]*\(/g;
const partOfName = /[\p{ID_Continue}$.#\ud800-\udfff]|\u200c|\u200d/u;
const meta = ';import.meta;';

/** Finds imports, calls that take URLs, and whether the comment is one. @throws SyntaxProblem */
export function lexJs(
  text: string,
  comment: MapComment | undefined,
): { readonly found: readonly InCode[]; readonly isModule: boolean } {
  // The lexer tells imports in code from all other text, and nothing else. So what else must be in code is spelled
  // as an import first. That keeps every offset, and can neither begin nor end a string, comment or template.
  const callees = new Map<number, Callee>();
  let code = text.replace(calls, (match, constructor: string | undefined, at: number) => {
    if (partOfName.test(text.charAt(at - 1))) return match;
    callees.set(at, calleeOf(constructor));
    return `${'import'.padEnd(match.length - 1)}(`;
  });
  if (code.startsWith('#!')) code = `//${code.slice(2)}`;
  if (comment !== undefined) code = spellAsMeta(code, comment);
  const [imports, exports] = lex(code);
  const metaAt = comment === undefined ? undefined : comment.at + meta.indexOf('i');
  const found = imports.map((one): InCode => {
    if (one.d >= 0) {
      return { is: 'call', callee: callees.get(one.ss) ?? 'import', argumentsAt: one.d + 1 };
    }
    if (one.d === -1) return { is: 'specifier', start: one.s, end: one.e };
    return one.ss === metaAt ? { is: 'map comment' } : { is: 'import.meta', end: one.e };
  });
  const isModule = found.some(({ is }) => is === 'specifier' || is === 'import.meta');
  return { found, isModule: isModule || exports.length > 0 };
}

function calleeOf(constructor: string | undefined): Callee {
  if (constructor === undefined) return 'importScripts';
  return constructor === 'URL' ? 'new URL' : 'new Worker';
}

/** `//# sourceMappingURL=a.map` as `;import.meta;////////a.map`: the URL stays in a comment. */
function spellAsMeta(code: string, { at, start }: MapComment): string {
  const opener = code.startsWith('/*', at) ? '/*' : '//';
  const filler = opener.padEnd(start - at - meta.length, '-');
  return code.slice(0, at) + meta + filler + code.slice(start);
}

function lex(code: string): readonly [readonly ImportSpecifier[], readonly unknown[]] {
  try {
    return parse(code);
  } catch (error) {
    if (!isParseError(error)) throw error;
    throw new SyntaxProblem(
      'the script cannot be read from here on: it is not JavaScript, or a string, template or bracket is not closed',
      Math.min(error.idx, code.length),
    );
  }
}

function isParseError(error: unknown): error is ParseError {
  return error instanceof Error && 'idx' in error && typeof error.idx === 'number';
}

import { endOfLine, skipBlanks } from './js-text.ts';
import type { Kind, Place, Spelling } from './spelling.ts';

/** The URL in a comment that names a source map, and where the comment begins. */
export interface MapComment extends Place {
  readonly at: number;
}

/** Many packages name a source map and do not ship it. */
export const mapKind: Kind = { need: 'source-map', bare: 'path' };
/** In a comment a backslash is a backslash. */
export const commentSpelling: Spelling = {
  escapeAt: (_raw, at) => ({ text: '\\', end: at + 1 }),
};

const word = 'sourceMappingURL=';
// Both as in https://tc39.es/ecma426/#sec-MatchSourceMapURL
const cssComment = /\/\*[#@]\s*sourceMappingURL=(\S*?)\s*\*\//y;
const jsComment = /(?:^|[^*/]|\*\/)(\/\/[#@][\t ]{0,9}|\/\*[#@]\s{0,9})$/;
const blank = /\s/g;

/** What the comment of a stylesheet that begins at the offset says. */
export function readCssMapComment(text: string, at: number): MapComment | undefined {
  cssComment.lastIndex = at;
  const match = cssComment.exec(text);
  if (match === null) return undefined;
  const start = text.indexOf(word, at) + word.length;
  return { at, start, end: start + (match[1] ?? '').length };
}

/**
 * What looks like such a comment at the end of a script. Whether it is one, and not a piece of a template or of
 * another comment, only a lexer can say.
 */
export function findJsMapComment(text: string): MapComment | undefined {
  const name = text.lastIndexOf(word);
  if (name === -1) return undefined;
  const before = jsComment.exec(text.slice(Math.max(0, name - 40), name))?.[1];
  if (before === undefined) return undefined;
  const at = name - before.length;
  const start = name + word.length;
  const inBlock = before.startsWith('/*');
  const close = inBlock ? text.indexOf('*/', start) : endOfLine(text, start);
  if (close === -1) return undefined;
  blank.lastIndex = start;
  const end = Math.min(blank.exec(text)?.index ?? close, close);
  const alone = text.slice(end, close).trim() === '';
  const last = skipBlanks(text, inBlock ? close + 2 : close) === text.length;
  return alone && last ? { at, start, end } : undefined;
}

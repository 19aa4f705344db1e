import { type Escape, hexEnd, type Place, type Spelling } from './spelling.ts';

/** An argument that is a string, or a template without substitutions, and nothing else. */
export interface Argument extends Place {
  /** Offset of the comma or bracket after it. */
  readonly next: number;
}

const blanks = /\s*/y;
const lineEnd = /[\n\r\u2028\u2029]/g;

/** https://tc39.es/ecma262/#prod-EscapeSequence, without the octal ones, which no module may have. */
export const jsSpelling: Spelling = {
  escapeAt(raw, at) {
    const letter = raw.charAt(at + 1);
    const end = at + 2;
    if (letter === 'x' || letter === 'u') return codeAt(raw, letter, end);
    if (letter === '0') return isDigit(raw.charAt(end)) ? undefined : { text: '\0', end };
    if (letter === '' || isDigit(letter)) return undefined;
    if (letter === '\r' && raw.charAt(end) === '\n') return { text: '', end: end + 1 };
    return { text: meanings.get(letter) ?? letter, end };
  },
};

/** What the digits after `\x` or `\u` stand for. */
function codeAt(raw: string, letter: 'x' | 'u', from: number): Escape | undefined {
  const isBraced = letter === 'u' && raw[from] === '{';
  const digits = isBraced ? from + 1 : from;
  const [least, most] = isBraced ? [1, 8] : letter === 'u' ? [4, 4] : [2, 2];
  const end = hexEnd(raw, digits, digits + most);
  if (end < digits + least || (isBraced && raw[end] !== '}')) return undefined;
  const code = Number.parseInt(raw.slice(digits, end), 16);
  const text = code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
  return { text, end: isBraced ? end + 1 : end };
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

/** What stands for something else than itself after a backslash. */
const meanings = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\n', ''],
  ['\r', ''],
  ['\u2028', ''],
  ['\u2029', ''],
]);

/** The offset of what follows the blanks and comments at the offset. */
export function skipBlanks(text: string, from: number): number {
  for (let at = from; ;) {
    blanks.lastIndex = at;
    at += blanks.exec(text)?.[0].length ?? 0;
    if (text.startsWith('//', at)) at = endOfLine(text, at);
    else if (text.startsWith('/*', at)) at = after(text, '*/', at + 2);
    else return at;
  }
}

export function endOfLine(text: string, from: number): number {
  lineEnd.lastIndex = from;
  return lineEnd.exec(text)?.index ?? text.length;
}

/** The argument that begins after the blanks at the offset, if it is one. */
export function readArgument(text: string, from: number): Argument | undefined {
  const at = skipBlanks(text, from);
  const end = findQuote(text, at);
  if (end === undefined) return undefined;
  const next = skipBlanks(text, end + 1);
  return text[next] === ',' || text[next] === ')' ? { start: at + 1, end, next } : undefined;
}

function findQuote(text: string, from: number): number | undefined {
  const quote = text[from];
  if (quote !== '"' && quote !== "'" && quote !== '`') return undefined;
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === quote) return at;
    else if (quote === '`' && (char === '\r' || text.startsWith('${', at))) return undefined;
  }
  return undefined;
}

/** The offset after the words, which may have blanks between them; undefined where something else stands. */
export function skipWords(
  text: string,
  from: number,
  words: readonly string[],
): number | undefined {
  let at = from;
  for (const word of words) {
    at = skipBlanks(text, at);
    if (!text.startsWith(word, at)) return undefined;
    at += word.length;
  }
  return skipBlanks(text, at);
}

function after(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from);
  return at === -1 ? text.length : at + end.length;
}

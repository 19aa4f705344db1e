import { tokenize, tokenTypes as Token } from 'css-tree/tokenizer';
import { cssSpelling } from './css-text.ts';
import { addTo, type Reference, type Scanner, SyntaxProblem } from './reference.ts';
import { commentSpelling, mapKind, readCssMapComment } from './source-map.ts';
import { type Kind, makeReference, type Place, readEscaped } from './spelling.ts';

/** The files that a stylesheet names. */
export const scanCss: Scanner = (text) => readStyles(text, 'stylesheet');

/** The files that the declarations of a style attribute name. */
export const scanCssDeclarations: Scanner = (text) => readStyles(text, 'declarations');

/** A text without any of these refers to nothing. The backslash is for names with escapes in them. */
const anyName = /url\(|src\(|image-set\(|@import|sourceMappingURL|\\/i;
const imageSets = new Set(['image-set', '-webkit-image-set']);
/** Internet Explorer resolved these against the page, and nobody else knows them. */
const behaviors = new Set(['behavior', '-ms-behavior']);
/** What may stand before an `@import` that counts. */
const beforeImports = new Set(['charset', 'import', 'layer']);
const required: Kind = { need: 'required', bare: 'path' };
const optional: Kind = { need: 'optional', bare: 'path' };

/**
 * Follows the blocks and statements of a stylesheet as a browser does, errors included
 * (https://drafts.csswg.org/css-syntax-3/#parsing): whatever is nested wrongly ends where it ends there.
 */
function readStyles(text: string, context: 'stylesheet' | 'declarations'): readonly Reference[] {
  if (!anyName.test(text)) return [];
  // A browser reads these so as well; css-tree takes the one for the end and the other for a byte order mark.
  const source = text.replace(/\0/g, '\ufffd').replace(/^\ufffe/, '\ufffd');
  const found: Reference[] = [];
  /** The tokens that close what is open. */
  const open: number[] = [];
  /** How much was open within each image-set() that is. */
  const imageSetDepths: number[] = [];
  let importsEnded = false;
  let mapComment: Place | undefined;

  /** How much is open around the statement. */
  let depth = 0;
  let begins = true;
  let isAtRule = false;
  /** Nothing in the statement is a reference, but for what `awaited` says. */
  let mute = false;
  let kind = required;
  /** What the next token may be: what an import names, or the string of a url(). */
  let awaited: 'import' | 'string' | undefined;

  tokenize(source, (type, start, end) => {
    if (type === Token.WhiteSpace) return;
    if (begins && (type === Token.CDO || type === Token.CDC)) return;
    if (type === Token.Comment) {
      mapComment = readCssMapComment(source, start) ?? mapComment;
      return;
    }
    mapComment = undefined;
    const expected = awaited;
    awaited = undefined;
    if (begins) beginStatement(type, start, end);
    switch (type) {
      case Token.String:
        if (expected !== undefined || (!mute && imageSetDepths.at(-1) === open.length)) {
          take(placeOf(start, end, start + 1, source[start]));
        }
        break;
      case Token.Url:
        if (expected === 'import' || !mute) take(placeOf(start, end, start + 4, ')'));
        break;
      case Token.BadUrl:
        // css-tree would lose its place here (a browser goes on after the next bracket).
        if (source.slice(start, end).includes('\\')) {
          throw new SyntaxProblem('a url() without quotes has escapes and is not valid', start);
        }
        break;
      case Token.Function:
        openFunction(start, end, expected);
        break;
      case Token.LeftParenthesis:
        open.push(Token.RightParenthesis);
        break;
      case Token.LeftSquareBracket:
        open.push(Token.RightSquareBracket);
        break;
      case Token.LeftCurlyBracket:
        open.push(Token.RightCurlyBracket);
        if (open.length === 1) importsEnded = true;
        if (open.length === depth + 1) startAt(depth + 1);
        break;
      case Token.RightParenthesis:
      case Token.RightSquareBracket:
      case Token.RightCurlyBracket:
        close(type);
        break;
      case Token.Semicolon:
        // Between rules only an at-rule ends here: anything else goes on up to its block.
        if (open.length === depth && (isAtRule || depth > 0 || context === 'declarations')) {
          startAt(depth);
        }
    }
  });
  if (mapComment !== undefined) take(mapComment, mapKind, commentSpelling);
  return found;

  function startAt(newDepth: number): void {
    depth = newDepth;
    begins = true;
  }

  function beginStatement(type: number, start: number, end: number): void {
    begins = false;
    isAtRule = type === Token.AtKeyword;
    mute = isAtRule || (type === Token.Ident && behaviors.has(nameOf(start, end)));
    kind = required;
    if (!isAtRule || context === 'declarations') return;
    const name = nameOf(start + 1, end);
    if (name === 'import') {
      awaited = 'import';
      // A browser ignores an import that comes too late: it is not missed.
      kind = importsEnded || depth > 0 ? optional : required;
    } else if (depth === 0 && !beforeImports.has(name)) importsEnded = true;
  }

  function openFunction(start: number, end: number, expected: typeof awaited): void {
    const name = nameOf(start, end - 1);
    if (name === 'url' && source[start + 3] !== '(') {
      throw new SyntaxProblem('the name of url() is written with escapes', start);
    }
    open.push(Token.RightParenthesis);
    if (imageSets.has(name)) imageSetDepths.push(open.length);
    else if ((name === 'url' || name === 'src') && (expected === 'import' || !mute)) {
      awaited = 'string';
    }
  }

  function close(type: number): void {
    if (open.at(-1) !== type) return;
    if (imageSetDepths.at(-1) === open.length) imageSetDepths.pop();
    open.pop();
    if (type === Token.RightCurlyBracket && open.length === depth - 1) startAt(depth - 1);
  }

  /** What stands inside a token. At the end of the text, quotes and brackets need no closing. */
  function placeOf(start: number, end: number, inner: number, closer = ''): Place {
    if (end < source.length) return { start: inner, end: end - 1 };
    let backslashes = 0;
    while (source[end - 2 - backslashes] === '\\') backslashes += 1;
    const closed = end > inner && source[end - 1] === closer && backslashes % 2 === 0;
    return { start: inner, end: closed ? end - 1 : end };
  }

  function take(place: Place, as: Kind = kind, spelling = cssSpelling): void {
    const reference = makeReference(source, place, as, spelling);
    if (reference !== undefined) addTo(found, reference);
  }

  function nameOf(start: number, end: number): string {
    const raw = source.slice(start, end);
    const name = raw.includes('\\') ? readEscaped(raw, start, cssSpelling)?.text : raw;
    return (name ?? raw).toLowerCase();
  }
}

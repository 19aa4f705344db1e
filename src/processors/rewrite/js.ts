import { type InCode, lexJs } from './js-lexer.ts';
import { parseJs } from './js-parser.ts';
import { type Argument, jsSpelling, readArgument, skipWords } from './js-text.ts';
import { addTo, type Reference, type Scanner } from './reference.ts';
import { commentSpelling, findJsMapComment, mapKind } from './source-map.ts';
import { type Kind, makeReference, type Place } from './spelling.ts';

/** A text without any of these refers to nothing, but perhaps to its source map. */
const anyName = /import\s*["'(./]|from\s*["'/]|Worker\s*\(|importScripts/;
const specifier: Kind = { need: 'required', bare: 'package' };
const optional: Kind = { need: 'optional', bare: 'path' };
/** What has no extension may be a directory, or the beginning of other URLs: `new URL('.', import.meta.url)`. */
const extension = /^[^?#]*[^./?#]\.[^./?#]+(?:[?#]|$)/;
/** Lines that only classic scripts take for comments (https://tc39.es/ecma262/#sec-html-like-comments). */
const htmlComment = /^[\t ]*(?:<!--|-->).*/gm;

/** The files that a module or a classic script names. */
export const scanJs: Scanner = (text) => {
  const comment = findJsMapComment(text);
  const map = comment && makeReference(text, comment, mapKind, commentSpelling);
  if (map === undefined && !anyName.test(text)) return [];
  const { found, mayHaveHtmlComments } =
    lexJs(text, map && comment) ?? parseJs(text, map && comment);
  const references: Reference[] = [];
  const add: Add = (reference) => {
    if (reference !== undefined) addTo(references, reference);
  };
  for (const one of found) {
    if (one.is === 'map comment') add(map);
    else readReferences(text, one, add);
  }
  references.sort((a, b) => a.start - b.start);
  return mayHaveHtmlComments ? withoutHtmlComments(text, references) : references;
};

type Add = (reference: Reference | undefined) => void;

function readReferences(text: string, one: Exclude<InCode, { is: 'map comment' }>, add: Add): void {
  if (one.is === 'specifier') {
    add(refer(text, one, specifier));
    return;
  }
  const argumentsAt = one.is === 'call' ? one.argumentsAt : skipWords(text, one.end, resolve);
  const argument = argumentsAt === undefined ? undefined : readArgument(text, argumentsAt);
  if (argument === undefined) return;
  switch (one.is === 'call' ? one.callee : 'import.meta.resolve') {
    case 'import':
      add(refer(text, argument, specifier));
      break;
    case 'import.meta.resolve':
      add(referPerhaps(text, argument, 'package'));
      break;
    case 'new URL':
      if (isFromMeta(text, argument) && !registersWorker(text, argument)) {
        add(referPerhaps(text, argument, 'path'));
      }
      break;
    case 'new Worker':
      add(referRooted(text, argument));
      break;
    case 'importScripts':
      readScripts(text, argument, add);
  }
}

const resolve = ['.', 'resolve', '('];
const metaUrl = ['import', '.', 'meta', '.', 'url'];

/** Whether the second argument is `import.meta.url`: relative to the script, and not to the page. */
function isFromMeta(text: string, { next }: Argument): boolean {
  if (text[next] !== ',') return false;
  const at = skipWords(text, next + 1, metaUrl);
  return at !== undefined && (text[at] === ')' || text[at] === ',');
}

/** Whether the URL is the address of a service worker, which must stay: browsers ask there for a newer one. */
function registersWorker(text: string, { start }: Argument): boolean {
  const quoteAt = start - 1;
  return registering.test(text.slice(Math.max(0, quoteAt - 200), quoteAt));
}

const registering =
  /serviceWorker\s*\??\.\s*register\s*\(\s*new\s+(?:(?:globalThis|self|window)\.)?URL\s*\(\s*$/;

function readScripts(text: string, first: Argument, add: Add): void {
  for (let one: Argument | undefined = first; one !== undefined;) {
    add(referRooted(text, one));
    one = text[one.next] === ',' ? readArgument(text, one.next + 1) : undefined;
  }
}

/** What names a file surely must exist. */
function referPerhaps(text: string, place: Place, bare: Kind['bare']): Reference | undefined {
  const reference = refer(text, place, { need: 'required', bare });
  if (reference === undefined || extension.test(reference.url)) return reference;
  return { ...reference, need: 'optional' };
}

/** Against what a script's own URLs are resolved depends on the page or worker that runs it, unless they begin with a slash. */
function referRooted(text: string, place: Place): Reference | undefined {
  const reference = refer(text, place, optional);
  return reference?.url.startsWith('/') === true ? reference : undefined;
}

function refer(text: string, place: Place, kind: Kind): Reference | undefined {
  return makeReference(text, place, kind, jsSpelling);
}

function withoutHtmlComments(text: string, references: readonly Reference[]): Reference[] {
  const lines = references.length === 0 ? [] : [...text.matchAll(htmlComment)];
  let i = 0;
  return references.filter(({ start }) => {
    let line = lines[i];
    while (line !== undefined && line.index + line[0].length < start) line = lines[(i += 1)];
    return line === undefined || start < line.index;
  });
}

import { nextIn, nextOf, nowhere, type Found, type Match, type Pattern } from './pattern.ts';
import { anyCase, isSpace, space, wordCharacter } from './python-text.ts';

/** What differs between the engines: what must follow a URL, and what may stand in an import's clause. */
interface Dialect {
  /** The end of a statement: a quote, and in Django 5 a semicolon. */
  readonly ending: string;
  readonly close: string;
  /** Whether a semicolon ends the search for `from`. */
  readonly semicolonEnds: boolean;
  /** Whether the URL of `import("x")` must begin with a dot or a slash as all others must. */
  readonly relativeOnly: boolean;
}

const loose: Dialect = {
  ending: `["']${space}*;`,
  close: '";',
  semicolonEnds: false,
  relativeOnly: false,
};
const strict: Dialect = { ending: `["']`, close: '"', semicolonEnds: true, relativeOnly: true };

export const modulePatterns = {
  'django-5.2': patternsOf(loose),
  'django-6': patternsOf(strict),
} as const;

function patternsOf(dialect: Dialect): readonly Pattern[] {
  const { close } = dialect;
  return [
    {
      template: { head: 'import', open: ' from "', close },
      find: (text) => findClauses(text, 'import', dialect),
    },
    {
      template: { head: 'export', open: ' from "', close },
      find: (text) => findClauses(text, 'export', dialect),
    },
    {
      template: { head: '', open: 'import"', close },
      find: (text) =>
        findQuoted(text, `${anyCase('import')}${space}*["'](?=[./])`, dialect.ending, 1),
    },
    {
      template: { head: '', open: 'import("', close: '")' },
      find: (text) =>
        dialect.relativeOnly
          ? findQuoted(text, `${anyCase('import')}\\(["'](?=[./])`, `["']\\)`, 1)
          : findQuoted(text, `${anyCase('import')}\\(["']`, `["']\\)`, 0),
    },
  ];
}

/** `opening`, a URL of at least so many characters on one line, and the first `ending` after them. */
function findQuoted(text: string, opening: string, ending: string, least: number): Match[] {
  const matches: Match[] = [];
  const nextEnding = nextIn(text, new RegExp(ending, 'g'));
  const nextLineEnd = nextOf(text, '\n');
  const openings = new RegExp(opening, 'g');
  for (let found = openings.exec(text); found !== null; found = openings.exec(text)) {
    const from = openings.lastIndex;
    const closing = nextEnding(from + least);
    if (closing.start >= nextLineEnd(from)) continue;
    const { start: urlEnd, end } = closing;
    matches.push({ start: found.index, end, urlStart: from, urlEnd });
    openings.lastIndex = closing.end;
  }
  return matches;
}

/** `import … from "x"` and `export … from "x"`. */
function findClauses(text: string, keyword: 'import' | 'export', dialect: Dialect): Match[] {
  const matches: Match[] = [];
  const nextTail = tailsOf(text, dialect);
  const tailAt = tailsOf(text, dialect);
  const nextSemicolon = nextOf(text, ';');
  const keywords = new RegExp(anyCase(keyword), 'g');
  const namespace = new RegExp(namespaceSource, 'uy');
  for (let found = keywords.exec(text); found !== null; found = keywords.exec(text)) {
    const from = keywords.lastIndex;
    const first = text[from];
    let tail: Tail = noTail;
    let keptEnd = from;
    if (first === '{' || isSpace(first)) {
      tail = nextTail(from + 1);
      if (dialect.semicolonEnds && nextSemicolon(from) < tail.start) continue;
      keptEnd = tail.start;
      while (keptEnd > from + 1 && isSpace(text[keptEnd - 1])) keptEnd -= 1;
    } else if (first === '*' && keyword === 'import') {
      for (keptEnd of namespaceEnds(text, from, namespace)) {
        const place = skipSpace(text, keptEnd);
        tail = tailAt(place);
        if (tail.start === place) break;
        tail = noTail;
      }
    }
    if (tail === noTail) continue;
    const { end, urlStart, urlEnd } = tail;
    const kept = { start: from, end: keptEnd };
    matches.push({ start: found.index, end, urlStart, urlEnd, kept });
    keywords.lastIndex = end;
  }
  return matches;
}

/** `from "./x"` with what must follow. */
interface Tail extends Found {
  readonly urlStart: number;
  readonly urlEnd: number;
}
const noTail: Tail = { ...nowhere, urlStart: Infinity, urlEnd: Infinity };

/** The first tail at or after a place; places must grow. */
function tailsOf(text: string, { ending }: Dialect): (from: number) => Tail {
  const nextEnding = nextIn(text, new RegExp(ending, 'g'));
  const nextLineEnd = nextOf(text, '\n');
  const opening = new RegExp(`${anyCase('from')}${space}*["'](?=[./])`, 'g');
  let tail: Tail = { ...noTail, start: -1 };
  return (from) => {
    if (tail.start >= from) return tail;
    opening.lastIndex = Math.max(from, opening.lastIndex);
    for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
      const urlStart = opening.lastIndex;
      const closing = nextEnding(urlStart + 1);
      if (closing.start >= nextLineEnd(urlStart)) continue;
      tail = { start: found.index, end: closing.end, urlStart, urlEnd: closing.start };
      return tail;
    }
    tail = noTail;
    return tail;
  };
}

const namespaceSource = `\\*${space}*${anyCase('as')}${space}*(${wordCharacter}+)`;
const endsWithFrom = new RegExp(`.${anyCase('from')}$`);

/** Where `* as name` may end so that `from` can follow: after the name, or before a `from` that the name ends with. */
function namespaceEnds(text: string, from: number, namespace: RegExp): readonly number[] {
  namespace.lastIndex = from;
  const name = namespace.exec(text)?.[1];
  if (name === undefined) return [];
  const end = namespace.lastIndex;
  return endsWithFrom.test(name) ? [end - 'from'.length, end] : [end];
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text[at])) at += 1;
  return at;
}

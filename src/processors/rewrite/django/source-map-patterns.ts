import { nextOf, type Match, type Pattern } from './pattern.ts';

/** A whole line; only a line feed ends one. What stands before the last comment end, blanks included, is the URL. */
export const sourceMapOfCss: Pattern = {
  template: { head: '', open: '/*# sourceMappingURL=', close: ' */' },
  find: (text) => linesAfter(text, /(?<![^\n])\/\*#[ \t]sourceMappingURL=/g, '*/'),
};

/** A whole line, with its trailing blanks and carriage return. */
export const sourceMapOfJs: Pattern = {
  template: { head: '', open: '//# sourceMappingURL=', close: '' },
  find: (text) => linesAfter(text, /(?<![^\n])\/\/# sourceMappingURL=/g, ''),
};

function linesAfter(text: string, opening: RegExp, ending: string): readonly Match[] {
  const matches: Match[] = [];
  const nextLineEnd = nextOf(text, '\n');
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const from = opening.lastIndex;
    const end = Math.min(nextLineEnd(from), text.length);
    const urlEnd = end - ending.length;
    if (urlEnd < from || text.slice(urlEnd, end) !== ending) continue;
    matches.push({ start: found.index, end, urlStart: from, urlEnd });
  }
  return matches;
}

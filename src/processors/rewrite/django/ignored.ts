import type { Found, Match } from './pattern.ts';

export type Language = 'css' | 'js';

/**
 * The matches that Django 6 rewrites: those that begin neither inside a comment nor inside a string, nor right
 * after a backslash. What begins where such a block begins counts as outside.
 */
export function outsideBlocks(
  matches: readonly Match[],
  text: string,
  language: Language,
): readonly Match[] {
  if (matches.length === 0) return matches;
  const blocks = blocksOf(text, language);
  let at = 0;
  return matches.filter(({ start }) => {
    while (at < blocks.length && (blocks[at]?.end ?? 0) <= start) at += 1;
    const block = blocks[at];
    return block === undefined || start <= block.start;
  });
}

/** Comments, strings, template literals and escapes, as far as a text read from its start can tell. */
function blocksOf(text: string, language: Language): readonly Found[] {
  const blocks: Found[] = [];
  const marks = language === 'css' ? /[\\'"]|\/\*/g : /[\\'"`]|\/[*/]/g;
  const endOf = blockEnds(text);
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    const end = endOf(found[0], marks.lastIndex);
    if (end === undefined) marks.lastIndex = found.index + 1;
    else {
      blocks.push({ start: found.index, end });
      marks.lastIndex = end;
    }
  }
  return blocks;
}

/** Where the block that a mark opens ends; undefined where it has no end, so that the mark means nothing. */
function blockEnds(text: string): (mark: string, from: number) => number | undefined {
  let commentsEnd = true;
  let templatesEnd = true;
  return (mark, from) => {
    switch (mark) {
      case '\\':
        return from < text.length ? from + 1 : undefined;
      case '//': {
        const lineEnd = text.indexOf('\n', from);
        return lineEnd < 0 ? text.length : lineEnd;
      }
      case '/*': {
        const end = commentsEnd ? text.indexOf('*/', from) : -1;
        // Where one comment has no end none after it has, and asking again for each would take for ever.
        commentsEnd = end >= 0;
        return commentsEnd ? end + 2 : undefined;
      }
      case '`': {
        const end = templatesEnd ? stringEnd(text, from, /[`\\]/g) : undefined;
        templatesEnd = end !== undefined;
        return end;
      }
      case '"':
        return stringEnd(text, from, /["\\\n]/g);
      default:
        return stringEnd(text, from, /['\\\n]/g);
    }
  };
}

/** After the closing quote: the first of these marks that is not escaped, unless it is the end of the line. */
function stringEnd(text: string, from: number, marks: RegExp): number | undefined {
  marks.lastIndex = from;
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    if (found[0] === '\n') return undefined;
    if (found[0] !== '\\') return marks.lastIndex;
    if (marks.lastIndex >= text.length) return undefined;
    marks.lastIndex += 1;
  }
  return undefined;
}

// What template engines leave alone: their comments, and what they print as it stands. Not the comments of HTML, in which
// they do run. Pure.

interface Token {
  readonly begins: RegExp;
  readonly ends: RegExp;
  readonly isLeftAlone: boolean;
  /** Django's lexer takes it for text where it does not end in the line that it begins in. */
  readonly inLineForDjango?: true;
}

/** By how they begin. At a place there is the first of these that also ends. */
const tokens: Readonly<Record<string, readonly Token[]>> = {
  '{{': [
    { begins: /\{\{~?!--/y, ends: /--~?\}\}/g, isLeftAlone: true }, // Handlebars
    { begins: /\{\{--/y, ends: /--\}\}/g, isLeftAlone: true }, // Blade
    { begins: /\{\{~?!/y, ends: /\}\}/g, isLeftAlone: true }, // Handlebars
    // In this and the other tags, what looks like the beginning of a comment is part of a string.
    { begins: /\{\{/y, ends: /\}\}/g, isLeftAlone: false, inLineForDjango: true },
  ],
  '{%': [
    // Django and Liquid; Django and Twig; Jinja and Liquid
    ...['comment', 'verbatim', 'raw'].map((word) => ({
      begins: new RegExp(`\\{%[-+~]?\\s{0,20}${word}(?![\\w.])[^%\\n]{0,200}%\\}`, 'y'),
      ends: new RegExp(`\\{%[-+~]?\\s{0,20}end${word}(?![\\w.])[^%\\n]{0,200}%\\}`, 'g'),
      isLeftAlone: true,
    })),
    { begins: /\{%/y, ends: /%\}/g, isLeftAlone: false, inLineForDjango: true },
  ],
  // Django, Jinja and Twig
  '{#': [{ begins: /\{#/y, ends: /#\}/g, isLeftAlone: true, inLineForDjango: true }],
  '<%': [
    { begins: /<%--/y, ends: /--%>/g, isLeftAlone: true }, // JSP
    { begins: /<%#/y, ends: /%>/g, isLeftAlone: true }, // EJS and ERB
    { begins: /<%/y, ends: /%>/g, isLeftAlone: false },
  ],
};

/** The text with blanks for what no template engine runs: every offset means the same as before. */
export function withoutComments(text: string): string {
  const isDjango = /\{%\s{0,20}load\s/.test(text);
  const lineEnd = createSearch(text, /\n/g);
  const searches = new Map(
    Object.values(tokens)
      .flat()
      .map(({ ends }) => [ends, createSearch(text, ends)]),
  );
  const endAt = (opener: string, place: number) => {
    for (const { begins, ends, isLeftAlone, inLineForDjango } of tokens[opener] ?? []) {
      begins.lastIndex = place;
      if (!begins.test(text)) continue;
      const end = searches.get(ends)?.(begins.lastIndex) ?? nowhere;
      const isText = isDjango && inLineForDjango === true && lineEnd(place).at < end.at;
      if (end !== nowhere && !isText) return { end: end.after, isLeftAlone };
    }
    return undefined;
  };
  const parts: string[] = [];
  let kept = 0;
  const openers = /\{[{%#]|<%/g;
  for (let opener = openers.exec(text); opener !== null; opener = openers.exec(text)) {
    const found = endAt(opener[0], opener.index);
    openers.lastIndex = found?.end ?? opener.index + 1;
    if (found?.isLeftAlone !== true) continue;
    parts.push(text.slice(kept, opener.index), ' '.repeat(found.end - opener.index));
    kept = found.end;
  }
  return parts.join('') + text.slice(kept);
}

interface Place {
  readonly at: number;
  readonly after: number;
}

const nowhere: Place = { at: Infinity, after: Infinity };

/** Where a pattern matches next. Asked with offsets that only grow, all questions together read the text once. */
function createSearch(text: string, pattern: RegExp): (from: number) => Place {
  let next: Place = { at: -1, after: -1 };
  return (from) => {
    if (next.at >= from) return next;
    pattern.lastIndex = from;
    const match = pattern.exec(text);
    next = match === null ? nowhere : { at: match.index, after: pattern.lastIndex };
    return next;
  };
}

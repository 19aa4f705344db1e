import { nextIn, nextOf, type Match, type Pattern } from './pattern.ts';
import { anyCase, space } from './python-text.ts';
import { sourceMapOfCss } from './source-map-patterns.ts';

const urlOpening = `${anyCase('url')}\\((["']?)${space}*`;
const urlTemplate = { head: '', open: 'url("', close: '")' };

/** Django 5: any quote, or none, may close what any quote, or none, has opened. */
const looseUrl: Pattern = {
  template: urlTemplate,
  find(text) {
    const matches: Match[] = [];
    const nextParenthesis = nextOf(text, ')');
    const nextLineEnd = nextOf(text, '\n');
    const openings = new RegExp(urlOpening, 'g');
    for (let found = openings.exec(text); found !== null; found = openings.exec(text)) {
      const from = openings.lastIndex;
      const closing = nextParenthesis(from);
      if (closing >= nextLineEnd(from)) continue;
      const isQuoted = closing > from && /["']/.test(text.charAt(closing - 1));
      const urlEnd = isQuoted ? closing - 1 : closing;
      matches.push({ start: found.index, end: closing + 1, urlStart: from, urlEnd });
      openings.lastIndex = closing + 1;
    }
    return matches;
  },
};

/** Django 6: the quote that opened closes. Where it does not, it counts as the URL's first character. */
const strictUrl: Pattern = {
  template: urlTemplate,
  find(text) {
    const matches: Match[] = [];
    const nextParenthesis = nextOf(text, ')');
    const nextLineEnd = nextOf(text, '\n');
    const nextClosing = { '"': nextIn(text, /"\)/g), "'": nextIn(text, /'\)/g) };
    const openings = new RegExp(urlOpening, 'g');
    for (let found = openings.exec(text); found !== null; found = openings.exec(text)) {
      const from = openings.lastIndex;
      const quote = found[1] as '"' | "'" | '';
      const bare = quote === '' ? from : found.index + 'url('.length;
      const bareLineEnd = nextLineEnd(bare);
      const closing = quote === '' ? undefined : nextClosing[quote](from);
      if (closing !== undefined && closing.start < nextLineEnd(from)) {
        const { start: urlEnd, end } = closing;
        matches.push({ start: found.index, end, urlStart: from, urlEnd });
        openings.lastIndex = closing.end;
      } else if (nextParenthesis(from) < bareLineEnd) {
        const urlEnd = nextParenthesis(from);
        matches.push({ start: found.index, end: urlEnd + 1, urlStart: bare, urlEnd });
        openings.lastIndex = urlEnd + 1;
      }
    }
    return matches;
  },
};

/** `@import "x"`, in two quotes of any kind; `@import url(x)` is left to the pattern before. */
const importRule: Pattern = {
  template: { head: '', open: '@import url("', close: '")' },
  find(text) {
    const matches: Match[] = [];
    const nextQuote = nextIn(text, /["']/g);
    const nextLineEnd = nextOf(text, '\n');
    const openings = new RegExp(`@${anyCase('import')}${space}*["']${space}*`, 'g');
    for (let found = openings.exec(text); found !== null; found = openings.exec(text)) {
      const from = openings.lastIndex;
      const quote = nextQuote(from);
      if (quote.start >= nextLineEnd(from)) continue;
      const { start: urlEnd, end } = quote;
      matches.push({ start: found.index, end, urlStart: from, urlEnd });
      openings.lastIndex = quote.end;
    }
    return matches;
  },
};

export const cssPatterns = {
  'django-5.2': [looseUrl, importRule, sourceMapOfCss],
  'django-6': [strictUrl, importRule, sourceMapOfCss],
} as const;

// Names that templates ask for: `{% static "a.css" %}` (Django, Jinja), `asset("a.css")` (Rails, Twig, Laravel),
// `static_url("a.css")` (Tornado, Pyramid), `url_for('static', filename='a.css')` (Flask), `{{asset "a.css"}}` (Handlebars).
// Pure.

import { createPlaces, type LineAndColumn } from './places.ts';
import { withoutComments } from './template-comments.ts';

/** A static file asked for by a literal. */
export interface AskedName extends LineAndColumn {
  readonly name: string;
}

export interface AskedNames {
  readonly asked: readonly AskedName[];
  /** Calls whose name is only known when the template runs. */
  readonly dynamic: number;
}

/** Longer names are none; the bound keeps a quote without its partner from being looked for to the end. */
const literal = /\s{0,20}(?:"([^"\n]{0,1024})"|'([^'\n]{0,1024})')\s{0,20}/y;

/** How each call begins, and what has to follow its literal. */
const calls: readonly { readonly begins: RegExp; readonly ends: RegExp }[] = [
  { begins: /\{%-?\s{0,20}static\s/g, ends: /(?:as\s|-?%\})/y },
  { begins: /(?<![\w.$])(?:asset|static)\(|(?<![\w$])static_url\(/g, ends: /[,)]/y },
  {
    begins: /(?<![\w.$])url_for\(\s{0,20}(?:"static"|'static')\s{0,20},\s{0,20}filename\s{0,20}=/g,
    ends: /[,)]/y,
  },
  {
    // A helper of Handlebars, alone or in parentheses; `{{ asset if small else large }}` is a variable of Jinja.
    begins:
      /(?:\{\{[{~&]?|\()\s{0,20}(?:asset|static_url|static)\s{1,20}(?=["'\w@.([])(?!(?:if|is|in|and|or|not)\s)(?<=\{\{[^{}]{0,200})/g,
    ends: /~?\}|[\w@("')[|]/y,
  },
];

export function findAskedNames(template: string): AskedNames {
  const text = withoutComments(template);
  const found: { name: string; at: number }[] = [];
  let dynamic = 0;
  for (const { begins, ends } of calls) {
    for (const call of text.matchAll(begins)) {
      const at = call.index + call[0].length;
      const name = literalAt(text, at, ends);
      if (name === undefined) dynamic += 1;
      else found.push({ name, at });
    }
  }
  found.sort((a, b) => a.at - b.at);
  const placeOf = createPlaces(template);
  return { asked: found.map(({ name, at }) => ({ name, ...placeOf(at) })), dynamic };
}

/**
 * Undefined where it is a variable, or only a part of what is asked for: `"img/" ~ name`, or a directory; and for what is
 * no name, but a URL or a place in a package of Python: `static_url("app:static/a.css")`.
 */
function literalAt(text: string, at: number, ends: RegExp): string | undefined {
  literal.lastIndex = at;
  const [whole, double, single] = literal.exec(text) ?? [];
  const name = double ?? single;
  if (whole === undefined || name === undefined) return undefined;
  if (/\{\{|\{%|#\{|\$\{|\/$|^[a-z][\w.+-]*:/i.test(name)) return undefined;
  ends.lastIndex = at + whole.length;
  return ends.test(text) ? name : undefined;
}

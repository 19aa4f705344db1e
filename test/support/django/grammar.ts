import { cssPatterns } from '../../../src/processors/rewrite/django/css-patterns.ts';
import { outsideBlocks } from '../../../src/processors/rewrite/django/ignored.ts';
import { modulePatterns } from '../../../src/processors/rewrite/django/js-patterns.ts';
import type { DjangoEngine } from '../../../src/processors/rewrite/django/rewrite-text.ts';
import { sourceMapOfJs } from '../../../src/processors/rewrite/django/source-map-patterns.ts';
import { createRandom } from '../../harness/random.ts';
import type { Span } from './oracle.ts';

const blanks = ['\n', ' ', '\t', '\r', '\u00a0', '\ufeff', '\x1c', '\u2028', '\u0085'];
const marks = ['"', "'", '`', '\\', '//', '/*', '*/', '(', ')', '{', '}', ';', 'é', '😀', 'a'];
const css = [
  ...[
    'url(',
    'URL(',
    'uRl(',
    'url("',
    "url('",
    '")',
    "')",
    'a.png',
    '@import',
    '@IMPORT',
    '@import ',
  ],
  ...['@\u0131mport', '@\u0130mport', '\n/*# sourceMappingURL=', '\n/*#\tsourceMappingURL='],
  ...['/*# sourceMappingURL=', '/*# SourceMappingURL=', '@import "', '\\"'],
];
const js = [
  ...[
    'import',
    'import ',
    'import{',
    'import\n',
    'IMPORT ',
    '\u0131mport ',
    'export',
    'export ',
    'export{',
  ],
  ...[
    'import*as x ',
    '*',
    ' as ',
    'a\u017f',
    'as',
    'x',
    'from',
    'from ',
    ' from',
    'FROM',
    'xfrom',
    'ß',
    '٣',
  ],
  ...[
    '"./x.js"',
    "'./y.js'",
    '"../z"',
    '"/s/x.js"',
    './',
    '.',
    '/',
    '_',
    '\u0301',
    '"./x.js";',
    "'./y';",
  ],
  ...[
    'import(',
    'import("',
    'import("./',
    '")',
    "')",
    '//# sourceMappingURL=',
    '\n//# sourceMappingURL=',
  ],
];

/** A text of the words that the patterns consist of, some of them again and again. */
export function wordSalad(seed: number): { text: string; language: 'css' | 'js' } {
  const random = createRandom(seed);
  const language = random.below(3) === 0 ? 'css' : 'js';
  const words = [...(language === 'css' ? css : js), ...blanks, ...marks];
  const few = Array.from({ length: 3 + random.below(12) }, () => random.pick(words));
  const count = 1 + random.below(40);
  const text = Array.from({ length: count }, () =>
    random.pick(random.below(5) === 0 ? words : few),
  );
  return { text: text.join(''), language };
}

/** Where each of our patterns matches a text, in code points as Python counts. */
export function ourSpans(text: string, language: 'css' | 'js', engine: DjangoEngine): Span[][] {
  const patterns =
    language === 'css' ? cssPatterns[engine] : [sourceMapOfJs, ...modulePatterns[engine]];
  const codePoints = (offset: number) => Array.from(text.slice(0, offset)).length;
  return patterns.map(({ find }) => {
    const found = find(text);
    const matches = engine === 'django-6' ? outsideBlocks(found, text, language) : found;
    return matches.map(({ start, end, urlStart, urlEnd }): Span => {
      return [codePoints(start), codePoints(end), codePoints(urlStart), codePoints(urlEnd)];
    });
  });
}

/** A text of what means something in a URL or a path. */
export function urlSalad(seed: number): string {
  const random = createRandom(seed);
  const parts = [
    'a',
    'b.css',
    '/',
    '//',
    '.',
    '..',
    '/..',
    '%41',
    '%c3',
    '%A9',
    '%2',
    '%',
    '%25',
    '?',
    '#',
  ];
  const more = [
    '?#',
    ';',
    ':',
    'http:',
    'X:',
    ' ',
    '\t',
    '\u00a0',
    '\u0000',
    'é',
    '😀',
    '%F0%9F',
    '\\',
    '&',
    '=',
  ];
  const count = 1 + random.below(10);
  return Array.from({ length: count }, () => random.pick([...parts, ...more])).join('');
}

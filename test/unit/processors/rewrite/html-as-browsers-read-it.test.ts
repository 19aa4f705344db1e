import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scanHtml } from '../../../../src/processors/rewrite/html.ts';
import { linksInHtml } from '../../../harness/links/html.ts';
import { hashedUrl, withHashes } from '../../../support/insertions.ts';

// The tree that parse5 builds is the judge. Its elements may stand twice (formatting that is opened anew) or not at
// all (a `body` inside the body), so what is compared are sets, of pages without such elements.

/** Pieces of pages that stand in any order, mostly broken. */
const pieces = [
  ...[
    '<',
    '>',
    '"',
    "'",
    '=',
    ' ',
    '/',
    '\n',
    '\t',
    '\0',
    '\r\n',
    'x',
    'a.png',
    '{{',
    '</',
    '<!',
    '<?',
  ],
  ...[
    '<!--',
    '-->',
    '--!>',
    '<![CDATA[',
    ']]>',
    '&amp;',
    '&amp',
    '&copy',
    '&#x41;',
    '&#',
    '&period;',
  ],
  ...[
    'img',
    '<img src=b.png>',
    '<image src=im.png>',
    '<source',
    ' src=',
    ' src="',
    ' href=',
    ' href="',
  ],
  ...[
    ' srcset="s.png, t,u.png 2x"',
    ' srcset="',
    '<a href="l.html">',
    '</a>',
    '<a/href=y>',
    '</a x=">"',
  ],
  ...[
    '<link rel=stylesheet',
    '<link rel=icon href=i.ico>',
    '<object data=',
    '<video poster=p.jpg>',
  ],
  ...[
    '<input type=image src=in.png>',
    '<meta property=og:image content=o.png>',
    '<iframe srcdoc="',
  ],
  ...[
    '<style type=x>',
    '</style>',
    '<script type=x>',
    '</script>',
    '</script ',
    '<title>',
    '</title>',
  ],
  ...[
    '<textarea>',
    '</textarea>',
    '<noscript>',
    '</noscript>',
    '</noscript',
    '<template>',
    '</template>',
  ],
  ...['<xmp>', '</xmp>', '<iframe>', '</iframe>', '<plaintext>', '<br>', '</br>', '<p>', '</p>'],
  ...['<div>', '</div>', '<span>', '</span>', '<b>', '</b>', '<li>', '<ul>', '</ul>'],
];

/** HTML, SVG and MathML in one another, each closed as it was opened: what is open is counted here, and not built. */
const nested = fc.letrec<{ html: string; svg: string; math: string }>((tie) => {
  const inside = (content: fc.Arbitrary<string>, ...tags: string[]) =>
    fc
      .tuple(fc.constantFrom(...tags), content)
      .map(([tag, text]) => `<${tag}>${text}</${tag.split(' ')[0] ?? ''}>`);
  const several = (...one: fc.Arbitrary<string>[]) =>
    fc
      .array(fc.oneof({ depthSize: 'small' }, ...one), { maxLength: 4 })
      .map((parts) => parts.join(''));
  return {
    html: several(
      fc.constantFrom(
        '<img src=b.png>',
        '<image src=im.png>',
        '<use href=n.svg></use>',
        '<!-- <img src=n.png> -->',
      ),
      fc.constantFrom(
        '<style type=x><img src=n.png></style>',
        '<title>&amp;<img src=n.png></title>',
      ),
      fc.constantFrom(
        '<![CDATA[ <img src=n.png> ]]>',
        '<svg />',
        '<svg><p><img src=c.png></p>',
        '&lt;',
        'x',
      ),
      inside(tie('html'), 'div', 'b', 'p', 'template'),
      inside(tie('svg'), 'svg'),
      inside(tie('math'), 'math'),
    ),
    svg: several(
      fc.constantFrom(
        '<use href=u.svg />',
        '<image xlink:href="i.png"/>',
        '<a href=l.html />',
        '<g / >x</g>',
      ),
      fc.constantFrom(
        '<![CDATA[ <use href=n.svg /> ]]>',
        '<!-- <use href=n.svg /> -->',
        '&lt;',
        'x',
      ),
      inside(tie('svg'), 'g', 'a href=a.html', 'style type=x', 'script type=x', 'textarea'),
      inside(tie('html'), 'foreignObject', 'desc', 'title'),
    ),
    math: several(
      fc.constantFrom('<use href=n.svg />', '<style type=x><use href=n.svg /></style>', '&lt;'),
      inside(tie('math'), 'mrow', 'annotation-xml'),
      inside(tie('html'), 'mi', 'mtext', 'annotation-xml encoding="text/html"'),
    ),
  };
}).html;

it('finds in a broken page what a browser finds, and rewrites that and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 20 }), (parts) => {
      checkPage(parts.join(''));
    }),
    { numRuns: 500 },
  );
});

it('finds in a page with SVG and MathML what a browser finds', () => {
  fc.assert(fc.property(nested, checkPage), { numRuns: 500 });
});

function checkPage(page: string) {
  const { references } = scanHtml(page);
  const seen = linksOf(page);
  expect(new Set(references.map(({ url }) => url))).toEqual(new Set(seen));
  for (const { url, start, end, offsets } of references) {
    if (offsets === undefined) expect(page.slice(start, end).replaceAll('\0', '\ufffd')).toBe(url);
    else expect(offsets).toHaveLength(url.length);
  }
  const rewritten = linksOf(withHashes(page, references));
  expect(rewritten.toSorted()).toEqual(seen.map(hashedUrl).toSorted());
}

/** The URLs of a page as the URL standard reads them, without those that name no file. */
function linksOf(page: string): string[] {
  return linksInHtml(page)
    .map(({ url }) => url.replace(/[\t\n\r]/g, '').replace(/^[\0- ]+|[\0- ]+$/g, ''))
    .filter((url) => url !== '' && !url.startsWith('#'));
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJs } from '../../../../src/processors/rewrite/js.ts';
import { SyntaxProblem } from '../../../../src/processors/rewrite/reference.ts';
import { scanSvg } from '../../../../src/processors/rewrite/svg.ts';
import { linksInSvg } from '../../../harness/links/svg.ts';
import { hashedUrl, withHashes } from '../../../support/insertions.ts';

/** The references of a document, each with the mark of its need: required ones have none. */
function found(svg: string): string[] {
  return scanSvg(svg).map(({ url, need }) => (need === 'required' ? url : `${need} ${url}`));
}

function problemIn(scan: () => unknown): SyntaxProblem {
  try {
    scan();
  } catch (error) {
    if (error instanceof SyntaxProblem) return error;
  }
  throw new Error('no problem');
}

const H = '.0123456789ab';

describe('what a drawing needs', () => {
  it.each([
    ['<svg><use href="a.svg#b"/></svg>', 'a.svg#b'],
    ['<svg><use xlink:href="a.svg#b"/></svg>', 'a.svg#b'],
    ['<svg xmlns:l="http://www.w3.org/1999/xlink"><use l:href="a.svg#b"/></svg>', 'a.svg#b'],
    ['<s:svg><s:use href="a.svg#b"/></s:svg>', 'a.svg#b'],
    ["<svg><image href='a.png'/></svg>", 'a.png'],
    ['<svg><filter><feImage href="a.png"/></filter></svg>', 'a.png'],
    ['<svg><script href="a.js"/></svg>', 'a.js'],
    [
      '<svg><foreignObject><img xmlns="http://www.w3.org/1999/xhtml" src="a.png"/></foreignObject></svg>',
      'a.png',
    ],
    [
      '<svg><link xmlns="http://www.w3.org/1999/xhtml" rel="stylesheet" href="a.css"/></svg>',
      'a.css',
    ],
    ['<?xml version="1.0"?>\n<?xml-stylesheet type="text/css" href="a.css"?><svg/>', 'a.css'],
    ["<?xml-stylesheet href = 'a.css' ?><svg/>", 'a.css'],
  ])('%s', (svg, url) => {
    expect(found(svg)).toEqual([url]);
  });
});

describe('what it only points at', () => {
  it.each([
    ['<svg><a href="b.html"/></svg>'],
    ['<svg><linearGradient xlink:href="b.html"/></svg>'],
    ['<svg><textPath href="b.html"/></svg>'],
  ])('%s', (svg) => {
    expect(found(svg)).toEqual(['optional b.html']);
  });
});

describe('what is no reference', () => {
  it.each([
    ['an element of its own', '<svg><use href="#a"/></svg>'],
    ['data', '<svg><image href="data:image/png;base64,AAAA"/></svg>'],
    ['a comment', '<svg><!-- <image href="a.png"/> --></svg>'],
    ['text', '<svg><text><![CDATA[<image href="a.png"/>]]></text></svg>'],
    ['an attribute of another vocabulary', '<svg><image inkscape:href="a.png"/></svg>'],
    ['a name of a vocabulary', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['a template', '<svg><image href="{{ a }}.png"/></svg>'],
    [
      'a value with an entity of the document',
      '<!DOCTYPE svg [<!ENTITY a "b">]><svg><image href="&a;.png"/></svg>',
    ],
    ['an instruction below the root', '<svg><?xml-stylesheet href="a.css"?></svg>'],
    ['another instruction', '<?xml-model href="a.rng"?><svg/>'],
    [
      'a declaration',
      '<!DOCTYPE svg [<!ENTITY a "<image href=\'a.png\'/>"> <!-- " ]> --> <?x ]> ?>]><svg/>',
    ],
    ['the second of two attributes', '<svg><image href="#a" href="a.png"/></svg>'],
  ])('%s', (_, svg) => {
    expect(found(svg)).toEqual([]);
  });
});

describe('the place of a reference', () => {
  it.each([
    ['<svg><use href=" a.svg#b "/></svg>', `<svg><use href=" a${H}.svg#b "/></svg>`],
    ['<svg><use href="a&amp;b.svg"/></svg>', `<svg><use href="a&amp;b${H}.svg"/></svg>`],
    ['<svg><use href="a&#46;svg"/></svg>', `<svg><use href="a${H}&#46;svg"/></svg>`],
    [
      '\ufeff<?xml-stylesheet href="a.css"?><svg/>',
      `\ufeff<?xml-stylesheet href="a${H}.css"?><svg/>`,
    ],
    [
      '<!DOCTYPE svg [ ]><svg><use href="a.svg"/></svg>',
      `<!DOCTYPE svg [ ]><svg><use href="a${H}.svg"/></svg>`,
    ],
    [
      '<svg><image xlink:href="b.png" href="a.png"/></svg>',
      `<svg><image xlink:href="b${H}.png" href="a${H}.png"/></svg>`,
    ],
  ])('%s', (svg, rewritten) => {
    expect(withHashes(svg, scanSvg(svg))).toBe(rewritten);
  });
});

describe('CSS and JavaScript in a drawing', () => {
  it.each([
    [
      '<svg><style>a{fill:url(a.svg#b)}</style></svg>',
      `<svg><style>a{fill:url(a${H}.svg#b)}</style></svg>`,
    ],
    [
      '<svg><style><![CDATA[a{fill:url(a.svg)}]]></style></svg>',
      `<svg><style><![CDATA[a{fill:url(a${H}.svg)}]]></style></svg>`,
    ],
    [
      '<svg><style>a{fill:u<!-- b -->rl(a<![CDATA[.s]]>vg)}</style></svg>',
      `<svg><style>a{fill:u<!-- b -->rl(a<![CDATA[${H}.s]]>vg)}</style></svg>`,
    ],
    [
      '<svg><style>&#64;import "a&amp;b.css";</style></svg>',
      `<svg><style>&#64;import "a&amp;b${H}.css";</style></svg>`,
    ],
    ['<svg><g style="fill:url(a.svg#b)"/></svg>', `<svg><g style="fill:url(a${H}.svg#b)"/></svg>`],
    ['<svg><g fill="url(a.svg#b)"/></svg>', `<svg><g fill="url(a${H}.svg#b)"/></svg>`],
    [
      '<svg><g clip-path="url(&quot;a.svg#b&quot;)"/></svg>',
      `<svg><g clip-path="url(&quot;a${H}.svg#b&quot;)"/></svg>`,
    ],
    ['<svg><g marker-mid="url(a.svg#b)"/></svg>', `<svg><g marker-mid="url(a${H}.svg#b)"/></svg>`],
    [
      '<svg><script>if (a &lt; b) import("./a.js")</script></svg>',
      `<svg><script>if (a &lt; b) import("./a${H}.js")</script></svg>`,
    ],
    [
      '<svg><script type="module"><![CDATA[import "./a.js"]]></script></svg>',
      `<svg><script type="module"><![CDATA[import "./a${H}.js"]]></script></svg>`,
    ],
  ])('%s', (svg, rewritten) => {
    expect(withHashes(svg, scanSvg(svg))).toBe(rewritten);
  });

  it.each([
    ['CSS that is a comment', '<svg><style><!-- a{fill:url(a.svg)} --></style></svg>'],
    [
      'the content of a script that names a file',
      '<svg><script href="data:,">import("./a.js")</script></svg>',
    ],
    ['a style with a template in it', '<svg><style>a{fill:url(a.svg);color:{{ c }}}</style></svg>'],
    ['a style with an entity of the document', '<svg><style>a{fill:url(a.svg)} &b;</style></svg>'],
  ])('leaves alone %s', (_, svg) => {
    expect(found(svg)).toEqual([]);
  });

  it('says where it cannot be understood', () => {
    const code = 'a && import("./b.js"); "';
    const svg = `<svg><script>${code.replaceAll('&', '&amp;')}</script></svg>`;
    const offset = problemIn(() => scanJs(code)).offset + 2 * '&amp;'.length - '&&'.length;
    expect(problemIn(() => scanSvg(svg)).offset).toBe('<svg><script>'.length + offset);
  });

  it.each(['fill="', 'fill="&amp;', 'style="fill:'])('says where, behind %s', (before) => {
    const svg = `<svg><g ${before}u\\72l(a.svg)"/></svg>`;
    expect(problemIn(() => scanSvg(svg)).offset).toBe(svg.indexOf('u\\72'));
  });
});

describe('a file that breaks off inside markup is refused, and told where', () => {
  it.each([
    ['<svg><image href="a.png', 5],
    ['<svg><image href="a.png"', 5],
    ['<svg></svg', 5],
    ['<svg><', 5],
    ['<svg><!-- <image/>', 5],
    ['<svg><![CDATA[ ', 5],
    ['<?xml version="1.0"', 0],
    ['<!DOCTYPE svg [ <!ENTITY a "]>', 2],
  ])('%s', (svg, offset) => {
    expect(() => scanSvg(svg)).toThrow(SyntaxProblem);
    expect(() => scanSvg(svg)).toThrow(expect.objectContaining({ offset }));
  });
});

/** Documents that any parser takes. */
const content = fc.letrec<{ content: string }>((tie) => ({
  content: fc
    .array(
      fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(
          ...[
            '<use href="u.svg#a"/>',
            "<image xlink:href = 'i.png'\n/>",
            '<a href="l&amp;.html?a=b"/>',
          ],
          ...[
            '<!-- <use href="n.svg"/> -->',
            '<![CDATA[<use href="n.svg"/>]]>',
            '&lt;use href="n.svg"/&gt;',
          ],
          ...[
            '<?x <use href="n.svg"/> ?>',
            '<use href="#n"/>',
            '<path d=">"/>',
            'text',
            '<script href="s.js"/>',
          ],
        ),
        fc
          .tuple(fc.constantFrom('g', 'a href="b.html"', 'style type="x"', 'title'), tie('content'))
          .map(([tag, text]) => `<${tag}>${text}</${tag.split(' ')[0] ?? ''}>`),
      ),
      { maxLength: 5 },
    )
    .map((parts) => parts.join('')),
})).content;

it('finds what an XML parser finds, and rewrites that and nothing else', () => {
  fc.assert(
    fc.property(content, (text) => {
      const root =
        'svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
      const svg = `<?xml-stylesheet href="p.css"?><${root}>${text}</svg>`;
      const references = scanSvg(svg);
      const seen = linksOf(svg);
      expect(references.map(({ url }) => url).toSorted()).toEqual(seen.toSorted());
      expect(linksOf(withHashes(svg, references))).toEqual(seen.map(hashedUrl));
    }),
    { numRuns: 500 },
  );
});

function linksOf(svg: string): string[] {
  return linksInSvg(svg)
    .map(({ url }) => url)
    .filter((url) => !url.startsWith('#'));
}

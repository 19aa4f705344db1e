import { describe, expect, it } from 'vitest';
import { scanCss, scanCssDeclarations } from '../../../../src/processors/rewrite/css.ts';
import { SyntaxProblem } from '../../../../src/processors/rewrite/reference.ts';
import { mark, withoutMarks } from '../../../support/marked.ts';

const urls = (text: string) => scanCss(text).map(({ url }) => url);
const needs = (text: string) => scanCss(text).map(({ url, need }) => `${url} ${need}`);

it.each([
  ['a url', 'a{background:url(«i/a.png»)}'],
  ['a url in quotes', `a{background:url("«a.png»") url('«b (1).png»')}`],
  [
    'a url with blanks, outside and inside its quotes',
    'a{b:url(\t«a.png»\r\n) url( " «b.png» " )}',
  ],
  ['whatever the case', 'a{b:URL(«a.png») Url("«b.png»")}@IMPORT "«c.css»"'],
  ['with its query and fragment', 'a{src:url(«f.eot?#iefix») url("«f.svg?v=1#x»")}'],
  [
    'an absolute one',
    'a{b:url(«/static/a.png») url(«https://e.example/a.png») url(«//e.example/a»)}',
  ],
  ['next to what follows', 'a{b:url(«a.png»)no-repeat,url(«b.png»);c:url(«d.png»)}'],
  ['one in a custom property', ':root{--icon:url(«a.png»);--set:{x:url(«b.png»)}}'],
  ['one of a nested rule', 'a{&:hover{b:url(«a.png»)}@media x{c:url(«b.png»)}d:url(«e.png»)}'],
  ['one after an at-rule without a block', '@layer a;b{c:url(«d.png»)}'],
  [
    'a font, and not its format or local name',
    '@font-face{src:local("x"),url(«f.woff2») format("woff2")}',
  ],
  ['one with modifiers', 'a{b:url("«a.png»" crossorigin(anonymous))}'],
  ['src()', 'a{b:src("«a.png»") src( /* x */ "«b.png»")}'],
  ['what src() does not say literally, not at all', 'a{b:src(var(--x)) src(attr(y "z"))}'],
  [
    'imports of every form',
    `@import "«a.css»";@import'«b.css»'screen;@import url(«c.css») layer(x);@import/**/url( "«d.css»" )`,
  ],
  ['no condition of an import', '@import "«a.css»" supports(background: url(n.png)) screen;'],
  [
    'image-set()',
    'a{b:image-set("«a.png»" 1x, url(«b.png») type("image/png") 2x,"«c.png»" type("x"))}',
  ],
  [
    '-webkit-image-set()',
    "a{b:-webkit-image-set(url('«a.png»') 1x,linear-gradient(red,blue) 2x, '«b.png»' 3x)}",
  ],
])('finds %s', (_, text) => {
  expect(mark(scanCss, withoutMarks(text))).toBe(text);
});

it.each([
  ['comments', '/* url(a.png) @import "b.css" */ a{/*url(c.png)*/b:c/*"*/}'],
  ['strings', `a{content:"url(a.png)" '@import "b.css"';quotes:"x.png"}`],
  ['what carries its own content', 'a{b:url(data:image/png;base64,AA==) url(" DATA:x")}'],
  [
    'fragments, and queries of the file itself',
    'a{b:url(#a) url("#b") url(?c) url() url("") url( )}',
  ],
  ['variables', 'a{b:url(var(--x));c:var(--y);d:image-set(var(--z, "a.png") 1x)}'],
  ['namespaces', '@namespace url(http://a.example/);@namespace svg "b"; c{d:e}'],
  ['character sets', '@charset "utf-8";a{}'],
  [
    'conditions of rules',
    '@supports (background:url(a.png)) and (b:{c:url(d)}) {e{f:g}}@document url(h){i{}}',
  ],
  ['behaviors, which belong to the page', 'a{behavior:url(pie.htc);-ms-behavior:url(b.htc)}'],
  [
    'places of a template engine',
    `a{b:url("{% static 'x.png' %}") url("{{ y }}") url('<%= z %>')}`,
  ],
  ['selectors', 'a[href="x.css"],a[b="url(c)"]{}'],
  [
    'names that only end like them',
    'a{b:my-url("a.png") xsrc("b.png");c:image-set-x("d")}@imported "e"',
  ],
])('leaves %s alone', (_, text) => {
  expect(scanCss(text)).toEqual([]);
});

describe('with escapes', () => {
  it.each([
    ['a\\2e png', 'a.png'],
    ['a\\00002epng', 'a.png'],
    ['\\(1\\).png', '(1).png'],
    ['\\e9\r\n.png', 'é.png'],
    ['\\1F600 .png', '😀.png'],
    ['\\😀.png', '😀.png'],
    ['\\0.png\\d800', '�.png�'],
  ])('understands url(%s)', (raw, url) => {
    const text = `a{b:url(${raw}) url("${raw}")}`;
    expect(urls(text)).toEqual([url, url]);
    expect(scanCss(text).map(({ start, end }) => text.slice(start, end))).toEqual([raw, raw]);
  });

  it('understands a string over several lines', () => {
    expect(urls('a{b:url("a\\\n\\\r\n.png")}@import "c\\\f.css"')).toEqual(['a.png', 'c.css']);
  });

  it('says where each character begins', () => {
    const [one] = scanCss('a{b:url(\\1F600 \\2epng)}');
    expect(one).toMatchObject({ start: 8, end: 21, url: '😀.png' });
    expect(one?.offsets).toEqual([8, 8, 15, 18, 19, 20]);
  });

  it('knows names that are written with them', () => {
    expect(urls('@\\69mport "a.css";b{c:\\69mage-set("d.png" 1x)}')).toEqual(['a.css', 'd.png']);
  });

  it('refuses a url() whose name has some, as where that ends is not sure', () => {
    expect(() => scanCss('a{b:c;d:u\\72l(x.png)}')).toThrow(SyntaxProblem);
    expect(() => scanCss('a{b:c;d:u\\72l(x.png)}')).toThrow(expect.objectContaining({ offset: 8 }));
  });
});

describe('where something is wrong', () => {
  it.each([
    [
      'goes on after a url that is none',
      'a{b:url(c d.png) url(e"f.png) url(g(h.png);i:url(«j.png»)}',
    ],
    ['goes on in the line after an open string', 'a{b:"url(c.png)\n;d:url(«e.png»)}'],
    ['believes brackets more than semicolons', 'a{b:(;@import "c.css";)}d{e:url(«f.png»)}'],
    ['reads to the end what is not closed: a url', 'a{b:url(«c.png»'],
    ['reads to the end what is not closed: a string', '@import "«c.css»'],
    ['reads to the end what is not closed: a string with an escaped quote', `@import '«c.css\\'»`],
    ['reads to the end what is not closed: a comment', 'a{b:url(«c.png»)}/* url(d.png)'],
    ['takes no import for one that stands in a value', 'a{b:@import "c.css";d:url(«e.png»)}'],
    [
      'takes no import for one after a semicolon between rules',
      'x;@import "a.css";b{c:url(«d.png»)}',
    ],
    ['ignores brackets that were never opened', ')}]@import "a.css";b{c:url(«d.png»)}'],
  ])('%s, as a browser does', (_, text) => {
    expect(mark(scanCss, withoutMarks(text))).toBe(text);
  });

  it('refuses a wrong url with escapes, as where that ends is not sure', () => {
    const text = 'a{b:url(c"\\x);d:"url(e.png)"}';
    expect(() => scanCss(text)).toThrow(
      expect.objectContaining({ name: 'SyntaxProblem', offset: 4 }),
    );
  });

  it('reads a null as a browser does', () => {
    expect(urls('a{b:url(c\0.png) "\\\0" url(d.png)}')).toEqual(['c�.png', 'd.png']);
  });
});

describe('an import', () => {
  it('must exist where a browser fetches it', () => {
    expect(needs('@charset "x";@layer a;@import "a.css";<!-- --> @import "b.css"')).toEqual([
      'a.css required',
      'b.css required',
    ]);
  });

  it('need not exist where a browser ignores it: behind rules, or inside of one', () => {
    expect(needs('a{}@import "b.css"')).toEqual(['b.css optional']);
    expect(needs('@font-face{}@import url(b.css)')).toEqual(['b.css optional']);
    expect(needs('@namespace x "y";@import url("b.css")')).toEqual(['b.css optional']);
    expect(needs('@layer a{}@import "b.css"')).toEqual(['b.css optional']);
    expect(needs('@media x{@import "b.css";c{d:url(e.png)}}')).toEqual([
      'b.css optional',
      'e.png required',
    ]);
  });
});

describe('a style attribute', () => {
  it('has declarations', () => {
    const text = 'background:url(«a.png»);b:image-set("«c.png»" 1x);behavior:url(d);e:url(«f.png»)';
    expect(mark(scanCssDeclarations, withoutMarks(text))).toBe(text);
  });

  it('imports nothing', () => {
    expect(scanCssDeclarations('@import "a.css";b:c')).toEqual([]);
  });
});

it('takes every URL for a path, as a stylesheet knows no packages', () => {
  const all = scanCss('@import "x.css";a{b:url(y.png)}/*# sourceMappingURL=z.map */');
  expect(all.map(({ bare }) => bare)).toEqual(['path', 'path', 'path']);
});

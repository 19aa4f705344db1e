import { describe, expect, it } from 'vitest';
import { scanJs } from '../../../../src/processors/rewrite/js.ts';
import { mark, withoutMarks } from '../../../support/marked.ts';

const needs = (text: string) => scanJs(text).map(({ url, need }) => `${url} ${need}`);

it.each([
  ['imports', `import a, {b as c} from "«./a.js»";import*as d from'«/d.js»';import"«../e.js»"`],
  ['imports over several lines', 'import {\n  a, // "x"\n  b\n} /* y */ from /* z */ "«./a.js»"'],
  ['imports with attributes', 'import a from "«./a.json»" with { type: "json" }'],
  ['imports in phases', 'import defer * as a from "«./a.js»";import source b from "«./b.wasm»"'],
  [
    'exports from elsewhere',
    `export * from "«./a.js»";export*as b from'«./b.js»';export {c}from"«./c.js»"`,
  ],
  ['dynamic imports', `import("«./a.js»");import( '«./b.js»' , {with: {}});import(\`«./c.js»\`)`],
  ['dynamic imports with comments', 'import(/* webpackChunkName: "x" */ "«./a.js»" // y\n)'],
  ['dynamic imports in classic scripts', 'var a=function(){return import("«./a.js»")}'],
  ['dynamic imports in dynamic imports', 'import("«./a.js»", import("«./b.js»"))'],
  [
    'dynamic imports in templates',
    '`${import("«./a.js»")} import("b") ${`${import("«./c.js»")}`}`',
  ],
  [
    'URLs from the script on',
    `new URL("«a.png»", import.meta.url);new URL('«./b»',import.meta.url,)`,
  ],
  [
    'URLs with comments and blanks',
    'new URL( /* @vite-ignore */ `«a.png»` , import . meta\n.url )',
  ],
  [
    'URLs in other names',
    'new globalThis.URL("«a.png»",import.meta.url);new self.URL("«b.png»",import.meta.url)',
  ],
  ['workers by such a URL', 'new Worker(new URL("«./w.js»", import.meta.url), {type: "module"})'],
  [
    'what import.meta resolves',
    'import.meta.resolve("«./a.js»");import . meta . resolve ( \'«b»\' )',
  ],
  [
    'scripts of a worker by absolute paths',
    'importScripts("«/a.js»", \'«/b.js»\');self.importScripts("«/c.js»")',
  ],
  ['workers by absolute paths', 'new Worker("«/w.js»",{});new SharedWorker("«/s.js»")'],
])('finds %s', (_, text) => {
  expect(mark(scanJs, withoutMarks(text))).toBe(text);
});

it.each([
  ['comments', '/* import("a") */ // import "b"\nx=1/* " */;/*\nnew URL("c", import.meta.url)*/'],
  ['strings', `x="import('a')"+'new URL("b", import.meta.url)'+"import \\"c\\""`],
  ['templates', '`import("a") ${b} new URL("c", import.meta.url) \\` ${`import("d")`}`'],
  [
    'regular expressions',
    'x=/import("a")/.test(y);z(/["`]/,/[/"]/g);w=/\\/new URL("a",import.meta.url)/',
  ],
  [
    'arguments that are put together',
    'import("./a"+b);import(`./${c}.js`);import(d);import(e?"f":"g")',
  ],
  [
    'URLs from elsewhere on',
    'new URL("a",document.baseURI);new URL("b");new URL("c",import.meta.url+"d")',
  ],
  [
    'URLs from what only begins like the script',
    'new URL("a",import.meta.urls);new URL("b",import.meta.url.c)',
  ],
  ['other constructors', 'new MyURL("a",import.meta.url);new URLPattern("b",import.meta.url)'],
  ['other ways to resolve', 'import.meta.resolver("a");x.resolve("b");import.meta.resolve("c"+d)'],
  [
    'relative URLs of workers, as the page decides',
    'new Worker("w.js");importScripts("./a.js","../b.js")',
  ],
  [
    'properties of these names',
    'a.import("b");c?.import("d");e.importScripts("/f");g.new.URL;({import:1})',
  ],
  ['methods of these names', 'class A{import(a){}static importScripts(b){}}'],
  [
    'names that only end like them',
    '$importScripts("/a");éimportScripts("/b");xnew\nURL("c",import.meta.url)',
  ],
  ['what carries its own content', 'import("data:text/javascript,1");import "data:,"'],
  [
    'what registers a service worker, as its address is fixed',
    'navigator.serviceWorker.register("/sw.js")',
  ],
  [
    'what registers one by a URL from its own',
    'navigator.serviceWorker.register(new URL("off.js",import.meta.url));navigator.serviceWorker?.register(\n  new window.URL( "./b.js",import.meta.url),{type:"module"})',
  ],
  ['what fetches', 'fetch("/a.json")'],
  [
    'regular expressions after a bracket, where each guess finds one import, but not the same',
    'while(`a${(function(){{function h(){}}/import("e")/g;})}"b${(d={}/1,/import("e")/g)}`)/[`]/.exec(3);',
  ],
])('leaves %s alone', (_, text) => {
  expect(scanJs(text)).toEqual([]);
});

describe('a string with escapes', () => {
  it.each([
    ['./\\x61\\u0062\\u{63}.js', './abc.js'],
    ['./\\u{1F600}\\ud83d\\ude00.js', './😀😀.js'],
    ['./a\\\n\\\r\n.\\js', './a.js'],
    ['./\\\'\\"\\\\.js', './\'"\\.js'],
  ])('means what JavaScript says: %s', (raw, url) => {
    const text = `import("${raw}")`;
    expect(scanJs(text)).toMatchObject([{ url, start: 8, end: 8 + raw.length }]);
  });

  it('says where each character begins', () => {
    const [one] = scanJs('import "\\u{1F600}\\x2ejs"');
    expect(one?.offsets).toEqual([8, 8, 17, 21, 22]);
  });
});

it('tells packages from paths', () => {
  const all = scanJs(
    'import "a";export * from "b";import("c");import.meta.resolve("d");new URL("e.js",import.meta.url)',
  );
  expect(all.map(({ url, bare }) => url + ' ' + bare)).toEqual([
    'a package',
    'b package',
    'c package',
    'd package',
    'e.js path',
  ]);
});

it('does not insist on what may be a directory or the front of other URLs', () => {
  const url = (path: string) => `new URL("${path}",import.meta.url);`;
  expect(
    needs(['./a.wasm', '.', './', '../b/', './v1.2/c', 'd.', 'e.png?x=1#y.z'].map(url).join('')),
  ).toEqual([
    './a.wasm required',
    '. optional',
    './ optional',
    '../b/ optional',
    './v1.2/c optional',
    'd. optional',
    'e.png?x=1#y.z required',
  ]);
  expect(needs('import.meta.resolve("./a/");import("./b")')).toEqual([
    './a/ optional',
    './b required',
  ]);
});

it('does not insist on scripts of workers', () => {
  expect(needs('new Worker("/a.js");importScripts("/b.js")')).toEqual([
    '/a.js optional',
    '/b.js optional',
  ]);
});

describe('lines that only some take for comments', () => {
  it.each([
    ['the first line', '#!/usr/bin/env import("a")\nimport("«./b.js»")'],
    ['old marks around a script', '<!-- import("a")\nimport("«./b.js»")\n  --> import("c")'],
  ])('leaves %s alone', (_, text) => {
    expect(mark(scanJs, withoutMarks(text))).toBe(text);
  });

  it('knows that modules have no such marks', () => {
    const text = 'import "«./a.js»";`\n<!-- ${import("«./b.js»")} -->`';
    expect(mark(scanJs, withoutMarks(text))).toBe(text);
  });
});

describe('what takes a parser to tell', () => {
  it.each([
    [
      'regular expressions behind blocks',
      '{{}/import("a")/g}label:{}/[`]import("b")/.test(import("«./c.js»"))',
    ],
    ['divisions behind functions', 'x=function(){}/import("«./a.js»")/1;y="import(\'b\')"'],
    [
      'divisions behind objects',
      'x={a:{}/import("«./a.js»")/1};function f(){return{}/import("«./b.js»")/1}',
    ],
    [
      'regular expressions behind exports',
      'export{};/"/;export class A{}/import("a")/g;export*from"«./b.js»"',
    ],
    ['comments that end in odd ways', '// `\u2028import("«./a.js»");`import("b")`'],
    [
      'what only a parser accepts',
      'x=new URL("\\8",y);importScripts("«/a.js»");with(a)import("«./b.js»")',
    ],
    ['comments of old', '{{}/"/g}\n<!-- ` import("a")\nimport("«./b.js»")'],
    [
      'all kinds, then',
      `{{}/"/g};import a from"«./a.js»";export*from"«./b.js»";new self.URL('«./c.js»',import.meta.url);import.meta.resolve("«./d.js»");new Worker("«/e.js»");self.importScripts("«/f.js»");\n//# sourceMappingURL=«g.map»`,
    ],
  ])('finds %s', (_, text) => {
    expect(mark(scanJs, withoutMarks(text))).toBe(text);
  });
});

it('takes a byte order mark, and any blank, for a blank', () => {
  const text = '\ufeffimport "«./a.js»";import\u3000(\ufeff"«./b.js»"\u2009)';
  expect(mark(scanJs, withoutMarks(text))).toBe(text);
});

describe('a script that cannot be read', () => {
  it.each([
    ['with an open string', 'import("a");\n"'],
    ['with an open template', 'import("a");`${'],
    ['with an open bracket', 'import("a");('],
    ['with markup in it', `x=<a b="it's">import("c")</a>;'`],
  ])('%s is refused', (_, text) => {
    expect(() => scanJs(text)).toThrow(expect.objectContaining({ name: 'SyntaxProblem' }));
  });

  it('is refused at the place', () => {
    expect(() => scanJs('import("a");\n) "b"')).toThrow(expect.objectContaining({ offset: 13 }));
  });

  it('is no problem where nothing in it could be a reference', () => {
    expect(scanJs("x = <a>it's</a>; <!-- ` importance of exports")).toEqual([]);
  });
});

// How long the scanners of pages, drawings, manifests and import maps take for 5 MB that were made to be slow.
import { scanHtml } from '../src/processors/rewrite/html.ts';
import { scanImportMap } from '../src/processors/rewrite/import-map.ts';
import { scanSvg } from '../src/processors/rewrite/svg.ts';
import { scanWebManifest } from '../src/processors/rewrite/web-manifest.ts';

const size = 5_000_000;

/** The piece over and over. */
function fill(piece: string, length = size): string {
  return piece.repeat(Math.ceil(length / piece.length));
}

/** Pieces that all differ. */
function count(piece: (i: number) => string): string {
  const pieces: string[] = [];
  for (let length = 0, i = 0; length < size; i += 1) {
    const next = piece(i);
    pieces.push(next);
    length += next.length;
  }
  return pieces.join('');
}

const pages: Readonly<Record<string, string>> = {
  'elements in elements': fill('<div>'),
  'elements nobody knows': count((i) => `<x${i}>`),
  'end tags of nothing': fill('</a x=">">'),
  'end tags without end': fill('</a '),
  'a tag of attributes': `<a ${count((i) => `a${i} `)}>`,
  'an attribute again and again': `<img ${fill('src=a ')}>`,
  'a list of pictures': `<img srcset="${fill('a, ')}">`,
  'a list of pictures with references': `<img srcset="${fill('&amp; 1x,')}">`,
  'a list of parentheses': `<img srcset="${fill('a (')}">`,
  'a list of commas': `<img srcset="${fill(',')}">`,
  'a value of references': `<a href="${fill('&amp')}">`,
  'a value of ampersands': `<a href="${fill('&')}">`,
  'values of references': fill('<a href=&notit;>'),
  'a URL of lines': `<a href="a${fill('\n')}b">`,
  'marks of templates': `<img srcset="${fill('{{ ')}">`,
  'less-than signs': fill('<'),
  'comments without end': fill('<!--'),
  'a comment that nearly ends': `<!--${fill('--!')}`,
  'scripts in a script': `<script>${fill('<!--<script>')}`,
  'a script that nearly ends': `<script>${fill('</scrip')}`,
  'empty scripts': fill('<script></script>'),
  'titles without end': fill('<title>'),
  'empty noscripts': fill('<noscript></noscript>'),
  'a noscript of pictures': `<noscript>${fill('<img src=a>')}</noscript>`,
  'a page in an attribute': `<iframe srcdoc="${fill('<img src=a>')}">`,
  'CDATA without end': `<svg>${fill('<![CDATA[')}`,
  'CDATA that is none': fill('<![CDATA[>'),
  'empty CDATA in a style': `<svg><style>${fill('<![CDATA[]]>')}`,
  'SVG in SVG': fill('<svg>'),
  'end tags of nothing in SVG': `<svg>${fill('<g>', size / 2)}${fill('</x>', size / 2)}`,
  'HTML in SVG in HTML': fill('<svg><foreignObject>'),
  'SVG that HTML ends': fill('<svg><div>'),
  'elements in a style': `<svg><style>${fill('<a>')}`,
  styles: fill('<style>a{}</style>'),
  'styles of elements': fill('<a style="color:red">'),
  pictures: fill('<img src=a.png>'),
  stylesheets: fill('<link rel=stylesheet href=a.css integrity=x>'),
  links: fill('<a href="x.html">'),
  'meta elements': fill('<meta property=og:image content=a>'),
  'a list of relations': `<link href=a rel="${fill('a ')}">`,
  text: fill('lorem ipsum '),
};

const drawings: Readonly<Record<string, string>> = {
  'elements in elements': fill('<g>'),
  'a tag of attributes': `<a ${count((i) => `a${i}="" `)}/>`,
  'a tag of vocabularies': `<a ${count((i) => `xmlns:a${i}="http://www.w3.org/1999/xlink" `)}/>`,
  uses: fill('<use href="a.svg#b"/>'),
  'a value of references': `<use href="${fill('&amp;')}"/>`,
  'empty CDATA in a style': `<style>${fill('<![CDATA[]]>')}</style>`,
  'a style of references': `<style>${fill('&amp;')}</style>`,
  'paints of its own': fill('<g fill="url(#a)"/>'),
  'paints of another file': fill('<g fill="url(a.svg#a)"/>'),
  stylesheets: fill('<?xml-stylesheet href="a"?>'),
  'a stylesheet without one': `<?xml-stylesheet ${fill(' href  ')}?>`,
  'instructions without end': fill('<?'),
  'comments without end': fill('<!--'),
  'CDATA without end': fill('<![CDATA['),
  'document types without end': fill('<!DOCTYPE svg ['),
  'a document type of quotes': `<!DOCTYPE svg [${fill('"')}`,
  'a path': `<path d="${fill('M1 1 ')}"/>`,
};

const manifests: Readonly<Record<string, string>> = {
  'lists in lists': fill('['),
  'objects in objects': fill('{"a":'),
  'deep strings': `${'['.repeat(900)}${fill('"a",')}1${']'.repeat(900)}`,
  icons: `{"icons":[${fill('{"src":"a.png"},')}1]}`,
  'an icon of escapes': `{"icons":[{"src":"${fill('\\u0041')}"}]}`,
  blanks: `[${fill(' ')}]`,
  'a late mistake': `[${fill('1,')}]`,
};

const importMaps: Readonly<Record<string, string>> = {
  modules: `{"imports":{${count((i) => `"./a${i}":"./b",`)}"a":"./b"}}`,
  hashes: `{"integrity":{${count((i) => `"./a${i}":"sha384-b",`)}"./a":"b"}}`,
};

function measure(scan: (text: string) => unknown, text: string): number {
  const times = [0, 1, 2].map(() => {
    const start = performance.now();
    try {
      scan(text);
    } catch {
      // refused, which takes its time as well
    }
    return performance.now() - start;
  });
  return Math.round(Math.min(...times));
}

for (const [title, scan, inputs] of [
  ['pages', scanHtml, pages],
  ['drawings', scanSvg, drawings],
  ['web app manifests', scanWebManifest, manifests],
  ['import maps', scanImportMap, importMaps],
] as const) {
  process.stdout.write(`\n${title}: the fastest of three, in ms\n`);
  for (const [name, text] of Object.entries(inputs)) {
    process.stdout.write(`${String(measure(scan, text)).padStart(6)}  ${name}\n`);
  }
}

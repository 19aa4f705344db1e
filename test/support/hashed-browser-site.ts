import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSite, type Site } from './create-site.ts';
import { packageDir } from './packages.ts';

/** Packages whose files the page loads: fonts, pictures, circles of modules, modules that load others late. */
export const shownPackages = [
  '@popperjs/core@2.11.8',
  'font-awesome@4.7.0',
  'jquery-ui-dist@1.13.3',
  'katex@0.19.1',
  'lodash-es@4.18.1',
  'slick-carousel@2.0.0',
];

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Hashed</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="css/site.css?v=1">
    <link rel="modulepreload" href="js/circle-a.js">
    <script type="importmap">
      { "imports": {
        "lodash-es": "./vendor/lodash-es/lodash.js",
        "popper": "./vendor/popper/dist/esm/index.js",
        "./js/mapped.js": "./js/other.js"
      } }
    </script>
    <script type="module" src="js/main.js"></script>
  </head>
  <body>
    <p><i class="fa fa-check">.</i> <span class="katex">a</span> <span class="slick-next">b</span></p>
    <p class="ui-widget-content"><span class="ui-icon ui-icon-check"></span></p>
    <div id="set">.</div>
    <img id="candidates" alt="" width="1" src="img/first.png" srcset="img/first.png 2x, img/a%20b,%20%C3%A9.png 1x">
    <picture><source srcset="img/a%20b,%20%C3%A9.png 1x, img/first.png 3x"><img alt="" src="img/first.png"></picture>
    <svg width="1" height="1"><use href="img/icons.svg#dot"></use></svg>
    <template><img src="img/first.png"></template>
  </body>
</html>
`;

const files = {
  'index.html': page,
  'css/site.css': `@import url("base.css") screen;
@import '../vendor/font-awesome/css/font-awesome.css';
@import url(../vendor/katex/dist/katex.css);
@import "../vendor/slick-carousel/slick/slick-theme.css";
@import "../vendor/jquery-ui-dist/jquery-ui.css";
/* @import "no.css"; url(no.png) */
#set { background: image-set("../img/a b, é.png" 1x, url(../img/first.png) 3x); content: "url(no.png)" }
`,
  'css/base.css': '@import "base-too.css";\nbody { margin: 1px }\n',
  'css/base-too.css': 'body { padding: 3px; background: url("../img/ti\\6c e.svg#x") }\n',
  'img/icons.svg':
    '<svg xmlns="http://www.w3.org/2000/svg"><rect id="dot" width="1" height="1"/></svg>\n',
  'img/tile.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>\n',
  'js/main.js': `import { a } from './circle-a.js';
import { add } from 'lodash-es';
import { createPopper } from 'popper';
import { mapped } from './mapped.js';

const { late } = await import(/* "./no.js" */ './late.js?v=2');
const answer = (url, options) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(url, options);
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = () => reject(new Error('the worker ends'));
  });
window.report = {
  circle: a(),
  sum: add(1, 2),
  popper: typeof createPopper,
  mapped,
  late: await late(),
  worker: await answer(new URL('./worker.js', import.meta.url), { type: 'module' }),
  data: await (await fetch(new URL("../data/a.json", import.meta.url))).json(),
};
`,
  'js/circle-a.js': `import { b } from './circle-b.js';
export const word = 'round';
export const a = () => b();
`,
  'js/circle-b.js': `import { word } from './circle-a.js';
import { c } from './circle-c.js';
import * as self from './circle-b.js';
export const b = () => [word, c(), typeof self.b].join(' ');
`,
  'js/circle-c.js': `export const c = () => 'and';
import './circle-a.js';
`,
  'js/late.js': "export const late = async () => (await import('./later.js')).later;\n",
  'js/later.js': "import './late.js';\nexport const later = 'later';\n",
  'js/mapped.js': "export const mapped = 'not this';\n",
  'js/other.js': "export const mapped = 'the other';\n",
  'js/worker.js': "import { word } from './circle-a.js';\npostMessage(`from a worker: ${word}`);\n",
  'data/a.json': '{ "is": "data" }\n',
};

/** One red pixel, and one that takes more bytes. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==',
  'base64',
);

/** A page that loads its files in all ways there are, collected under hashed names alone: any other name is an error. */
export function createHashedSite(
  packages: Site,
  s3: Readonly<Record<string, unknown>>,
): Promise<Site> {
  const vendor = shownPackages.map((specifier) => {
    const dir = packageDir(packages, specifier);
    const { name } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as {
      name: string;
    };
    return { dir, prefix: `vendor/${name === '@popperjs/core' ? 'popper' : name}` };
  });
  const config = { sources: ['static', ...vendor], backend: 's3', s3, hash: { keep: 'hashed' } };
  return createSite({
    'collect.config.json': JSON.stringify(config, undefined, 2),
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`static/${name}`, text])),
    'static/img/first.png': png,
    'static/img/a b, é.png': Buffer.concat([png, Buffer.from('more')]),
  });
}

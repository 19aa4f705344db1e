import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createSite } from './create-site.ts';
import type { Site } from './create-site.ts';

const require = createRequire(import.meta.url);
const bootstrap = packageDir('bootstrap');
const fontAwesome = packageDir('font-awesome');
const alpine = packageDir('alpinejs');

// A template asks for hashed or unhashed names through collect-static; this page is written by hand.
const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Collected</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="vendor/bootstrap/css/bootstrap.min.css">
    <link rel="stylesheet" href="vendor/font-awesome/css/font-awesome.min.css">
    <link rel="stylesheet" href="css/site.css">
    <script type="module" src="js/main.js"></script>
  </head>
  <body class="container">
    <h1>Grüße, 世界</h1>
    <p><i class="fa fa-check"></i> <span class="own">&#xf00c;</span></p>
    <p id="alpine" x-data="{ word: 'alive' }" x-text="word">dead</p>
    <img src="img/logo.svg" alt="" width="20" height="20">
    <img src="img/dot.png" alt="" width="20" height="20">
  </body>
</html>
`;

const style = `@font-face {
  font-family: 'Own Icons';
  src: url('../fonts/own icons.woff2') format('woff2');
}
.own { font-family: 'Own Icons'; }
h1 { background-image: url('../img/tile.svg'); }
`;

const main = `import Alpine from '../vendor/alpinejs/module.esm.min.js';
import { greeting } from './greeting.mjs';

const { late } = await import('./late.js');
Alpine.start();
window.report = { greeting, late };
`;

const svg = (color: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20" fill="${color}"/></svg>\n`;

/** One red pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==',
  'base64',
);

/** What the page asks for, page included: name below the location → media type it must come with. */
export const requested: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'css/site.css': 'text/css; charset=utf-8',
  'fonts/own icons.woff2': 'font/woff2',
  'img/dot.png': 'image/png',
  'img/logo.svg': 'image/svg+xml; charset=utf-8',
  'img/tile.svg': 'image/svg+xml; charset=utf-8',
  'js/greeting.mjs': 'text/javascript; charset=utf-8',
  'js/late.js': 'text/javascript; charset=utf-8',
  'js/main.js': 'text/javascript; charset=utf-8',
  'vendor/alpinejs/module.esm.min.js': 'text/javascript; charset=utf-8',
  'vendor/bootstrap/css/bootstrap.min.css': 'text/css; charset=utf-8',
  'vendor/font-awesome/css/font-awesome.min.css': 'text/css; charset=utf-8',
  'vendor/font-awesome/fonts/fontawesome-webfont.woff2': 'font/woff2',
};

/** A small site of its own files and three real packages, with a config that collects it into `s3`. */
export function createBrowserSite(s3: Readonly<Record<string, unknown>>): Promise<Site> {
  const config = {
    sources: [
      'static',
      { dir: join(bootstrap, 'dist'), prefix: 'vendor/bootstrap', include: ['css/*.min.css*'] },
      { dir: fontAwesome, prefix: 'vendor/font-awesome', include: ['css/*.min.css', 'fonts/*'] },
      { dir: join(alpine, 'dist'), prefix: 'vendor/alpinejs', include: ['module.*.js'] },
    ],
    backend: 's3',
    s3,
  };
  return createSite({
    'collect.config.json': JSON.stringify(config, undefined, 2),
    'static/index.html': page,
    'static/css/site.css': style,
    'static/fonts/own icons.woff2': readFileSync(
      join(fontAwesome, 'fonts', 'fontawesome-webfont.woff2'),
    ),
    'static/img/dot.png': png,
    'static/img/logo.svg': svg('green'),
    'static/img/tile.svg': svg('orange'),
    'static/js/main.js': main,
    'static/js/greeting.mjs': `export const greeting = 'hello from a module';\n`,
    'static/js/late.js': `export const late = 'and from a late one';\n`,
  });
}

function packageDir(name: string): string {
  return dirname(require.resolve(`${name}/package.json`));
}

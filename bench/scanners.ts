// How long each scanner takes for 5 MB that were made to be slow, in CPU time: other programs count for nothing.
import { scanCss } from '../src/processors/rewrite/css.ts';
import { rewriteText, type DjangoEngine } from '../src/processors/rewrite/django/rewrite-text.ts';
import { scanHtml } from '../src/processors/rewrite/html.ts';
import { scanImportMap } from '../src/processors/rewrite/import-map.ts';
import { parseJs } from '../src/processors/rewrite/js-parser.ts';
import { scanJs } from '../src/processors/rewrite/js.ts';
import { findJsMapComment } from '../src/processors/rewrite/source-map.ts';
import { scanSvg } from '../src/processors/rewrite/svg.ts';
import { scanWebManifest } from '../src/processors/rewrite/web-manifest.ts';
import { doubtfulScripts, scripts, stylesheets } from './slow-code.ts';
import { drawings, importMaps, manifests, pages } from './slow-markup.ts';

const scanners: Readonly<Record<string, Scanner>> = {
  stylesheets: [scanCss, stylesheets],
  scripts: [scanJs, scripts],
  'scripts for the parser': [(text) => parseJs(text, findJsMapComment(text)), doubtfulScripts],
  pages: [scanHtml, pages],
  drawings: [scanSvg, drawings],
  manifests: [scanWebManifest, manifests],
  'import maps': [scanImportMap, importMaps],
  'stylesheets as Django 5.2': [asDjango('django-5.2', 'css'), stylesheets],
  'stylesheets as Django 6': [asDjango('django-6', 'css'), stylesheets],
  'scripts as Django 5.2': [asDjango('django-5.2', 'js'), scripts],
  'scripts as Django 6': [asDjango('django-6', 'js'), scripts],
};
type Scanner = readonly [scan: (text: string) => unknown, inputs: Readonly<Record<string, string>>];

/** With every reference found, and none refused. */
function asDjango(engine: DjangoEngine, language: 'css' | 'js') {
  const dialect = { engine, jsModules: true };
  return (text: string) => rewriteText(text, language, dialect, (url) => `${url}.0123456789ab`);
}

function measure(scan: (text: string) => unknown, text: string): number {
  const times = [0, 1, 2].map(() => {
    const start = process.cpuUsage();
    try {
      scan(text);
    } catch {
      // refused, which takes its time as well
    }
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.round(Math.min(...times));
}

const wanted = process.argv.slice(2);
for (const [title, [scan, inputs]] of Object.entries(scanners)) {
  if (wanted.length > 0 && !wanted.includes(title)) continue;
  process.stdout.write(`\n${title}: the fastest of three, in ms\n`);
  for (const [name, text] of Object.entries(inputs)) {
    process.stdout.write(`${String(measure(scan, text)).padStart(6)}  ${name}\n`);
  }
}

import { linksInCss } from './css.ts';
import { linksInHtml } from './html.ts';
import { linksInJs } from './js.ts';
import { linksInImportMap, linksInWebManifest } from './json.ts';
import type { Link } from './link.ts';
import { linksInSvg } from './svg.ts';

/** How the links of a file are found; undefined for a file that names no other. */
export function readerOf(key: string): ((text: string) => Link[]) | undefined {
  const name = key.slice(key.lastIndexOf('/') + 1);
  if (/^import-?map\.json$/i.test(name)) return linksInImportMap;
  return readers.get(/\.[^.]+$/.exec(name.toLowerCase())?.[0] ?? '');
}

const readers = new Map<string, (text: string) => Link[]>([
  ['.css', linksInCss],
  ['.htm', linksInHtml],
  ['.html', linksInHtml],
  ['.js', linksInJs],
  ['.mjs', linksInJs],
  ['.svg', linksInSvg],
  ['.webmanifest', linksInWebManifest],
]);

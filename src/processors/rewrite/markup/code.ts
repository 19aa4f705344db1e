import { scanCss, scanCssDeclarations } from '../css.ts';
import { scanImportMap } from '../import-map.ts';
import { scanJs } from '../js.ts';
import type { Scanner } from '../reference.ts';
import { type Add, type InnerText, isTemplate, scanInside } from './inner-text.ts';
import { type Tag, valueOf, wordOf } from './tag.ts';

/** The attributes of SVG that hold CSS values. */
const presentation = new Set([
  ...['clip-path', 'color-profile', 'cursor', 'fill', 'filter', 'marker', 'marker-end'],
  ...['marker-mid', 'marker-start', 'mask', 'stroke'],
]);

/** Every attribute that is asked for here. */
export const styling: readonly string[] = ['style', 'type', 'language', ...presentation];

/** Adds the references in the CSS of a tag's attributes. */
export function addStyles(tag: Tag, add: Add): void {
  if (tag.attributes.size === 0) return;
  for (const name of tag.attributes.keys()) {
    if (name === 'style') scanValue(tag, name, '', add);
    else if (tag.namespace === 'svg' && presentation.has(name)) {
      scanValue(tag, name, `${name}:`, add);
    }
  }
}

/** Adds the references in what a `style` or `script` element says. Other languages than CSS and JavaScript are left alone. */
export function addCode(tag: Tag, content: InnerText, add: Add): void {
  const scan = scannerOf(tag);
  if (scan && !isTemplate(content.text)) scanInside(scan, content, add);
}

function scannerOf(tag: Tag): Scanner | undefined {
  if (tag.name === 'style') return isCss(tag) ? scanCss : undefined;
  if (tag.name !== 'script' || isLoaded(tag)) return undefined;
  const type = scriptType(tag);
  if (type === 'importmap') return scanImportMap;
  return type === 'module' || javascript.test(type) ? scanJs : undefined;
}

/** The value behind that beginning is a list of declarations, since CSS has no other place for it. */
function scanValue(tag: Tag, attribute: string, beginning: string, add: Add): void {
  const value = valueOf(tag, attribute);
  if (value === undefined || namesNothing.test(value.text) || isTemplate(value.text)) return;
  scanInside(scanCssDeclarations, behind(beginning, value), add);
}

/** No function at all, or an element of the same document. */
const namesNothing = /^(?:[^(]*|url\(#[^()\\]*\))$/;

function behind(beginning: string, { text, start, offsets }: InnerText): InnerText {
  const { length } = beginning;
  return {
    text: beginning + text,
    start: start - length,
    offsets: offsets && Array.from({ length }, () => start).concat(offsets),
  };
}

function isCss(tag: Tag): boolean {
  return /^(?:text\/css)?$/.test(wordOf(tag, 'type') ?? '');
}

/** The content of a script that names a file is not run. */
function isLoaded({ namespace, attributes }: Tag): boolean {
  return namespace === 'svg'
    ? attributes.has('href') || attributes.has('xlink:href')
    : attributes.has('src');
}

function scriptType(tag: Tag): string {
  const type = wordOf(tag, 'type');
  if (type !== undefined) return type || 'text/javascript';
  return `text/${wordOf(tag, 'language') || 'javascript'}`;
}

const javascript =
  /^(?:application|text)\/(?:x-)?(?:java|ecma)script$|^text\/(?:javascript1\.[0-5]|jscript|livescript)$/;

import { scanCss, scanCssDeclarations } from '../css.ts';
import { scanImportMap } from '../import-map.ts';
import { scanJs } from '../js.ts';
import type { Reference, Scanner } from '../reference.ts';
import { type InnerText, isTemplate, scanInside } from './inner-text.ts';
import type { Tag } from './tag.ts';

/** The attributes of SVG that hold CSS values. */
const presentation = new Set([
  ...['clip-path', 'color-profile', 'cursor', 'fill', 'filter', 'marker', 'marker-end'],
  ...['marker-mid', 'marker-start', 'mask', 'stroke'],
]);

/** Every attribute that is asked for here. */
export const styling: readonly string[] = ['style', 'type', 'language', ...presentation];

/** The references in the CSS of a tag's attributes. */
export function stylesOf(tag: Tag): Reference[] {
  const references: Reference[] = [];
  for (const name of tag.attributes.keys()) {
    if (name === 'style') references.push(...scanValue(tag, name, scanCssDeclarations));
    else if (tag.namespace === 'svg' && presentation.has(name)) {
      references.push(...scanValue(tag, name, (value) => scanProperty(name, value)));
    }
  }
  return references;
}

/** The references in what a `style` or `script` element says. Other languages than CSS and JavaScript are left alone. */
export function codeReferences(tag: Tag, content: InnerText): Reference[] {
  if (isTemplate(content.text)) return [];
  if (tag.name === 'style') return isCss(tag) ? scanInside(scanCss, content) : [];
  if (tag.name !== 'script' || isLoaded(tag)) return [];
  const type = scriptType(tag);
  if (type === 'importmap') return scanInside(scanImportMap, content);
  return type === 'module' || javascript.test(type) ? scanInside(scanJs, content) : [];
}

function scanValue(tag: Tag, attribute: string, scan: Scanner): Reference[] {
  const value = tag.value(attribute);
  // What has no parenthesis has no URL.
  if (value?.text.includes('(') !== true || isTemplate(value.text)) return [];
  return scanInside(scan, value);
}

/** Reads the value as that of a declaration, since CSS has no other place for it. */
function scanProperty(name: string, value: string): Reference[] {
  const shift = name.length + 1;
  return scanCssDeclarations(`${name}:${value}`).map((found) => ({
    ...found,
    start: found.start - shift,
    end: found.end - shift,
    ...(found.offsets && { offsets: found.offsets.map((offset) => offset - shift) }),
  }));
}

function isCss(tag: Tag): boolean {
  return /^(?:text\/css)?$/.test(lower(tag, 'type') ?? '');
}

/** The content of a script that names a file is not run. */
function isLoaded(tag: Tag): boolean {
  return (tag.namespace === 'svg' ? ['href', 'xlink:href'] : ['src']).some(
    (name) => tag.value(name) !== undefined,
  );
}

function scriptType(tag: Tag): string {
  const type = lower(tag, 'type');
  if (type !== undefined) return type.trim() || 'text/javascript';
  return `text/${lower(tag, 'language') || 'javascript'}`;
}

const javascript =
  /^(?:application|text)\/(?:x-)?(?:java|ecma)script$|^text\/(?:javascript1\.[0-5]|jscript|livescript)$/;

function lower(tag: Tag, attribute: string): string | undefined {
  return tag.value(attribute)?.text.toLowerCase();
}

import type { Reference } from '../reference.ts';
import { type InnerText, isTemplate, outerOffset } from './inner-text.ts';

/** The URL that a value is, or that stands at [from, to) of it; undefined where it names no other file. */
export function urlReference(
  value: InnerText,
  need: Reference['need'],
  from = 0,
  to = value.text.length,
): Reference | undefined {
  const { text } = value;
  let first = from;
  let last = to;
  while (first < last && isBlank(text, first)) first += 1;
  while (first < last && isBlank(text, last - 1)) last -= 1;

  const written = text.slice(first, last);
  // The URL standard takes these out wherever they stand, so a URL may be broken over lines.
  const url = written.replace(/[\t\n\r]/g, '');
  if (url === '' || namesNoFile.test(url) || isTemplate(url)) return undefined;
  const start = outerOffset(value, first);
  const end = outerOffset(value, last);
  const found: Reference = { start, end, url, need, bare: 'path' };
  if (url.length === end - start) return found;
  if (url.length === written.length && value.offsets) {
    return { start, end, url, need, bare: 'path', offsets: value.offsets.slice(first, last) };
  }
  const places = Array.from({ length: last - first }, (_, i) => outerOffset(value, first + i));
  const offsets = places.filter((_, i) => !/[\t\n\r]/.test(written.charAt(i)));
  return { ...found, offsets };
}

/** What has no path means the page itself. */
const namesNoFile = /^(?:[#?]|(?:data|javascript|mailto|tel|blob|about):)/i;

/** "C0 control or space" of the URL standard. */
function isBlank(text: string, index: number): boolean {
  return text.charCodeAt(index) <= 0x20;
}

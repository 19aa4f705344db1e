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
  const isBroken = lineBreaks.test(written);
  // The URL standard takes these out wherever they stand, so a URL may be broken over lines.
  const url = isBroken ? written.replace(allLineBreaks, '') : written;
  if (namesNoFile.test(url) || isTemplate(url)) return undefined;
  const start = outerOffset(value, first);
  const end = outerOffset(value, last);
  if (url.length === end - start) return { start, end, url, need, bare: 'path' };
  const offsets = isBroken
    ? offsetsWithoutBreaks(value, first, last)
    : value.offsets?.slice(first, last);
  return { start, end, url, need, bare: 'path', offsets };
}

/** What has no path means the page itself. */
const namesNoFile = /^(?:$|[#?]|(?:data|javascript|mailto|tel|blob|about):)/i;
const lineBreaks = /[\t\n\r]/;
const allLineBreaks = /[\t\n\r]/g;

function offsetsWithoutBreaks(value: InnerText, first: number, last: number): readonly number[] {
  const offsets: number[] = [];
  for (let index = first; index < last; index += 1) {
    const code = value.text.charCodeAt(index);
    if (code !== 0x9 && code !== 0xa && code !== 0xd) offsets.push(outerOffset(value, index));
  }
  return offsets;
}

/** "C0 control or space" of the URL standard. */
function isBlank(text: string, index: number): boolean {
  return text.charCodeAt(index) <= 0x20;
}

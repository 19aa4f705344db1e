import type { Reference } from '../../src/processors/rewrite/reference.ts';

const hash = '.0123456789ab';

/** The text with a hash in each of its references, put in at the place that the scanner gives. */
export function withHashes(text: string, references: readonly Reference[]): string {
  let result = text;
  for (const { url, start, end, offsets } of references.toReversed()) {
    const at = placeOfHash(url);
    const place = at === url.length ? end : (offsets?.[at] ?? start + at);
    result = result.slice(0, place) + hash + result.slice(place);
  }
  return result;
}

/** What a reader of that text must find in place of the URL. */
export function hashedUrl(url: string): string {
  const at = placeOfHash(url);
  return url.slice(0, at) + hash + url.slice(at);
}

/** Before the extension of the last part of the path, or at its end. */
function placeOfHash(url: string): number {
  const path = /^[^?#]*/.exec(url)?.[0] ?? '';
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') ? dot : path.length;
}

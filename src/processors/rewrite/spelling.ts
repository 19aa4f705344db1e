import type { Reference } from './reference.ts';

/** How a language writes characters that it cannot, or need not, write plainly. */
export interface Spelling {
  /** The escape that begins with the backslash at the offset; undefined where that is none. */
  readonly escapeAt: (raw: string, at: number) => Escape | undefined;
}

export interface Escape {
  /** What it stands for. */
  readonly text: string;
  /** Offset after it. */
  readonly end: number;
}

/** Where a URL's raw text stands, blanks around it included. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export type Kind = Pick<Reference, 'need' | 'bare'>;

/** What has no path means the file that it stands in, under whatever name. */
const noPath = /^(?:$|[#?]|data:)/i;
/** A place that a template engine fills in later. */
const placeholder = /\{\{|\{%|<%/;

/** What the text at the place refers to; nothing where that cannot be a file, or is no valid spelling. */
export function makeReference(
  text: string,
  { start, end }: Place,
  kind: Kind,
  spelling: Spelling,
): Reference | undefined {
  const { need, bare } = kind;
  const from = startWithoutBlanks(text, start, end);
  const to = endWithoutBlanks(text, from, end);
  const raw = text.slice(from, to);
  // Whole files stand in data URLs: they are not worth a search.
  if (noPath.test(raw)) return undefined;
  if (!raw.includes('\\')) {
    return placeholder.test(raw) ? undefined : { start: from, end: to, url: raw, need, bare };
  }
  const read = readEscaped(text.slice(start, end), start, spelling);
  if (read === undefined) return undefined;
  const first = startWithoutBlanks(read.text, 0, read.text.length);
  const last = endWithoutBlanks(read.text, first, read.text.length);
  const url = read.text.slice(first, last);
  if (noPath.test(url) || placeholder.test(url)) return undefined;
  const isTrimmed = url.length < read.text.length;
  const offsets = isTrimmed ? read.offsets.slice(first, last) : read.offsets;
  return { start: offsets[0] ?? start, end: read.offsets[last] ?? end, url, need, bare, offsets };
}

/** What the raw text means, and where each of its units begins if the raw text begins at `start`. */
export function readEscaped(
  raw: string,
  start: number,
  spelling: Spelling,
): { text: string; offsets: number[] } | undefined {
  // To add up as many strings as there are escapes would take several times the memory.
  const parts: string[] = [];
  const offsets: number[] = [];
  for (let at = 0; at < raw.length;) {
    const escapeAt = raw.indexOf('\\', at);
    const plainEnd = escapeAt === -1 ? raw.length : escapeAt;
    if (at < plainEnd) parts.push(raw.slice(at, plainEnd));
    for (; at < plainEnd; at += 1) offsets.push(start + at);
    if (escapeAt === -1) break;
    const escape = spelling.escapeAt(raw, at);
    if (escape === undefined) return undefined;
    parts.push(escape.text);
    for (let unit = 0; unit < escape.text.length; unit += 1) offsets.push(start + at);
    at = escape.end;
  }
  return { text: parts.join(''), offsets };
}

/** Where the hexadecimal digits that begin at the offset end, at `most` at the latest. */
export function hexEnd(raw: string, from: number, most: number): number {
  let at = from;
  while (at < most && isHex(raw.charCodeAt(at))) at += 1;
  return at;
}

function isHex(code: number): boolean {
  const letter = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (letter >= 0x61 && letter <= 0x66);
}

/** Whoever reads a URL drops these around it (https://url.spec.whatwg.org/#concept-basic-url-parser). */
function startWithoutBlanks(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

function endWithoutBlanks(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && text.charCodeAt(at - 1) <= 0x20) at -= 1;
  return at;
}

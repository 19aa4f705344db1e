import type { Reference } from './reference.ts';

/** How a language writes characters that it cannot, or need not, write plainly. */
export interface Spelling {
  /** Sticky; matches one escape at its backslash. */
  readonly escape: RegExp;
  /** What the match stands for. */
  readonly meaning: (match: RegExpExecArray) => string;
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
  // Whole files stand in such URLs: they are not worth a copy.
  if (/^\s*data:/i.test(text.slice(start, start + 40))) return undefined;
  const raw = text.slice(start, end);
  const plain = !raw.includes('\\');
  const read = plain ? { text: raw, offsets: [] } : readEscaped(raw, start, spelling);
  if (read === undefined) return undefined;
  const [from, to] = withoutBlanks(read.text);
  const url = read.text.slice(from, to);
  if (noPath.test(url) || placeholder.test(url)) return undefined;
  const { need, bare } = kind;
  if (plain) return { start: start + from, end: start + to, url, need, bare };
  const offsets = read.offsets.slice(from, to);
  return { start: offsets[0] ?? start, end: read.offsets[to] ?? end, url, offsets, need, bare };
}

/** What the raw text means, and where each of its units begins if the raw text begins at `start`. */
export function readEscaped(
  raw: string,
  start: number,
  { escape, meaning }: Spelling,
): { text: string; offsets: number[] } | undefined {
  let text = '';
  const offsets: number[] = [];
  for (let at = 0; at < raw.length;) {
    const escapeAt = raw.indexOf('\\', at);
    const plainEnd = escapeAt === -1 ? raw.length : escapeAt;
    text += raw.slice(at, plainEnd);
    for (; at < plainEnd; at += 1) offsets.push(start + at);
    if (escapeAt === -1) break;
    escape.lastIndex = at;
    const match = escape.exec(raw);
    if (match === null) return undefined;
    const piece = meaning(match);
    text += piece;
    for (let unit = 0; unit < piece.length; unit += 1) offsets.push(start + at);
    at += match[0].length;
  }
  return { text, offsets };
}

/** Whoever reads a URL drops these around it (https://url.spec.whatwg.org/#concept-basic-url-parser). */
function withoutBlanks(url: string): [from: number, to: number] {
  let from = 0;
  let to = url.length;
  while (from < to && url.charCodeAt(from) <= 0x20) from += 1;
  while (from < to && url.charCodeAt(to - 1) <= 0x20) to -= 1;
  return [from, to];
}

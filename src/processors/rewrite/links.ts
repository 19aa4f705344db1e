import { createPlaces } from '../../places.ts';
import type { Resolve } from './resolve.ts';
import { insertionAt } from './resolve.ts';
import type { Page } from './html.ts';
import { SyntaxProblem, type Reference } from './reference.ts';
import type { Scan } from './scanners.ts';

/** A reference to a file that is there. */
export interface Link {
  /** Name of the file it leads to. */
  readonly target: string;
  /** Byte offset in the source where the target's hash goes in. */
  readonly at: number;
  /** Bytes that tell the target's digest: subresource integrity. */
  readonly integrity?: { readonly start: number; readonly end: number };
}

/** A reference to a file that is not. */
export interface MissingReference {
  readonly from: string;
  /** As it is written, without escapes. */
  readonly url: string;
  /** The name it means. */
  readonly target: string;
  readonly need: Reference['need'];
  /** From 1; the column counts characters. */
  readonly line: number;
  readonly column: number;
}

/** A text that cannot be rewritten. */
export interface TextProblem {
  readonly from: string;
  readonly line: number;
  readonly column: number;
  readonly why: string;
}

export interface Links {
  readonly links: readonly Link[];
  readonly missing: readonly MissingReference[];
  readonly problems: readonly TextProblem[];
}

export interface LinkOptions {
  readonly scan: Scan;
  readonly resolve: Resolve;
  readonly has: (name: string) => boolean;
}

/** Where a text leads. Pure. */
export function findLinks(from: string, bytes: Buffer, options: LinkOptions): Links {
  const text = decode(bytes);
  if (text === undefined) {
    const problem = { from, line: 1, column: 1, why: 'it is UTF-16' };
    return { links: [], missing: [], problems: [problem] };
  }
  const place = createPlaces(text);
  let page: Page;
  try {
    page = options.scan(text);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    const problem = { from, ...place(error.offset), why: error.message };
    return { links: [], missing: [], problems: [problem] };
  }
  const there: { target: string; reference: Reference }[] = [];
  const missing: MissingReference[] = [];
  for (const reference of page.references) {
    const target = options.resolve(reference, from, page.base);
    if (target === undefined) continue;
    const { url, need, start } = reference;
    if (options.has(target)) there.push({ target, reference });
    else if (need !== 'optional') missing.push({ from, url, target, need, ...place(start) });
  }
  const offsets = there.flatMap(({ reference }) => offsetsOf(reference));
  const bytesAt = byteOffsets(text, bytes.length, offsets);
  const links = there.map(({ target, reference }): Link => {
    const [at = 0, ...integrity] = offsetsOf(reference).map((offset) => bytesAt.get(offset) ?? 0);
    const [start, end] = integrity;
    if (start === undefined || end === undefined) return { target, at };
    return { target, at, integrity: { start, end } };
  });
  return { links, missing, problems: [] };
}

/** Where something goes in: the hash, and the integrity from here to there. */
function offsetsOf(reference: Reference): readonly number[] {
  const { integrity } = reference;
  const range = integrity === undefined ? [] : [integrity.start, integrity.end];
  return [insertionAt(reference), ...range];
}

/**
 * UTF-8; and anything else as Latin-1, whose characters are the file's bytes: what makes a reference is ASCII in every
 * encoding of the web but UTF-16.
 */
function decode(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/** UTF-16 offsets of a text as byte offsets of the file. */
function byteOffsets(
  text: string,
  size: number,
  offsets: readonly number[],
): ReadonlyMap<number, number> {
  if (text.length === size) return new Map(offsets.map((offset) => [offset, offset]));
  const found = new Map<number, number>();
  let [seen, bytes] = [0, 0];
  for (const offset of [...offsets].sort((a, b) => a - b)) {
    bytes += Buffer.byteLength(text.slice(seen, offset));
    seen = offset;
    found.set(offset, bytes);
  }
  return found;
}

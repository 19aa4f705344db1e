import type { Resolve } from './resolve.ts';
import { insertionAt } from './resolve.ts';
import { SyntaxProblem, type Reference, type Scanner } from './reference.ts';

/** A reference to a file that is there. */
export interface Link {
  /** Name of the file it leads to. */
  readonly target: string;
  /** Byte offset in the source where the target's hash goes in. */
  readonly at: number;
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
  readonly scan: Scanner;
  readonly resolve: Resolve;
  readonly has: (name: string) => boolean;
}

/** Where a text leads. Pure. */
export function findLinks(from: string, bytes: Buffer, options: LinkOptions): Links {
  const text = decode(bytes);
  const place = createPlace(text);
  if (text === undefined) {
    return { links: [], missing: [], problems: [{ from, ...place(0), why: 'it is UTF-16' }] };
  }
  let references: readonly Reference[];
  try {
    references = options.scan(text);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    const problem = { from, ...place(error.offset), why: error.message };
    return { links: [], missing: [], problems: [problem] };
  }
  const links: Link[] = [];
  const missing: MissingReference[] = [];
  const byteAt = createByteOffsets(text, bytes.length);
  for (const reference of references) {
    const target = options.resolve(reference, from);
    if (target === undefined) continue;
    const { url, need, start } = reference;
    if (options.has(target)) links.push({ target, at: byteAt(insertionAt(reference)) });
    else if (need !== 'optional') missing.push({ from, url, target, need, ...place(start) });
  }
  return { links, missing, problems: [] };
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

/** UTF-16 offsets as byte offsets; asked in ascending order. */
function createByteOffsets(text: string, size: number): (offset: number) => number {
  if (text.length === size) return (offset) => offset;
  let [seen, bytes] = [0, 0];
  return (offset) => {
    bytes += Buffer.byteLength(text.slice(seen, offset));
    seen = offset;
    return bytes;
  };
}

function createPlace(text = ''): (offset: number) => { line: number; column: number } {
  return (offset) => {
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    return { line, column: Array.from(before.slice(before.lastIndexOf('\n') + 1)).length + 1 };
  };
}

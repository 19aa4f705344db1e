import { mapAtOnce } from '../../at-once.ts';
import type { Digester } from '../../digest.ts';
import { byCodePoint } from '../../keys.ts';
import type { Content } from '../../types.ts';
import { findLinks, type Link, type MissingReference, type TextProblem } from './links.ts';
import type { Resolve } from './resolve.ts';
import type { Scan } from './scanners.ts';

/** A file before its references are rewritten. */
export interface Unwritten {
  readonly name: string;
  readonly content: Content;
  /**
   * hashed: under a hashed name. fixed: rewritten under its own name, which is an address that people and browsers know.
   * frozen: published as it is.
   */
  readonly fate: 'hashed' | 'fixed' | 'frozen';
}

export interface RewriteOptions {
  readonly digester: Digester;
  readonly resolve: Resolve;
  readonly scannerFor: (name: string) => Scan | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What the texts among the files say of each other. */
export interface Texts {
  /** By the name of the file that has them; a file without any is not in here. */
  readonly links: Map<string, readonly Link[]>;
  /** The contents that the links were found in. */
  readonly settled: Map<string, Content>;
  readonly missing: MissingReference[];
  readonly problems: TextProblem[];
  readonly pinned: Set<string>;
}

/** Texts held in memory at once. */
const textsAtOnce = 2;

/** Reads every text once. Where it leads is kept, the text is not. */
export async function readTexts(
  files: ReadonlyMap<string, Unwritten>,
  { digester, resolve, scannerFor, signal }: RewriteOptions,
): Promise<Texts> {
  const texts: Texts = {
    links: new Map(),
    settled: new Map(),
    missing: [],
    problems: [],
    pinned: new Set(),
  };
  const read = async ({ name, content: found, fate }: Unwritten, scan: Scan) => {
    signal?.throwIfAborted();
    const { content, bytes } = await digester.read(found);
    const has = (target: string) => files.has(target);
    const { links, missing, problems } = findLinks(name, bytes, { scan, resolve, has });
    texts.settled.set(name, content);
    if (fate === 'frozen') {
      for (const { target } of links) texts.pinned.add(target);
      return;
    }
    if (links.length > 0) texts.links.set(name, links);
    for (const one of missing) texts.missing.push(one);
    for (const one of problems) texts.problems.push(one);
  };
  const found = [...files.values()].flatMap((file) => {
    const scan = scannerFor(file.name);
    return scan === undefined ? [] : [{ file, scan }];
  });
  await mapAtOnce(found, textsAtOnce, ({ file, scan }) => read(file, scan));
  const byPlace = (a: Place, b: Place) =>
    byCodePoint(a.from, b.from) || a.line - b.line || a.column - b.column;
  texts.missing.sort(byPlace);
  texts.problems.sort(byPlace);
  return texts;
}

interface Place {
  readonly from: string;
  readonly line: number;
  readonly column: number;
}

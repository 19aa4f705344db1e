import { isUtf8 } from 'node:buffer';
import { byCodePoint } from '../../../keys.ts';
import { hashedName, shortHash } from '../../hashed-name.ts';
import { inBytes, md5AfterEdits } from './byte-edits.ts';
import { createDestination } from './destination.ts';
import { fillMarkers, markersIn, type Marker } from './marker.ts';
import { targetsFirst, turnsOf, unsettledFiles } from './passes.ts';
import type { Edit } from './pieces.ts';
import { readInOrder, type DjangoSource } from './read-in-order.ts';
import { notUtf8, problemsIn, throwAny, unsafeNames, unsettled, type Problem } from './refusals.ts';
import { resolve, type ResolveOptions } from './resolve.ts';
import { languageOf, rewriteText, type Dialect } from './rewrite-text.ts';

export type { DjangoSource, Problem };

export interface DjangoResult {
  readonly name: string;
  /** The hashed name. */
  readonly key: string;
  /** What to change in the source, in order and apart from each other; offsets count bytes. */
  readonly edits: readonly Edit[];
  /** Of the edited bytes, in hex. */
  readonly md5: string;
}

export interface DjangoOptions extends Dialect {
  /** STATIC_URL: "/static/" or "https://cdn.example/x/"; ends with a slash. */
  readonly staticUrl: string;
}

/**
 * Hashed names and rewritten references exactly as Django's ManifestStaticFilesStorage makes them.
 * @throws CollectError where Django would refuse: with every problem at once, not only the first
 */
export async function rewriteDjango(
  files: readonly DjangoSource[],
  options: DjangoOptions,
): Promise<readonly DjangoResult[]> {
  const { problems, drafts, targets } = await draft(files, options);
  throwAny(problems);
  return finish(files, drafts, targetsFirst(targets));
}

/** Everything for which `rewriteDjango` would refuse these files. */
export async function refusalsOfDjango(
  files: readonly DjangoSource[],
  options: DjangoOptions,
): Promise<readonly Problem[]> {
  return (await draft(files, options)).problems;
}

async function draft(files: readonly DjangoSource[], options: DjangoOptions) {
  const names = files.map(({ name }) => name);
  const turns = turnsOf(names);
  const { drafts, problems } = await draftEdits(files, turns, options);
  const targets = targetsOf(drafts);
  const open = unsettledFiles(targets, turns).map((index) => names[index] ?? '');
  const pathOf = new Map(files.map(({ name, path }) => [name, path]));
  const inFiles = [...unsafeNames(names), ...problems].map((one) => ({
    ...one,
    path: pathOf.get(one.from),
  }));
  return { drafts, targets, problems: [...inFiles, ...unsettled(open.sort(byCodePoint))] };
}

/** The edits of the files that have any, in the order of their turns, with markers for the hashes. */
type Drafts = ReadonlyMap<number, readonly Edit[]>;

async function draftEdits(
  files: readonly DjangoSource[],
  turns: readonly number[],
  options: DjangoOptions,
): Promise<{ readonly drafts: Drafts; readonly problems: readonly Problem[] }> {
  const drafts = new Map<number, readonly Edit[]>();
  const problems: Problem[] = [];
  const names = files.map(({ name }) => name);
  const destination = createDestination({ names, turns, isEdited: (index) => drafts.has(index) });
  const resolving: ResolveOptions = { destination, staticUrl: options.staticUrl };
  const ofSource = ({ index }: Marker) => shortHash(files[index]?.md5 ?? '');
  const adjustable = files.flatMap(({ name }, index) =>
    languageOf(name) === undefined ? [] : [index],
  );
  adjustable.sort((a, b) => (turns[a] ?? 0) - (turns[b] ?? 0));
  await readInOrder(files, adjustable, ({ name }, bytes, index) => {
    const language = languageOf(name);
    if (language === undefined) return;
    if (!isUtf8(bytes)) {
      problems.push(...notUtf8(name, bytes));
      return;
    }
    const source = bytes.toString('utf8');
    const { edits, refused } = rewriteText(source, language, options, (url) =>
      resolve(url, { name, index }, resolving),
    );
    for (const problem of problemsIn(name, source, refused)) {
      problems.push({ ...problem, message: fillMarkers(problem.message, ofSource) });
    }
    if (edits.length > 0) drafts.set(index, detached(inBytes(edits, source, bytes.length)));
  });
  return { drafts, problems };
}

/** A slice of a text keeps the whole text in memory; these are slices of a text that has nothing but them. */
function detached(edits: readonly Edit[]): readonly Edit[] {
  const all = Buffer.from(edits.map(({ text }) => text).join(''), 'utf16le').toString('utf16le');
  let at = 0;
  return edits.map(({ start, end, text }) => {
    at += text.length;
    return { start, end, text: all.slice(at - text.length, at) };
  });
}

/** Of each edited file the edited files whose hashed names it contains. */
function targetsOf(drafts: Drafts): ReadonlyMap<number, readonly number[]> {
  return new Map(
    [...drafts].map(([file, edits]) => {
      const texts = new Set(edits.map(({ text }) => text));
      const markers = [...texts].flatMap(markersIn);
      const stored = markers.filter(({ of }) => of === 'stored').map(({ index }) => index);
      return [file, [...new Set(stored)].filter((index) => drafts.has(index))];
    }),
  );
}

/** Puts the hashes into the edits, each file after those whose hashes it contains. */
async function finish(
  files: readonly DjangoSource[],
  drafts: Drafts,
  order: readonly number[],
): Promise<readonly DjangoResult[]> {
  const results = files.map(({ name, md5 }): DjangoResult => {
    return { name, key: hashedName(name, md5), edits: [], md5 };
  });
  const hashOf = ({ of, index }: Marker) =>
    shortHash((of === 'stored' ? results : files)[index]?.md5 ?? '');
  await readInOrder(files, order, ({ name }, bytes, index) => {
    const edits = (drafts.get(index) ?? []).map(({ start, end, text }) => {
      return { start, end, text: fillMarkers(text, hashOf) };
    });
    const md5 = md5AfterEdits(bytes, edits);
    results[index] = { name, key: hashedName(name, md5), edits, md5 };
  });
  return results;
}

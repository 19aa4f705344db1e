import { createHash } from 'node:crypto';
import { mapAtOnce } from '../../at-once.ts';
import { withEdits } from '../../edits.ts';
import { createHandleLimit } from '../../handles.ts';
import { byCodePoint } from '../../keys.ts';
import { md5Of } from '../../md5.ts';
import type { Content, Edit } from '../../types.ts';
import { shortHash, withHash } from '../hashed-name.ts';
import { componentsOf } from './components.ts';
import type { Link, MissingReference, TextProblem } from './links.ts';
import { readTexts, type RewriteOptions, type Texts, type Unwritten } from './texts.ts';

/** What became of it. */
export interface Rewritten {
  readonly key: string;
  /** What the key has more than the name; absent where it is the name. */
  readonly hash?: string;
  readonly content: Content;
  /** Whether it names other files of the site; undefined where not every kind of reference was looked for. */
  readonly refers?: boolean;
}

export interface Rewriting {
  readonly files: ReadonlyMap<string, Rewritten>;
  readonly missing: readonly MissingReference[];
  readonly problems: readonly TextProblem[];
  /** Names that frozen files refer to, which must stay. */
  readonly pinned: ReadonlySet<string>;
}

const leavesAtOnce = 16;

/**
 * Gives every file its hashed name and rewrites the references between them, in one pass from the leaves up. Files that
 * refer to each other in a circle get one hash for all of them, made of all their contents.
 * @throws CollectError as openContent
 */
export async function rewriteModern(
  given: readonly Unwritten[],
  options: RewriteOptions,
): Promise<Rewriting> {
  const files = new Map(given.map((file) => [file.name, file]));
  const texts = await readTexts(files, options);
  const done = new Map<string, Rewritten>();
  await hashLeaves(given, texts, { done, ...options });

  const waiting = given.map(({ name }) => name).filter((name) => !done.has(name));
  // A file that keeps its name changes nothing in those that refer to it.
  const edgesOf = (name: string) =>
    linksOf(texts, name)
      .filter(({ target, integrity }) => integrity ?? files.get(target)?.fate === 'hashed')
      .map(({ target }) => target)
      .filter((target) => !done.has(target));
  for (const component of componentsOf(waiting, edgesOf)) {
    options.signal?.throwIfAborted();
    const members = component.flatMap((name) => files.get(name) ?? []);
    const names = new Set(component);
    const isCircle = component.some((name) => edgesOf(name).some((to) => names.has(to)));
    const shared = isCircle ? await hashTogether(members) : undefined;
    for (const file of members) {
      if (shared !== undefined) done.set(file.name, withKey(file, shared, file.content, true));
    }
    for (const file of members) {
      const { content, digests } = await options.digester.digest(await edited(file));
      done.set(file.name, withKey(file, shared ?? shortHash(md5Of(digests)), content, true));
    }
  }
  return { files: done, missing: texts.missing, problems: texts.problems, pinned: texts.pinned };

  /** The file with what is known by now put in. */
  async function edited(file: Unwritten): Promise<Content> {
    const edits = new Map<number, Edit>();
    for (const { target, at, integrity } of linksOf(texts, file.name)) {
      const { hash, content } = done.get(target) ?? {};
      if (hash !== undefined) edits.set(at, { start: at, end: at, text: `.${hash}` });
      // Of bytes that nobody changed, what stands there is still true.
      if (integrity === undefined || content?.kind !== 'edited') continue;
      const { digests } = await options.digester.digest(content);
      const { start, end } = integrity;
      edits.set(start, { start, end, text: `sha384-${digests.sha384 ?? ''}` });
    }
    const inOrder = [...edits.values()].sort((a, b) => a.start - b.start);
    return withEdits(texts.settled.get(file.name) ?? file.content, inOrder);
  }

  /** One hash for all members: of their contents as they are before they know each other's hashes. */
  async function hashTogether(members: readonly Unwritten[]): Promise<string> {
    const together = createHash('md5');
    for (const file of [...members].sort((a, b) => byCodePoint(a.name, b.name))) {
      const { digests } = await options.digester.digest(await edited(file));
      together.update(`${md5Of(digests)} ${file.name}\n`);
    }
    return shortHash(together.digest('hex'));
  }
}

/** Whatever has no links, or keeps its bytes, is what it is. */
async function hashLeaves(
  files: readonly Unwritten[],
  texts: Texts,
  { done, digester, signal }: RewriteOptions & { readonly done: Map<string, Rewritten> },
): Promise<void> {
  const limit = createHandleLimit(leavesAtOnce);
  const leaves = files.filter(({ name }) => !texts.links.has(name));
  await mapAtOnce(leaves, leavesAtOnce, (file) =>
    limit(async () => {
      signal?.throwIfAborted();
      const found = texts.settled.get(file.name) ?? file.content;
      const { content, digests } = await digester.digest(found);
      done.set(file.name, withKey(file, shortHash(md5Of(digests)), content, false));
    }),
  );
}

function linksOf({ links }: Texts, name: string): readonly Link[] {
  return links.get(name) ?? [];
}

function withKey(
  { name, fate }: Unwritten,
  hash: string,
  content: Content,
  refers: boolean,
): Rewritten {
  // Of what stays as it is, nobody kept where it leads.
  if (fate === 'frozen') return { key: name, content };
  return fate === 'hashed'
    ? { key: withHash(name, hash), hash, content, refers }
    : { key: name, content, refers };
}

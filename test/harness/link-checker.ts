import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { readerOf } from './links/file.ts';
import type { Link } from './links/link.ts';

/** A place where files can be asked for: key → bytes or text. */
export type Tree = ReadonlyMap<string, Uint8Array | string>;

export interface CheckedTree {
  /** References to keys that are not there. */
  readonly broken: readonly {
    readonly file: string;
    readonly url: string;
    readonly use: Link['use'];
  }[];
  /** Files whose references could not be read, and why. */
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
  /** References to keys that are there, so that a check of nothing does not pass for one of all. */
  readonly resolved: number;
}

/**
 * Follows every reference of every file as a browser would that got the files below `base` ("/static/", or with a host).
 * It shares no code with src/ and uses other parsers. References to other hosts, and to what is not below `base`, are not checked.
 */
export function checkLinks(tree: Tree, base: string): CheckedTree {
  const root = new URL(base, 'http://site.invalid/');
  const broken: CheckedTree['broken'][number][] = [];
  const unreadable: CheckedTree['unreadable'][number][] = [];
  let resolved = 0;
  for (const [file, content] of tree) {
    const read = readerOf(file);
    if (read === undefined) continue;
    try {
      for (const link of read(
        typeof content === 'string' ? content : Buffer.from(content).toString(),
      )) {
        const key = keyOf(link, file, root);
        if (key === undefined) continue;
        if (isThere(tree, key, link)) resolved += 1;
        else broken.push({ file, url: link.url, use: link.use });
      }
    } catch (error) {
      unreadable.push({ file, reason: String(error) });
    }
  }
  return { broken, unreadable, resolved };
}

/** Every key that a file leads to, itself included, and what it leads to that is not there: as a browser loads a page. */
export function walkFrom(
  start: string,
  tree: Tree,
  base: string,
): { readonly reached: ReadonlySet<string>; readonly missing: readonly string[] } {
  const root = new URL(base, 'http://site.invalid/');
  const reached = new Set<string>();
  const missing: string[] = [];
  const waiting = [start];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const content = tree.get(file);
    if (content === undefined) missing.push(file);
    if (content === undefined || reached.has(file)) continue;
    reached.add(file);
    const text = typeof content === 'string' ? content : Buffer.from(content).toString();
    for (const link of readerOf(file)?.(text) ?? []) {
      const key = keyOf(link, file, root);
      if (key !== undefined && link.use === 'loaded') waiting.push(key);
    }
  }
  return { reached, missing };
}

/** What a browser that opens any of the pages asks for and does not get, and what it asks for at all. */
export function walkPages(
  tree: Tree,
  pages: readonly string[],
  base: string,
): { readonly broken: readonly string[]; readonly reached: ReadonlySet<string> } {
  const root = new URL(base, 'http://site.invalid/');
  const reached = new Set(pages);
  const broken: string[] = [];
  for (const file of reached) {
    const content = tree.get(file);
    const read = readerOf(file);
    if (content === undefined || read === undefined) continue;
    const text = typeof content === 'string' ? content : Buffer.from(content).toString();
    for (const link of read(text)) {
      const key = keyOf(link, file, root);
      if (key === undefined) continue;
      if (tree.has(key)) reached.add(key);
      else if (!isThere(tree, key, link)) broken.push(`${file} → ${key}`);
    }
  }
  return { broken, reached };
}

export function readTree(dir: string): Tree {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(dir.length + 1).replaceAll(sep, '/'), readFileSync(path)]),
  );
}

/** The same of a tree with hashed names, without what is stored under its plain name too: whatever leads there was not rewritten. */
export function readHashedTree(dir: string): Map<string, Uint8Array | string> {
  const tree = new Map(readTree(dir));
  const manifest = JSON.parse(String(tree.get('staticfiles.json'))) as {
    paths: Readonly<Record<string, string>>;
  };
  for (const [name, key] of Object.entries(manifest.paths)) if (key !== name) tree.delete(name);
  return tree;
}

/** The key that a link asks for; undefined where that is none of this tree's business. */
function keyOf({ url, base = '' }: Link, file: string, root: URL): string | undefined {
  const page = new URL(base, new URL(file.split('/').map(encodeURIComponent).join('/'), root));
  if (url.trim().startsWith('#') || !URL.canParse(url, page)) return undefined;
  const { origin, pathname } = new URL(url, page);
  if (origin !== root.origin || !pathname.startsWith(root.pathname)) return undefined;
  const path = pathname.slice(root.pathname.length);
  try {
    return decodeURIComponent(path);
  } catch {
    // A percent sign that encodes nothing stands for itself.
    return path;
  }
}

/** A person who goes to a directory is shown its index. */
function isThere(tree: Tree, key: string, { use }: Link): boolean {
  return (
    tree.has(key) ||
    (use === 'linked' && (key === '' || key.endsWith('/')) && tree.has(`${key}index.html`))
  );
}

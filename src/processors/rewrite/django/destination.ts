import { withHash } from '../../hashed-name.ts';
import { markersIn, markerText, type Marker } from './marker.ts';
import { normalisePath } from './python-url.ts';

/** What Django would find at a path of its destination. */
export type Entry =
  | { readonly kind: 'file'; readonly hash: Marker }
  | { readonly kind: 'directory' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'outside' };

/** Django's destination in its first pass: a copy of every file, and hashed copies of the files handled so far. */
export interface Destination {
  /** The place of a file in the list, by its name. */
  indexOf(name: string): number | undefined;
  /** What is at a path when the file at place `reader` is rewritten. */
  find(path: string, reader: number): Entry;
}

export interface DestinationOptions {
  readonly names: readonly string[];
  /** Of each file, its turn in a pass. */
  readonly turns: readonly number[];
  /** Whether a file whose turn has been is rewritten. */
  readonly isEdited: (index: number) => boolean;
}

export function createDestination(options: DestinationOptions): Destination {
  const { names, turns, isEdited } = options;
  const indexes = new Map(names.map((name, index) => [name, index]));
  const directories = new Set(names.flatMap(ancestorsOf)).add('.');

  /** A hashed copy that an earlier pattern has just named: it is there once its file has had its turn. */
  const findCopy = (path: string, reader: number): Entry => {
    const [hash] = markersIn(path);
    if (hash === undefined) return { kind: 'nothing' };
    const isCopy = path === withHash(names[hash.index] ?? '', markerText(hash));
    const isThere = (turns[hash.index] ?? Infinity) < (turns[reader] ?? 0);
    const isCurrent = hash.of === 'stored' || !isEdited(hash.index);
    return isCopy && isThere && isCurrent ? { kind: 'file', hash } : { kind: 'nothing' };
  };

  return {
    indexOf: (name) => indexes.get(name),
    find(path, reader) {
      const inside = normalisePath(path);
      if (/^(?:\/|\.\.(?:\/|$))/.test(inside)) return { kind: 'outside' };
      const index = indexes.get(inside);
      if (index !== undefined) return { kind: 'file', hash: { of: 'source', index } };
      return directories.has(inside) ? { kind: 'directory' } : findCopy(inside, reader);
    },
  };
}

/** "a/b/c.css" → "a", "a/b" */
function ancestorsOf(name: string): readonly string[] {
  const parts = name.split('/').slice(0, -1);
  return parts.map((_, depth) => parts.slice(0, depth + 1).join('/'));
}

import { lstatSync, type Dirent } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { breathe, isHot, runHot } from '../../hot.ts';
import { isOwnName, toName } from '../../keys.ts';
import type { StoredObject } from '../../types.ts';
import { cannotWrite, conflict } from './errors.ts';
import { isLeftover } from './own-files.ts';
import { rawPaths } from './raw-names.ts';

/** What a listing saw beside the objects. */
export interface View {
  /** Path of each directory → its state, which every put and delete in it changes. */
  readonly directories: Map<string, string>;
  /** Paths of what runs left behind, or still work on. */
  readonly leftovers: string[];
}

/** Every file and link below the directory; links are not followed, and the tool's own files are no objects. */
export async function* listDirectory(
  dir: string,
  view: View,
  key = '',
): AsyncGenerator<StoredObject> {
  const here = join(dir, ...key.split('/'));
  view.directories.set(here, await stateOf(here, key === ''));
  let entries: Dirent[];
  try {
    entries = await readdir(here, { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    if (errnoOf(error) === 'ENOTDIR') throw conflict(`${here} is a file, not a directory`, error);
    throw cannotWrite(here, error);
  }
  const own = entries.filter(({ name }) => isOwnName(name));
  view.leftovers.push(
    ...own.filter(({ name }) => isLeftover(name)).map(({ name }) => join(here, name)),
  );
  const below = entries.filter((entry) => !own.includes(entry));
  const keyOf = ({ name }: Dirent) => (key === '' ? name : `${key}/${name}`);
  await breathe();
  const objects = await Promise.all(
    below.map(async (entry) =>
      entry.isDirectory() && !entry.name.includes('\uFFFD')
        ? undefined
        : describe(join(here, entry.name), keyOf(entry)),
    ),
  );
  for (const [i, entry] of below.entries()) {
    const object = objects[i];
    if (object !== undefined) yield object;
    else if (entry.isDirectory()) yield* listDirectory(dir, view, keyOf(entry));
  }
}

/** Undefined for a directory, and for what went away in the meantime. */
async function describe(path: string, name: string): Promise<StoredObject | undefined> {
  try {
    const stats = isHot() ? runHot(() => lstatSync(path)) : await lstat(path);
    if (stats.isDirectory()) return undefined;
    const key = (await isAlso(path.normalize('NFC'), path, stats.ino)) ? toName(name, '/') : name;
    if (!stats.isSymbolicLink()) return { key, size: stats.size, modifiedMs: stats.mtimeMs };
    return { key, size: 0, linkTarget: await readlink(path) };
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw cannotWrite(path, error);
    return (await rawPaths(path)).length > 0 ? { key: name, size: 0 } : undefined;
  }
}

/** Whether a name in composed Unicode leads to the same file: on a Mac it does, on Linux they are two. */
async function isAlso(composed: string, path: string, ino: number): Promise<boolean> {
  if (composed === path) return true;
  return (await lstat(composed).catch(() => undefined))?.ino === ino;
}

/** The paths of directories that are not as they were when they were listed. */
export async function changedSince(root: string, { directories }: View): Promise<string[]> {
  const changed: string[] = [];
  for (const [path, before] of directories) {
    if ((await stateOf(path, path === root)) !== before) changed.push(path);
  }
  return changed;
}

/**
 * A new, renamed or removed entry changes a directory's time. The root's own time says nothing, for the
 * lock comes and goes there: its entries are compared instead.
 */
async function stateOf(path: string, isRoot: boolean): Promise<string> {
  if (!isRoot) return stampOf(path);
  const names = await readdir(path).catch((): string[] => []);
  const kept = names.filter((name) => !isOwnName(name)).sort();
  const stamps = await Promise.all(kept.map((name) => stampOf(join(path, name))));
  return kept.map((name, i) => `${name} ${stamps[i] ?? ''}`).join('\n');
}

async function stampOf(path: string): Promise<string> {
  const stats = await lstat(path, { bigint: true }).catch(() => undefined);
  return stats === undefined ? 'gone' : `${stats.ino}:${stats.size}:${stats.mtimeNs}`;
}

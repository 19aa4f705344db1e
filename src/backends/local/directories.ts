import { lstat, mkdir, realpath, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { cannotWrite, conflict } from './errors.ts';

export interface Directories {
  /** Makes the destination; resolves to its real path. */
  root(): Promise<string>;
  /** Makes the directory a key lies in, and refuses to go through a link: it may lead anywhere. */
  ensureParent(key: string): Promise<void>;
  /** Some may have been removed since. */
  forget(): void;
}

/** Makes directories, each once. */
export function createDirectories(dir: string): Directories {
  const made = new Map<string, Promise<void>>();
  let real: Promise<string> | undefined;
  const root = () => (real ??= makeRoot(dir));
  const ensureParent = (key: string): Promise<void> => {
    const slash = key.lastIndexOf('/');
    const parent = slash === -1 ? '' : key.slice(0, slash);
    let ready = made.get(parent);
    if (ready === undefined) {
      ready = make(parent);
      made.set(parent, ready);
      ready.catch(() => made.delete(parent)); // a moment without room, or a link that was removed
    }
    return ready;
  };
  const make = async (parent: string) => {
    const top = await root();
    if (parent === '') return;
    await ensureParent(parent);
    await makeDirectory(join(top, ...parent.split('/')));
  };
  const forget = () => {
    made.clear();
  };
  return { root, ensureParent, forget };
}

/** Throws unless the directory of `path` is where its name says. Both the root and the path are real. */
export async function checkInPlace(path: string): Promise<void> {
  const parent = dirname(path);
  if ((await realpath(parent)) !== parent) throw linkInTheWay(parent);
}

export function linkInTheWay(path: string): Error {
  return conflict(`${path} is a link where a directory belongs`);
}

export async function removeEmptyParents(root: string, dir: string): Promise<void> {
  for (let at = dir; at !== root && at.startsWith(root); at = dirname(at)) {
    const failed = await rmdir(at).catch((error: unknown) => error);
    if (failed !== undefined) return; // not empty: something else lives there
  }
}

async function makeRoot(dir: string): Promise<string> {
  try {
    await makeAll(dir);
    return await realpath(dir);
  } catch (error) {
    throw cannotWrite(dir, error);
  }
}

/** Not `recursive`: below /proc that never returns (Node 20). */
async function makeAll(dir: string): Promise<void> {
  const found = await lstat(dir).catch(() => undefined);
  if (found !== undefined) {
    if (!(await stat(dir)).isDirectory()) throw conflict(`${dir} is a file, not a directory`);
    return;
  }
  const parent = dirname(dir);
  if (parent !== dir) await makeAll(parent);
  await mkdir(dir).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error;
  });
}

async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw cannotWrite(path, error);
    const stats = await lstat(path);
    if (stats.isDirectory()) return;
    throw stats.isSymbolicLink()
      ? linkInTheWay(path)
      : conflict(`${path} is a file where a directory belongs`, error);
  }
}

import fs, { type Dirent, type Stats } from 'node:fs';
import { normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import glob from 'fast-glob';
import { isHot, runHot } from './hot.ts';

export type Kind = 'file' | 'directory' | 'link' | 'other';

export function kindOf(entry: Dirent | Stats): Kind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

export interface ListOptions {
  /** A real path. */
  readonly dir: string;
  /** What is listed but not entered. */
  readonly isPruned: (dir: string) => boolean;
  readonly unreadable: (path: string, error: unknown) => void;
}

/** Path → kind of every entry below a directory; links are not followed. */
export async function listAll(options: ListOptions): Promise<ReadonlyMap<string, Kind>> {
  return (isHot() ? listHot(options) : undefined) ?? listPatiently(options);
}

// In both, the list is what readdir delivered: fast-glob's own result lacks names with a line break, it would
// throw at the first unreadable directory, and it would enter what is ignored anyway.
const settings = {
  dot: true,
  onlyFiles: false,
  followSymbolicLinks: false,
  objectMode: true,
  unique: false,
} as const;

type Done = (error: Error | null, entries: Dirent[]) => void;

async function listPatiently(options: ListOptions): Promise<ReadonlyMap<string, Kind>> {
  const found = new Map<string, Kind>();
  const list = (dir: string, how: object, done: Done) => {
    if (options.isPruned(dir)) {
      done(null, []);
      return;
    }
    fs.readdir(dir, { ...how, withFileTypes: true }, (error, entries) => {
      if (error) options.unreadable(dir, error);
      else addAll(found, dir, entries);
      done(null, error ? [] : entries);
    });
  };
  const readdir = list as typeof fs.readdir;
  const stream = glob.stream('**', { ...settings, cwd: options.dir, fs: { readdir } });
  await finished(Readable.from(stream).resume());
  return found;
}

/** Undefined when the disk turned out to be slow: nothing else could happen while it is waited for. */
function listHot(options: ListOptions): ReadonlyMap<string, Kind> | undefined {
  const found = new Map<string, Kind>();
  const failed: [string, unknown][] = [];
  const tooSlow = new Error('the disk is slow');
  const list = (dir: string, how: object): Dirent[] => {
    if (options.isPruned(dir)) return [];
    if (!isHot()) throw tooSlow;
    let entries: Dirent[];
    try {
      entries = runHot(() => fs.readdirSync(dir, { ...how, withFileTypes: true }));
    } catch (error) {
      failed.push([dir, error]);
      return [];
    }
    addAll(found, dir, entries);
    return entries;
  };
  try {
    const readdirSync = list as typeof fs.readdirSync;
    glob.sync('**', { ...settings, cwd: options.dir, fs: { readdirSync } });
  } catch (error) {
    if (error === tooSlow) return undefined;
    throw error;
  }
  for (const [path, error] of failed) options.unreadable(path, error);
  return found;
}

function addAll(found: Map<string, Kind>, dir: string, entries: readonly Dirent[]): void {
  const parent = normalize(dir);
  const above = parent.endsWith(sep) ? parent.slice(0, -sep.length) : parent;
  // By an array's join: what path.join makes keeps a tree of strings, and a path is kept for every file.
  for (const entry of entries) found.set([above, entry.name].join(sep), kindOf(entry));
}

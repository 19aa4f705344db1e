import fs, { type Dirent } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import glob from 'fast-glob';
import { errnoOf } from './errors.ts';
import { byCodePoint, toName } from './keys.ts';

/** One directory entry below a source's root. */
interface Entry {
  /** OS path relative to the root, through links as they are named. */
  readonly relative: string;
  /** Absolute OS path, through links as they are named. */
  readonly path: string;
  readonly kind:
    | 'file'
    | 'directory'
    | 'escape'
    | 'not UTF-8'
    | 'dangling link'
    | 'link loop'
    | 'FIFO, socket or device';
  /** For a link to a file: the file's real path. */
  readonly target?: string;
  readonly size: number;
  readonly mtimeMs: number;
}

export interface Walked {
  /** By path, in code point order; a directory comes before what it holds. */
  readonly entries: readonly Entry[];
  readonly unreadable: readonly { readonly path: string; readonly errno: string }[];
}

/**
 * Every entry below `root` (a real path). Links are followed only to inside the root and never round in a circle.
 * What `prune` says yes to (a name relative to the root, POSIX) is listed but not entered.
 */
export async function walk(root: string, prune: (name: string) => boolean): Promise<Walked> {
  const entries: Entry[] = [];
  const unreadable: { path: string; errno: string }[] = [];
  await walkDirectory({ root, dir: root, relative: '', chain: [], prune, entries, unreadable });
  return { entries, unreadable };
}

interface Walk {
  readonly root: string;
  /** The real directory to list, and how it is called from the root. */
  readonly dir: string;
  readonly relative: string;
  /** Real directories that hold the links followed so far. */
  readonly chain: readonly string[];
  readonly prune: (name: string) => boolean;
  readonly entries: Entry[];
  readonly unreadable: { path: string; errno: string }[];
}

type Done = (error: Error | null, entries: Dirent[]) => void;

async function walkDirectory(job: Walk): Promise<void> {
  const nameOf = (path: string) => join(job.relative, path.slice(job.dir.length + 1));
  const found = new Map<string, Dirent>();
  // The list is what readdir delivered: fast-glob's own result lacks names with a line break, it would
  // throw at the first unreadable directory, and it would enter what is ignored anyway.
  const list = (dir: string, options: object, done: Done) => {
    if (dir !== job.dir && job.prune(toName(nameOf(dir), sep))) {
      done(null, []);
      return;
    }
    fs.readdir(dir, { ...options, withFileTypes: true }, (error, entries) => {
      if (error) job.unreadable.push({ path: dir, errno: errnoOf(error) ?? 'error' });
      else for (const entry of entries) found.set(join(dir, entry.name), entry);
      done(null, error ? [] : entries);
    });
  };
  await glob('**', {
    cwd: job.dir,
    dot: true,
    onlyFiles: false,
    followSymbolicLinks: false,
    objectMode: true,
    unique: false,
    fs: { readdir: list as typeof fs.readdir },
  });

  const paths = [...found.keys()].sort((a, b) => byCodePoint(toName(a, sep), toName(b, sep)));
  const stats = await Promise.all(
    paths.map(async (path) => (found.get(path)?.isFile() === true ? sizeAndTime(path) : nothing)),
  );
  for (const [i, path] of paths.entries()) {
    const dirent = found.get(path);
    const relative = nameOf(path);
    const entry = { relative, path: join(job.root, relative), ...(stats[i] ?? nothing) };
    if (dirent === undefined) continue;
    if (!(await isUtf8(path))) job.entries.push({ ...entry, kind: 'not UTF-8' });
    else if (dirent.isFile()) job.entries.push({ ...entry, kind: 'file' });
    else if (dirent.isDirectory()) job.entries.push({ ...entry, kind: 'directory' });
    else if (dirent.isSymbolicLink()) await followLink(job, path, entry);
    else job.entries.push({ ...entry, kind: 'FIFO, socket or device' });
  }
}

const nothing = { size: 0, mtimeMs: 0 };

/** A file that vanished since it was listed is found out when it is read. */
async function sizeAndTime(path: string): Promise<typeof nothing> {
  try {
    const { size, mtimeMs } = await lstat(path);
    return { size, mtimeMs };
  } catch {
    return nothing;
  }
}

async function followLink(job: Walk, path: string, entry: Omit<Entry, 'kind'>): Promise<void> {
  const add = (kind: Entry['kind'], more: Partial<Entry> = {}) =>
    job.entries.push({ ...entry, ...more, kind });
  if (job.prune(toName(entry.relative, sep))) {
    add('directory'); // never entered: its verdict comes from the pattern alone
    return;
  }
  let target: string;
  try {
    target = await realpath(path);
  } catch (error) {
    add(errnoOf(error) === 'ELOOP' ? 'link loop' : 'dangling link');
    return;
  }
  if (!isInside(target, job.root)) {
    add('escape');
    return;
  }
  const { size, mtimeMs, ...stats } = await statOf(target);
  const chain = [...job.chain, dirname(path)];
  if (stats.kind === 'file') add('file', { target, size, mtimeMs });
  else if (stats.kind === 'other') add('FIFO, socket or device');
  else if (chain.some((dir) => isInside(dir, target))) add('link loop');
  else {
    add('directory');
    await walkDirectory({ ...job, dir: target, relative: entry.relative, chain });
  }
}

async function statOf(
  path: string,
): Promise<{ kind: 'file' | 'directory' | 'other'; size: number; mtimeMs: number }> {
  const stats = await stat(path);
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
  return { kind, size: stats.size, mtimeMs: stats.mtimeMs };
}

/** Whether `path` is `dir` or lies below it. Both real paths. */
export function isInside(path: string, dir: string): boolean {
  return path === dir || path.startsWith(dir.endsWith(sep) ? dir : dir + sep);
}

/** Node shows bytes that are not UTF-8 as U+FFFD, and such a name opens nothing. A real U+FFFD is fine. */
async function isUtf8(path: string): Promise<boolean> {
  const name = basename(path);
  if (!name.includes('\uFFFD')) return true;
  const raw = await readdir(dirname(path), { encoding: 'buffer' });
  return raw.some((bytes) => bytes.equals(Buffer.from(name)));
}

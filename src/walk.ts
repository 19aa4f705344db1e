import fs, { type Dirent } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import glob from 'fast-glob';
import { findFile, type FoundFile } from './content.ts';
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
    | 'vanished'
    | 'dangling link'
    | 'link loop'
    | 'FIFO, socket or device';
  /** Of a file: under its real path, links resolved. */
  readonly file?: FoundFile;
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
  const files = await Promise.all(
    paths.map(async (path) => (found.get(path)?.isFile() === true ? fileOrErrno(path) : undefined)),
  );
  for (const [i, path] of paths.entries()) {
    const dirent = found.get(path);
    const relative = nameOf(path);
    const entry = { relative, path: join(job.root, relative) };
    const file = files[i];
    if (dirent === undefined) continue;
    if (!(await isUtf8(path))) job.entries.push({ ...entry, kind: 'not UTF-8' });
    else if (dirent.isFile()) addFile(job, entry, file);
    else if (dirent.isDirectory()) job.entries.push({ ...entry, kind: 'directory' });
    else if (dirent.isSymbolicLink()) await followLink(job, path, entry);
    else job.entries.push({ ...entry, kind: 'FIFO, socket or device' });
  }
}

type Place = Pick<Entry, 'relative' | 'path'>;

/** undefined: it is there no more, or is no file any more. */
async function fileOrErrno(path: string): Promise<FoundFile | { errno: string } | undefined> {
  try {
    return await findFile(path);
  } catch (error) {
    const errno = errnoOf(error) ?? 'error';
    return errno === 'ENOENT' || errno === 'ENOTDIR' ? undefined : { errno };
  }
}

function addFile(job: Walk, entry: Place, file: Awaited<ReturnType<typeof fileOrErrno>>): void {
  if (file === undefined) job.entries.push({ ...entry, kind: 'vanished' });
  else if ('errno' in file) job.unreadable.push({ path: entry.path, errno: file.errno });
  else job.entries.push({ ...entry, kind: 'file', file });
}

async function followLink(job: Walk, path: string, entry: Place): Promise<void> {
  const add = (kind: Entry['kind']) => job.entries.push({ ...entry, kind });
  if (job.prune(toName(entry.relative, sep))) {
    add('directory'); // never entered: its verdict comes from the pattern alone
    return;
  }
  let target: string;
  let kind: 'file' | 'directory' | 'other';
  try {
    target = await realpath(path);
    if (!isInside(target, job.root)) {
      add('escape');
      return;
    }
    kind = await kindOf(target);
  } catch (error) {
    const errno = errnoOf(error) ?? 'error';
    if (errno === 'ELOOP') add('link loop');
    else if (errno === 'ENOENT' || errno === 'ENOTDIR') add('dangling link');
    else job.unreadable.push({ path: entry.path, errno });
    return;
  }
  const chain = [...job.chain, dirname(path)];
  if (kind === 'file') addFile(job, entry, await fileOrErrno(target));
  else if (kind === 'other') add('FIFO, socket or device');
  else if (chain.some((dir) => isInside(dir, target))) add('link loop');
  else {
    add('directory');
    await walkDirectory({ ...job, dir: target, relative: entry.relative, chain });
  }
}

async function kindOf(path: string): Promise<'file' | 'directory' | 'other'> {
  const stats = await lstat(path);
  return stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
}

/** Whether `path` is `dir` or lies below it. Both real paths. */
export function isInside(path: string, dir: string): boolean {
  return path === dir || path.startsWith(dir.endsWith(sep) ? dir : dir + sep);
}

/** Node shows bytes that are not UTF-8 as U+FFFD, and such a name opens nothing. A real U+FFFD is fine. */
async function isUtf8(path: string): Promise<boolean> {
  const name = basename(path);
  if (!name.includes('\uFFFD')) return true;
  const raw = await readdir(dirname(path), { encoding: 'buffer' }).catch(() => []);
  return raw.some((bytes) => bytes.equals(Buffer.from(name)));
}

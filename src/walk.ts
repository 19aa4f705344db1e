import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { mapAtOnce } from './at-once.ts';
import { findFile, type FoundFile } from './open-file.ts';
import { errnoOf } from './errors.ts';
import { byCodePoint, toName } from './keys.ts';
import { kindOf, listAll, type Kind } from './list-all.ts';

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

/** Files looked at at once. */
const atOnce = 32;

async function walkDirectory(job: Walk): Promise<void> {
  const nameOf = (path: string) => {
    const below = path.slice(job.dir.endsWith(sep) ? job.dir.length : job.dir.length + 1);
    return job.relative === '' ? below : job.relative + sep + below;
  };
  const found = await listAll({
    dir: job.dir,
    isPruned: (dir) => dir !== job.dir && job.prune(toName(nameOf(dir), sep)),
    unreadable: (path, error) => job.unreadable.push({ path, errno: errnoOf(error) ?? 'error' }),
  });
  const paths = [...found.keys()].sort((a, b) => byCodePoint(toName(a, sep), toName(b, sep)));
  const files = await mapAtOnce(paths, atOnce, async (path) =>
    found.get(path) === 'file' ? fileOrErrno(path) : undefined,
  );
  for (const [i, path] of paths.entries()) {
    const kind = found.get(path);
    const relative = nameOf(path);
    // Where no link was followed, that is the path itself: one string less for each file.
    const entry = { relative, path: job.relative === '' ? path : join(job.root, relative) };
    if (!(await isUtf8(path))) job.entries.push({ kind: 'not UTF-8', ...entry });
    else if (kind === 'file') addFile(job, entry, files[i]);
    else if (kind === 'directory') job.entries.push({ kind, ...entry });
    else if (kind === 'link') await followLink(job, path, entry);
    else job.entries.push({ kind: 'FIFO, socket or device', ...entry });
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
  if (file === undefined) job.entries.push({ kind: 'vanished', ...entry });
  else if ('errno' in file) job.unreadable.push({ path: entry.path, errno: file.errno });
  else job.entries.push({ kind: 'file', ...entry, file });
}

async function followLink(job: Walk, path: string, entry: Place): Promise<void> {
  const add = (kind: Entry['kind']) => job.entries.push({ kind, ...entry });
  if (job.prune(toName(entry.relative, sep))) {
    add('directory'); // never entered: its verdict comes from the pattern alone
    return;
  }
  let target: string;
  let kind: Kind;
  try {
    target = await realpath(path);
    if (!isInside(target, job.root)) {
      add('escape');
      return;
    }
    kind = kindOf(await lstat(target));
  } catch (error) {
    const errno = errnoOf(error) ?? 'error';
    if (errno === 'ELOOP') add('link loop');
    else if (errno === 'ENOENT' || errno === 'ENOTDIR') add('dangling link');
    else job.unreadable.push({ path: entry.path, errno });
    return;
  }
  const chain = [...job.chain, dirname(path)];
  if (kind === 'file') addFile(job, entry, await fileOrErrno(target));
  else if (kind !== 'directory') add('FIFO, socket or device');
  else if (chain.some((dir) => isInside(dir, target))) add('link loop');
  else {
    add('directory');
    await walkDirectory({ ...job, dir: target, relative: entry.relative, chain });
  }
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

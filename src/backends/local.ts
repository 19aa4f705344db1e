import { createHash, randomBytes } from 'node:crypto';
import type { Dirent } from 'node:fs';
import {
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  rename,
  rm,
  rmdir,
  symlink,
  unlink,
} from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { openContent } from '../content.ts';
import { digestContent } from '../digest.ts';
import { CollectError, errnoOf, exitCodes } from '../errors.ts';
import { toName } from '../keys.ts';
import type { PutResult, StoredObject } from '../types.ts';
import type { Backend, PutRequest } from './backend.ts';

const chunkSize = 1024 * 1024;

export interface LocalBackendOptions {
  /** Absolute path; made when missing. */
  readonly dir: string;
  /** Symbolic links to the sources instead of copies. */
  readonly link: boolean;
}

/** Copies (or links) into a directory. Every file appears whole, by a rename, or not at all. */
export function createLocalBackend({ dir, link }: LocalBackendOptions): Backend {
  const made = new Map<string, Promise<void>>();
  const pathOf = (key: string) => join(dir, ...key.split('/'));

  /** Makes the directories of a key, and refuses to go through a link: it may lead anywhere. */
  const ensureParent = (key: string): Promise<void> => {
    const slash = key.lastIndexOf('/');
    const parent = slash === -1 ? '' : key.slice(0, slash);
    let ready = made.get(parent);
    if (ready === undefined) {
      ready =
        parent === ''
          ? makeRoot(dir)
          : ensureParent(parent).then(() => makeDirectory(pathOf(parent)));
      made.set(parent, ready);
    }
    return ready;
  };

  const put = async (object: PutRequest): Promise<PutResult> => {
    const path = pathOf(object.key);
    await ensureParent(object.key);
    const temporary = join(dirname(path), `.collect-static-${randomBytes(6).toString('hex')}`);
    try {
      if (link && object.content.kind === 'file') await symlink(object.content.path, temporary);
      else await writeCopy(object, temporary);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error instanceof CollectError ? error : cannotWrite(path, error);
    }
    return { proof: 'digest' };
  };

  return {
    label: dir.endsWith(sep) ? dir : dir + sep,
    put,
    list: () => listDirectory(dir, ''),
    async head(key) {
      const path = pathOf(key);
      const stats = await lstat(path).catch(() => undefined);
      if (stats?.isFile() !== true) return undefined;
      const { size, mtimeMs } = stats;
      const { sha256 } = await digestContent({ kind: 'file', path, size, mtimeMs });
      return { key, size, sha256 };
    },
    async delete(keys) {
      const failures: { key: string; error: Error }[] = [];
      for (const key of keys) {
        try {
          await unlink(pathOf(key));
          await removeEmptyParents(dir, dirname(pathOf(key)));
        } catch (error) {
          if (errnoOf(error) !== 'ENOENT')
            failures.push({ key, error: cannotWrite(pathOf(key), error) });
        }
      }
      return failures;
    },
  };
}

/** Writes the bytes to a new file, and proves that they are the ones the plan was made for. */
async function writeCopy({ content, digests }: PutRequest, path: string): Promise<void> {
  const source = await openContent(content);
  try {
    const target = await open(path, 'wx', 0o644);
    try {
      const sha256 = createHash('sha256');
      for (let start = 0; start < source.size; start += chunkSize) {
        const bytes = await source.read(start, Math.min(start + chunkSize, source.size));
        sha256.update(bytes);
        await target.writeFile(bytes);
      }
      await source.verify();
      if (sha256.digest('hex') !== digests.sha256) {
        throw new CollectError('SOURCE_CHANGED', `${path} changed while it was being collected`, {
          exitCode: exitCodes.source,
          hint: 'wait until the build has finished, then run again',
        });
      }
      await target.chmod(0o644); // whatever the umask: a web server must be able to read it
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function makeRoot(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
  } catch (error) {
    throw cannotWrite(dir, error);
  }
}

async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw cannotWrite(path, error);
    const stats = await lstat(path);
    if (stats.isDirectory()) return;
    throw new CollectError(
      'DESTINATION_CONFLICT',
      `${path} is ${stats.isSymbolicLink() ? 'a link' : 'a file'} where a directory belongs`,
      { exitCode: exitCodes.refused, hint: 'remove it, then run again', cause: error },
    );
  }
}

function cannotWrite(path: string, cause: unknown): CollectError {
  const errno = errnoOf(cause) ?? 'error';
  const isDirectory = errno === 'EISDIR' || errno === 'ENOTEMPTY' || errno === 'EEXIST';
  return new CollectError(
    isDirectory ? 'DESTINATION_CONFLICT' : 'DESTINATION_UNWRITABLE',
    isDirectory
      ? `${path} is a directory where a file belongs`
      : `${path} cannot be written (${errno})`,
    {
      exitCode: isDirectory
        ? exitCodes.refused
        : errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS'
          ? exitCodes.permission
          : exitCodes.partial,
      hint: isDirectory
        ? 'remove it, then run again'
        : 'make room, or make it writable, then run again',
      cause,
    },
  );
}

/** Every file and link below the directory; links are not followed. */
async function* listDirectory(dir: string, key: string): AsyncGenerator<StoredObject> {
  let entries: Dirent[];
  try {
    entries = await readdir(join(dir, ...key.split('/')), { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' && key === '') return;
    throw cannotWrite(join(dir, key), error);
  }
  for (const entry of entries) {
    const below = key === '' ? entry.name : `${key}/${entry.name}`;
    const path = join(dir, ...below.split('/'));
    if (entry.isDirectory()) {
      yield* listDirectory(dir, below);
    } else if (entry.isSymbolicLink()) {
      yield { key: toName(below, '/'), size: 0, linkTarget: await readlink(path) };
    } else {
      const { size, mtimeMs } = await lstat(path);
      yield { key: toName(below, '/'), size, modifiedMs: mtimeMs };
    }
  }
}

async function removeEmptyParents(root: string, dir: string): Promise<void> {
  for (let at = dir; at !== root && at.startsWith(root); at = dirname(at)) {
    const failed = await rmdir(at).catch((error: unknown) => error);
    if (failed !== undefined) return; // not empty: something else lives there
  }
}

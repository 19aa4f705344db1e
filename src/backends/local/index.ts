import { realpath, unlink } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import pLimit from 'p-limit';
import { errnoOf } from '../../errors.ts';
import { createHandleLimit } from '../../handles.ts';
import type { PutResult } from '../../types.ts';
import type { Backend, BeginOptions, Condition, PutRequest, WriteOptions } from '../backend.ts';
import { preconditionFailed, requireCondition } from '../conditions.ts';
import { checkInPlace, createDirectories, removeEmptyParents } from './directories.ts';
import { busy, cannotWrite } from './errors.ts';
import { changedSince, listDirectory, type View } from './list.ts';
import { takeLock, type Lock } from './lock.ts';
import { removeLeftovers, temporaryName, timeAt } from './own-files.ts';
import { currentOwner } from '../../owner.ts';
import { rawPaths } from './raw-names.ts';
import { headFile, readFile } from './read.ts';
import { writeFileWhole, writeLink } from './write.ts';

/** Copies at once. Each holds two file handles; more would not be faster. */
const atOnce = 16;

export interface LocalBackendOptions {
  /** Absolute path; made when missing. */
  readonly dir: string;
  /** Symbolic links to the sources instead of copies. */
  readonly link: boolean;
}

/** Copies (or links) into a directory. Every file appears whole, by a rename, or not at all. */
export function createLocalBackend({ dir, link }: LocalBackendOptions): Backend {
  const directories = createDirectories(dir);
  const limit = createHandleLimit(atOnce);
  const self = currentOwner();
  let view: View = { directories: new Map(), leftovers: [] };
  let lock: Lock | undefined;

  let real: Promise<string> | undefined;
  const realRoot = () => {
    real ??= realpath(dir);
    real.catch(() => (real = undefined)); // not made yet
    return real;
  };

  const write = async (
    object: PutRequest,
    { signal, exclusive = false }: WriteOptions & { readonly exclusive?: boolean } = {},
  ): Promise<PutResult> => {
    await directories.ensureParent(object.key);
    const path = join(await directories.root(), ...object.key.split('/'));
    const place = {
      path,
      temporary: join(dirname(path), temporaryName(await self)),
      signal,
      exclusive,
      original: object.twinOf && join(await directories.root(), ...object.twinOf.split('/')),
    };
    lock?.check();
    signal?.throwIfAborted();
    try {
      if (link && object.content.kind === 'file') await writeLink(object.content.path, place);
      else await writeFileWhole(object, place);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      if (exclusive && errnoOf(error) === 'EEXIST') throw preconditionFailed(object.key, 'absent');
      throw cannotWrite(path, error);
    }
    return { proof: 'digest', ...(!link && { etag: object.digests.etag }) };
  };

  /** Between the look and the rename nobody writes who takes the lock, as every run does; in this run, one by one. */
  const oneByOne = pLimit(1);
  const replace = (object: PutRequest, condition: Condition, options: WriteOptions) =>
    oneByOne(async () => {
      const held = lock ?? (await takeLock(await directories.root(), await self));
      try {
        requireCondition(condition, await headFile(realRoot, object.key), object.key);
        return await write(object, options);
      } finally {
        if (held !== lock) await held.release();
      }
    });

  const put = (object: PutRequest, options: WriteOptions = {}): Promise<PutResult> => {
    if (options.if === undefined) return write(object, options);
    // The file system itself sees to that, whoever else writes.
    if (options.if === 'absent') return write(object, { ...options, exclusive: true });
    return replace(object, options.if, options);
  };

  /** Takes the directory for this run, unless it changed since it was listed, and cleans up after dead ones. */
  const enter = async (): Promise<Lock> => {
    const root = await directories.root();
    const owner = await self;
    const taken = await takeLock(root, owner);
    try {
      const changed = await changedSince(dir, view);
      if (changed.length > 0) throw busy(`${changed.join(', ')} changed since it was listed`);
      if (view.leftovers.length > 0) {
        await removeLeftovers(view.leftovers, owner, await timeAt(root, owner));
      }
      return taken;
    } catch (error) {
      await taken.release();
      throw cannotWrite(dir, error);
    }
  };

  return {
    label: dir.endsWith(sep) ? dir : dir + sep,
    put: (object, options) => limit(() => put(object, options)),
    list() {
      view = { directories: new Map(), leftovers: [] };
      return listDirectory(dir, view);
    },
    async begin({ writes }: BeginOptions) {
      if (!writes && view.leftovers.length === 0) return async () => {};
      try {
        lock = await enter();
      } catch (error) {
        if (writes) throw error;
        return async () => {}; // nothing to do but to tidy up, and another run is at it
      }
      return lock.release;
    },
    head: (key) => headFile(realRoot, key),
    read: (key, options) => readFile(realRoot, key, options),
    async delete(keys) {
      const failures: { key: string; error: Error }[] = [];
      const root = await realpath(dir).catch(() => dir);
      for (const key of keys) {
        const path = join(root, ...key.split('/'));
        try {
          lock?.check();
          await checkInPlace(path);
          await unlink(path).catch(async (error: unknown) => {
            if (errnoOf(error) !== 'ENOENT') throw error;
            for (const raw of await rawPaths(path)) await unlink(raw);
          });
          await removeEmptyParents(root, dirname(path));
        } catch (error) {
          if (errnoOf(error) !== 'ENOENT') failures.push({ key, error: cannotWrite(path, error) });
        }
      }
      directories.forget();
      return failures;
    },
  };
}

import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { busy, cannotWrite } from './errors.ts';
import { isFresh, lockName, staleAfterMs, temporaryName, timeAt } from './own-files.ts';
import { isAlive, type Owner } from '../../owner.ts';

export interface Lock {
  /** Throws when somebody else took the lock over, as from a run that slept for long. */
  readonly check: () => void;
  readonly release: () => Promise<void>;
}

/** The file's content; version 1. */
interface LockRecord extends Owner {
  readonly lock: 1;
  readonly id: string;
  readonly since: string;
}

/** Takes a directory for this run alone. A dead run's lock is taken over. @throws CollectError exit 10 */
export async function takeLock(dir: string, self: Owner): Promise<Lock> {
  const path = join(dir, lockName);
  const id = randomBytes(8).toString('hex');
  const record: LockRecord = { lock: 1, id, ...self, since: new Date().toISOString() };
  for (let tries = 0; tries < 5; tries += 1) {
    await removeDead(path, dir, self);
    if (await create(path, `${JSON.stringify(record)}\n`, join(dir, temporaryName(self)))) {
      return keep(path, id);
    }
  }
  throw busy(`another deploy writes to ${dir}`);
}

/** How a file system says that it knows no hard links. */
export const noHardLinks: readonly string[] = ['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'];

/** The file appears with its content or not at all. Whether it did. */
async function create(path: string, text: string, temporary: string): Promise<boolean> {
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    await link(temporary, path);
    return true;
  } catch (error) {
    const errno = errnoOf(error) ?? '';
    if (errno === 'EEXIST') return false;
    if (!noHardLinks.includes(errno)) throw cannotWrite(path, error);
  } finally {
    await rm(temporary, { force: true });
  }
  // This file system knows no hard links.
  return writeFile(path, text, { flag: 'wx' }).then(
    () => true,
    (error: unknown) => {
      if (errnoOf(error) === 'EEXIST') return false;
      throw cannotWrite(path, error);
    },
  );
}

async function removeDead(path: string, dir: string, self: Owner): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const held = parse(text);
  const alive = held && (await isAlive(held, self));
  if (alive ?? (await isFresh(path, await timeAt(dir, self)))) throw busy(describe(dir, held));
  // Of two runs that find the same dead lock, one gets it; the other may get the new one, and gives it back.
  const aside = join(dir, temporaryName(self));
  await rename(path, aside).catch(() => undefined);
  const taken = await readFile(aside, 'utf8').catch(() => undefined);
  if (taken !== undefined && taken !== text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  if (taken !== undefined && taken !== text) throw busy(describe(dir, parse(taken)));
}

function keep(path: string, id: string): Lock {
  let lost = false;
  const isOurs = async () => {
    const text = await readFile(path, 'utf8').catch(() => '');
    return parse(text)?.id === id;
  };
  const touch = async () => {
    if (await isOurs()) await utimes(path, new Date(), new Date()).catch(() => undefined);
    else lost = true;
  };
  const timer = setInterval(() => void touch(), staleAfterMs / 8);
  timer.unref();
  return {
    check() {
      if (lost) throw busy(`another deploy took ${path} over`);
    },
    async release() {
      clearInterval(timer);
      if (await isOurs()) await rm(path, { force: true });
    },
  };
}

function parse(text: string): LockRecord | undefined {
  try {
    const record = JSON.parse(text) as Partial<LockRecord> | null;
    return typeof record?.id === 'string' ? (record as LockRecord) : undefined;
  } catch {
    return undefined;
  }
}

function describe(dir: string, held: LockRecord | undefined): string {
  if (held === undefined) return `another deploy writes to ${dir}`;
  const who = held.pid === 0 ? held.host : `pid ${held.pid} on ${held.host}`;
  return `another deploy writes to ${dir}: ${who}, since ${held.since}`;
}

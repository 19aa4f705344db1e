import { randomBytes } from 'node:crypto';
import { lstat, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isAlive, type Owner } from '../../owner.ts';

/** What a run of another machine, or of no telling which, left untouched for so long is nobody's any more. */
export const staleAfterMs = 120_000;

export const lockName = '.collect-static.lock';

/** Chance for the first name of a run; the others are counted on from there, which takes a tenth of the time. */
let next = randomBytes(6).readUIntBE(0, 6);

/** A name for a file that is still being written. It tells whose it is. */
export function temporaryName({ pid, start, space }: Owner): string {
  next = (next + 1) % 2 ** 48;
  return `.collect-static-${pid}.${start}.${space}-${next.toString(16).padStart(12, '0')}`;
}

const temporary = /^\.collect-static-(?:(\d+)\.([0-9a-f]+)\.([0-9a-f]{8})-)?[0-9a-f]{12}$/;

/** Whether a run left this behind, or still works on it. */
export function isLeftover(name: string): boolean {
  return name === lockName || temporary.test(name);
}

/** Removes the temporary files among the paths that no living run works on. */
export async function removeLeftovers(
  paths: readonly string[],
  self: Owner,
  nowMs: number,
): Promise<void> {
  for (const path of paths) {
    const match = temporary.exec(basename(path));
    if (match === null) continue;
    const [, pid = '', start = '', space = ''] = match;
    const alive = await isAlive({ pid: Number(pid), start, space, host: '' }, self);
    if (alive ?? (await isFresh(path, nowMs))) continue;
    await rm(path, { force: true });
  }
}

/** Whether a file was written a moment ago, by the clock of its own file system. */
export async function isFresh(path: string, nowMs: number): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  return stats !== undefined && nowMs - stats.mtimeMs < staleAfterMs;
}

/** The time as the file system of a directory tells it: another machine's clock may be off. */
export async function timeAt(dir: string, self: Owner): Promise<number> {
  const path = join(dir, temporaryName(self));
  try {
    await writeFile(path, '', { flag: 'wx' });
    return (await lstat(path)).mtimeMs;
  } finally {
    await rm(path, { force: true });
  }
}

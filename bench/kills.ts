import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../test/harness/random.ts';
import { createSite, type SiteFiles } from '../test/support/create-site.ts';
import type { Candidate } from './exam.ts';
import { createFolder, runProgram } from './program.ts';

export interface Kills {
  /** Runs that were killed while they wrote. */
  readonly kills: number;
  /** Of these, how many left a file under its final name that was neither its old nor its new version. */
  readonly torn: number;
  /** Of these, after how many such a file was still there when the next run had ended with 0. */
  readonly kept: number;
  /** Of these, after how many the next run left other files than the site's. */
  readonly leftovers: number;
}

const files = 60;

/** Sizes by name; every byte of a file is the letter of its build. */
const sizes = new Map(
  Array.from({ length: files }, (_, i) => [
    `d${i % 7}/f${i}.js`,
    i % 3 === 0 ? 4_000_000 : 2_000 + i,
  ]),
);

function build(letter: string): SiteFiles {
  const texts = [...sizes].map(([name, size]): [string, Buffer] => [
    name,
    Buffer.alloc(size, letter),
  ]);
  return Object.fromEntries(texts);
}

/** Kills a copy with SIGKILL while it writes, copies once more, and looks at every file after each. */
export async function killCopies(
  { peer, env, deadlineMs }: Candidate,
  command: readonly string[],
  { wanted, alive }: { readonly wanted: number; readonly alive: () => void },
): Promise<Kills> {
  const random = createRandom(wanted);
  const site = await createSite(build('a'));
  const place = { bucket: '', endpoint: 'http://127.0.0.1' };
  const folder = await createFolder(site.dir, peer.files?.(place) ?? {});
  const { dir } = folder;
  await site.remove();
  const copy = async (onStart?: (kill: () => void) => void) => {
    alive();
    const ended = await runProgram(command, { dir, env, deadlineMs, ...(onStart && { onStart }) });
    if (onStart === undefined && ended.exitCode !== 0) throw new Error(ended.said);
    return ended.exitCode;
  };
  const count = { kills: 0, torn: 0, kept: 0, leftovers: 0 };
  try {
    const out = join(dir, 'out');
    // A copy may end before it is killed: then it is tried again, but not for ever.
    for (let round = 0; count.kills < wanted && round < 4 * wanted; round += 1) {
      await rm(out, { recursive: true, force: true });
      await write(dir, 'a');
      await copy();
      const letter = 'bcdefgh'.charAt(round % 7);
      await write(dir, letter);
      const share = random.below(1_000) / 1_000;
      const exitCode = await copy((kill) => void killAt(out, share, kill));
      if (exitCode !== undefined) continue;
      count.kills += 1;
      if (await isTorn(out, ['a', letter])) count.torn += 1;
      await copy();
      if (await isTorn(out, [letter])) count.kept += 1;
      if ((await filesIn(out)).length !== files) count.leftovers += 1;
    }
    return count;
  } finally {
    await folder.remove();
  }
}

async function write(dir: string, letter: string): Promise<void> {
  for (const [name, text] of Object.entries(build(letter))) {
    await writeFile(join(dir, 'static', name), text);
  }
}

/** Kills as soon as this share of the site's bytes was written anew, under whatever names. */
async function killAt(out: string, share: number, kill: () => void): Promise<void> {
  const start = Date.now();
  const bytes = share * [...sizes.values()].reduce((sum, size) => sum + size);
  while (Date.now() < start + 60_000) {
    const stats = await Promise.all((await filesIn(out)).map(statIfThere));
    const written = stats.filter((stats) => (stats?.ctimeMs ?? 0) > start);
    if (written.reduce((sum, stats) => sum + (stats?.size ?? 0), 0) > bytes) break;
    await sleep(1);
  }
  kill();
}

async function isTorn(out: string, letters: readonly string[]): Promise<boolean> {
  for (const [name, size] of sizes) {
    const bytes = await readFile(join(out, name)).catch(() => undefined);
    // Absent is not torn, unless it should be there by now.
    if (bytes === undefined && letters.length > 1) continue;
    if (!letters.some((letter) => bytes?.equals(Buffer.alloc(size, letter)))) return true;
  }
  return false;
}

async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

const statIfThere = (path: string) => stat(path).catch(() => undefined);

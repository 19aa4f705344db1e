import { lstat, open } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { LeftOut } from '../find.ts';
import { createMatcher } from '../globs.ts';
import { toName } from '../keys.ts';
import type { Refusal } from '../types.ts';
import { walk } from '../walk.ts';
import { judgeName, type NameFinding } from './names.ts';
import type { GuardRule } from './rules.ts';
import { pastLeftOut } from './words.ts';

export interface LeftOutFinding {
  readonly rule: GuardRule;
  readonly name: string;
  /** The path of the entry that find counted as ignored: this one, or the directory it lies in. */
  readonly entry: string;
  readonly refusal: Refusal;
}

/**
 * Names among what only the default ignores left out, directories entered: it would not be published, but
 * where a repository or a key lies in a source, the source is the wrong directory.
 */
export async function judgeLeftOut(
  leftOut: readonly LeftOut[],
  ignore: readonly string[],
): Promise<readonly LeftOutFinding[]> {
  const findings: LeftOutFinding[] = [];
  for (const entry of leftOut) {
    const { include, ignore: own } = entry.source;
    const matchIgnored = createMatcher([...ignore, ...own]);
    const matchIncluded = createMatcher(include);
    const isIgnored = (name: string) => matchIgnored(name) !== undefined;
    // What `include` does not ask for was left out by the user as well.
    const isAskedFor = (name: string) => include.length === 0 || matchIncluded(name) !== undefined;
    for (const { name, path } of await entriesOf(entry, isIgnored)) {
      const found = judgeName(name);
      if (found === undefined || findings.some((one) => one.refusal.path === pathOf(entry, found)))
        continue;
      // A repository counts as asked for if its files would be.
      const probe = found.rule === 'vcs' ? `${found.name}/config` : name;
      if (isIgnored(name) || isIgnored(probe) || !isAskedFor(probe)) continue;
      if (!(await isConfirmed(found, path))) continue;
      const { rule, why } = found;
      const past = pastLeftOut(found.name);
      const refusal = { path: pathOf(entry, found), rule, why, past };
      findings.push({ rule, name: found.name, entry: entry.path, refusal });
    }
  }
  return findings;
}

interface Named {
  readonly name: string;
  readonly path: string;
}

/** The entry itself, and unless its own name settles it already, what lies below. */
async function entriesOf(
  { name, path }: LeftOut,
  isIgnored: (name: string) => boolean,
): Promise<readonly Named[]> {
  const isDirectory = await lstat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (judgeName(name) !== undefined || !isDirectory) return [{ name, path }];
  const { entries } = await walk(path, (below) => {
    const whole = `${name}/${below}`;
    return isIgnored(whole) || judgeName(whole) !== undefined;
  });
  return entries.map(({ relative }) => ({
    name: `${name}/${toName(relative, sep)}`,
    path: join(path, relative),
  }));
}

/** The path of what is meant: the entry, or the directory in its name. */
function pathOf({ path, name }: LeftOut, found: NameFinding): string {
  const root = path.slice(0, path.length - name.length);
  return join(root, ...found.name.split('/'));
}

async function isConfirmed({ confirm }: NameFinding, path: string): Promise<boolean> {
  if (confirm === undefined) return true;
  // Only a regular file: opening a FIFO would wait for ever.
  if (!(await lstat(path)).isFile()) return false;
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return true;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8192), 0, 8192, 0);
    return confirm(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

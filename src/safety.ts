import { access, lstat, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { caseCollisions } from './collisions.ts';
import { CollectError, errnoOf, exitCodes } from './errors.ts';
import { detailsOf } from './explanations/index.ts';
import type { Config, Plan } from './types.ts';
import { isInside } from './walk.ts';

/**
 * Refuses a local destination that would eat the project: one that overlaps a source, or, with `clear`,
 * one that holds the project itself. @throws CollectError exit 5
 */
export async function checkDestination(config: Config): Promise<void> {
  if (config.backend !== 'local') return;
  const dir = await realDir(config.local.dir);
  for (const source of config.sources) {
    const from = await realDir(source.dir);
    if (!isInside(dir, from) && !isInside(from, dir)) continue;
    const how =
      dir === from
        ? 'is the source itself:'
        : isInside(dir, from)
          ? 'lies inside the source'
          : 'contains the source';
    throw new CollectError(
      'DESTINATION_OVERLAP',
      `the destination ${config.local.dir} ${how} ${source.dir}`,
      detailsOf('DESTINATION_OVERLAP'),
    );
  }
  if (config.clear) await checkClear(config, dir);
}

/** Refuses names of which a local destination could keep only one. @throws CollectError exit 4 */
export async function checkNames(config: Config, names: readonly string[]): Promise<void> {
  if (config.backend !== 'local') return;
  const groups = caseCollisions(names);
  if (groups.length === 0 || !(await ignoresCase(config.local.dir))) return;
  throw new CollectError(
    'CASE_COLLISION',
    `${config.local.dir} takes upper and lower case for the same: of ${groups.length === 1 ? 'these names' : `${groups.length} such groups of names`} it can hold only one`,
    { ...detailsOf('CASE_COLLISION'), problems: groups.map((group) => group.join(' and ')) },
  );
}

/** Whether names of any case lead to the same file there. Found out without a write: a dry run asks too. */
async function ignoresCase(dir: string): Promise<boolean> {
  const entries = await readdir(dir).catch((): string[] => []);
  const letters = entries.find(
    (name) => swapCase(name) !== name && !entries.includes(swapCase(name)),
  );
  if (letters !== undefined) return isSameFile(join(dir, letters), join(dir, swapCase(letters)));
  const parent = dirname(dir);
  return parent !== dir && ignoresCase(parent);
}

function swapCase(name: string): string {
  return name.replace(/[a-z]/gi, (char) => (char < 'a' ? char.toLowerCase() : char.toUpperCase()));
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const stats = await Promise.all([a, b].map((path) => lstat(path).catch(() => undefined)));
  return stats[0] !== undefined && stats[0].ino === stats[1]?.ino && stats[0].dev === stats[1].dev;
}

/** Refuses deletes that would take a project with them. @throws CollectError exit 5 */
export function checkDeletes({ local }: Config, plan: Plan): void {
  const precious = plan.steps
    .flat()
    .filter(({ type, key }) => type === 'delete' && /(^|\/)(\.git(\/|$)|package\.json$)/.test(key));
  const [first] = precious;
  if (first !== undefined) throw clearRefused(local.dir, join(local.dir, first.key));
}

function clearRefused(dir: string, path: string): CollectError {
  return new CollectError(
    'CLEAR_REFUSED',
    `--clear would delete all of ${dir}, and that holds ${path}`,
    {
      exitCode: exitCodes.refused,
      hint: 'name a destination that holds nothing but static files',
    },
  );
}

async function checkClear(config: Config, dir: string): Promise<void> {
  for (const { target, dir: other } of config.neighbours) {
    if (isInside(await realDir(other), dir)) throw clearRefused(dir, `the target ${target}`);
  }
  const held = [join(dir, '.git'), join(dir, 'package.json')];
  if (config.configFile !== undefined && isInside(await realDir(config.configFile), dir)) {
    held.push(config.configFile);
  }
  for (const path of held) {
    if (!(await exists(path))) continue;
    throw clearRefused(config.local.dir, path);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The real path of a directory that may not exist yet: that of its nearest existing ancestor, continued. */
async function realDir(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (errnoOf(error) !== 'ENOENT' || parent === path) return path;
    return join(await realDir(parent), basename(path));
  }
}

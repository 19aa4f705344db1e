import { byCodePoint } from '../keys.ts';

export interface PathBudget {
  readonly maxPaths: number;
  readonly mostWildcards: number;
}

/**
 * As few paths as the budget wants, with a wildcard for the directories that have most of them, deepest first; at last
 * one for everything. A path with an asterisk ends there: only at the end is it sure to be a wildcard. Pure.
 */
export function collapsePaths(
  asked: readonly string[],
  { maxPaths, mostWildcards }: PathBudget,
): string[] {
  let paths = new Set(asked.map(upToAsterisk));
  let wildcards = [...paths].filter(isWildcard).length;
  const isFine = () => paths.size <= maxPaths && wildcards <= mostWildcards;
  const deepest = Math.max(0, ...[...paths].map(depthOf));
  for (let depth = deepest; depth >= 0 && !isFine(); depth -= 1) {
    const groups = [...groupAt(paths, depth)].sort(
      ([a, one], [b, other]) => other.length - one.length || byCodePoint(a, b),
    );
    for (const [dir, inside] of groups) {
      if (isFine()) break;
      if (inside.length < 2) continue;
      for (const path of inside) paths.delete(path);
      paths.add(`${dir}*`);
      wildcards += 1 - inside.filter(isWildcard).length;
    }
  }
  if (!isFine()) paths = new Set(['/*']);
  return [...paths].sort(byCodePoint);
}

function upToAsterisk(path: string): string {
  const at = path.indexOf('*');
  return at === -1 ? path : path.slice(0, at + 1);
}

function isWildcard(path: string): boolean {
  return path.endsWith('*');
}

/** Directories above a file: 0 for "/a.css". */
function depthOf(path: string): number {
  return path.split('/').length - 2;
}

/** Paths by the directory that many levels below the root; what lies higher is left out. */
function groupAt(paths: Iterable<string>, depth: number): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    if (depthOf(path) < depth) continue;
    const dir = path
      .split('/')
      .slice(0, depth + 1)
      .concat('')
      .join('/');
    const group = groups.get(dir);
    if (group === undefined) groups.set(dir, [path]);
    else group.push(path);
  }
  return groups;
}

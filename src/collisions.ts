import type { Warning } from './types.ts';

// Names that S3 keeps apart and that not every disk can. Pure.

/** Names of files that other files lie below: possible with two sources, on S3 but not on a disk. */
export function filesInPlaceOfDirectories(names: readonly string[]): string[] {
  const directories = new Set(names.flatMap(directoriesOf));
  return names.filter((name) => directories.has(name));
}

/** Groups of names of which a disk that takes upper and lower case for the same can hold only one. */
export function caseCollisions(names: readonly string[]): string[][] {
  const groups = new Map<string, Set<string>>();
  for (const name of names) add(groups, name);
  // A directory takes the place of a file in any spelling; two directories become one, which loses nothing.
  for (const directory of new Set(names.flatMap(directoriesOf))) {
    if (groups.has(folded(directory))) add(groups, directory);
  }
  return [...groups.values()].filter(({ size }) => size > 1).map((group) => [...group]);
}

/** What the owner of such names should know before somebody copies the store to a disk. */
export function collisionWarnings(names: readonly string[]): Warning[] {
  const both = filesInPlaceOfDirectories(names);
  const cased = caseCollisions(names).map((group) => group.join(' and '));
  const warnings: Warning[] = [];
  if (both.length > 0) {
    const message = `${both.length} names are a file and a directory at once: no disk can hold a copy of this tree`;
    warnings.push({ code: 'FILE_AND_DIRECTORY', message, subjects: both });
  }
  if (cased.length > 0) {
    const message = `${cased.length} names differ in nothing but upper and lower case: a Windows or macOS disk cannot hold a copy of this tree`;
    warnings.push({ code: 'CASE_COLLISION', message, subjects: cased });
  }
  return warnings;
}

function directoriesOf(name: string): string[] {
  const directories: string[] = [];
  for (let slash = name.indexOf('/'); slash !== -1; slash = name.indexOf('/', slash + 1)) {
    directories.push(name.slice(0, slash));
  }
  return directories;
}

function add(groups: Map<string, Set<string>>, name: string): void {
  const group = groups.get(folded(name)) ?? new Set();
  groups.set(folded(name), group.add(name));
}

/** Upper case first: it makes ß and SS one, and both forms of sigma, as such disks do. */
function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}

import type { FoundFiles } from '../find.ts';
import { createMatcher } from '../globs.ts';
import { isMutable } from '../pointers.ts';
import type { Config, StaticFile } from '../types.ts';
import { namesHashedByBundler } from './bundler-manifest.ts';
import type { Unwritten } from './rewrite/texts.ts';

/** What happens to a file. bundled: its name carries a hash already. */
export type Fate = 'hashed' | 'fixed' | 'frozen' | 'bundled';

/** What happens to each file, by its name. */
export async function judgeFates(
  found: Pick<FoundFiles, 'files' | 'ignored'>,
  { hash, url }: Config,
): Promise<ReadonlyMap<string, Fate>> {
  const modern = hash.engine === 'modern';
  const isIncluded = createMatcher(hash.include.length > 0 ? hash.include : ['**']);
  const isExcluded = createMatcher(hash.exclude);
  const isMarked = createMatcher(hash.alreadyHashed);
  const byBundler = modern ? await namesHashedByBundler(found, url.base) : new Set<string>();
  const fateOf = ({ name }: StaticFile): Fate => {
    if (isExcluded(name) !== undefined) return 'frozen';
    // What is included decides who gets a hashed name; pages get none, and have to name those who do.
    if (modern && isFixed(name) && isMarked(name) === undefined) return 'fixed';
    if (isIncluded(name) === undefined) return 'frozen';
    if (!modern) return 'hashed';
    return isMarked(name) !== undefined || byBundler.has(name) ? 'bundled' : 'hashed';
  };
  return new Map(found.files.map((file) => [file.name, fateOf(file)]));
}

/** The files as the engines see them. */
export function unwrittenOf(
  files: readonly StaticFile[],
  fates: ReadonlyMap<string, Fate>,
): readonly Unwritten[] {
  return files.map(({ name, content }): Unwritten => {
    const fate = fates.get(name) ?? 'hashed';
    return { name, content, fate: fate === 'bundled' ? 'frozen' : fate };
  });
}

/** Pages, and what browsers and robots ask for by a name that nobody can change. */
export function isFixed(name: string): boolean {
  return isMutable(name) || /(?:^|\/)favicon\.ico$/i.test(name);
}

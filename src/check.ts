import { readFile } from 'node:fs/promises';
import { sourceOf } from './content.ts';
import { createDigester } from './digest.ts';
import { findFiles } from './find.ts';
import { longestObjectKey } from './keys.ts';
import { didYouMean } from './nearest.ts';
import { findBroken, findReferenced, type Broken } from './processors/broken.ts';
import { isFixed } from './processors/fates.ts';
import { absent } from './processors/missing.ts';
import { findAskedNames } from './templates.ts';
import type { Config } from './types.ts';

/** Something that will not be found by whoever asks for it. */
export interface BrokenReference {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly why: string;
}

export interface CheckResult {
  /** References of files and names of templates. */
  readonly broken: readonly BrokenReference[];
  /** Names that no file and no template refers to. */
  readonly unreferenced: readonly string[];
  /** Calls in templates that cannot be judged, as their name is known only when they run. */
  readonly dynamic: number;
}

/**
 * Looks for what a deploy would break, without a destination. References are judged as a run with this config would.
 * `templates`: absolute paths. @throws CollectError as findFiles
 */
export async function check(config: Config, templates: readonly string[]): Promise<CheckResult> {
  const found = await findFiles(config);
  const digester = createDigester();
  const inFiles = await findBroken(found, config, digester);
  const referenced = await findReferenced(found, config, digester);
  const pathOf = new Map(
    found.files.map(({ name, content }) => [name, sourceOf(content)?.path ?? name]),
  );
  const names = new Set(pathOf.keys());
  const inTemplates = await readTemplates(templates, names);
  const describe = ({ from, line, column, why, target }: Broken): BrokenReference => {
    return { path: pathOf.get(from) ?? from, line, column, why: `${why}${slipOf(target, names)}` };
  };
  return {
    broken: [...inFiles, ...inTemplates.broken].map(describe),
    unreferenced: [...names].filter(
      (name) => !referenced.has(name) && !inTemplates.names.has(name) && !isFixed(name),
    ),
    dynamic: inTemplates.dynamic,
  };
}

async function readTemplates(
  paths: readonly string[],
  names: ReadonlySet<string>,
): Promise<{ broken: Broken[]; names: ReadonlySet<string>; dynamic: number }> {
  const broken: Broken[] = [];
  const all = new Set<string>();
  let dynamic = 0;
  for (const path of paths) {
    const found = findAskedNames(await readFile(path, 'utf8'));
    dynamic += found.dynamic;
    for (const { name: url, line, column } of found.asked) {
      const target = url.replace(/[?#].*$/s, '');
      all.add(withoutSlash(target));
      if (names.has(target)) continue;
      broken.push({ from: path, line, column, why: absent({ url, target }), target });
    }
  }
  return { broken, names: all, dynamic };
}

function slipOf(target: string | undefined, names: ReadonlySet<string>): string {
  const isName = target !== undefined && target.length <= longestObjectKey;
  return isName ? didYouMean(withoutSlash(target), names) : '';
}

/** "/css/app.css" is no name, neither for Django nor for createManifest, but it is plain which one was meant. */
function withoutSlash(asked: string): string {
  return asked.replace(/^\/+/, '');
}

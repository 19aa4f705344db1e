import { readFile } from 'node:fs/promises';
import { sourceOf } from './content.ts';
import { createDigester } from './digest.ts';
import { findFiles } from './find.ts';
import { longestObjectKey } from './keys.ts';
import { nearest } from './nearest.ts';
import { basesOf, isFixed } from './processors/hash.ts';
import { createLevelOf } from './processors/missing.ts';
import { shortened } from './processors/rewrite/reference.ts';
import { createResolve } from './processors/rewrite/resolve.ts';
import { createScannerFor } from './processors/rewrite/scanners.ts';
import { readTexts, type Unwritten } from './processors/rewrite/texts.ts';
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

/** Looks for what a deploy would break, without a destination. `templates`: absolute paths. @throws CollectError as findFiles */
export async function check(config: Config, templates: readonly string[]): Promise<CheckResult> {
  const { files } = await findFiles(config);
  const unwritten = new Map(
    files.map(({ name, content }): [string, Unwritten] => [
      name,
      { name, content, fate: 'hashed' },
    ]),
  );
  const texts = await readTexts(unwritten, {
    digester: createDigester(),
    resolve: createResolve(basesOf(config)),
    scannerFor: createScannerFor(config.hash),
  });
  const pathOf = new Map(files.map(({ name, content }) => [name, sourceOf(content)?.path ?? name]));
  const names = new Set(pathOf.keys());
  const levelOf = createLevelOf(config.hash.onMissing);
  const describe = <T extends { from: string; line: number; column: number }>(
    found: readonly T[],
    why: (one: T) => string,
  ) =>
    found.map((one): BrokenReference => {
      const { from, line, column } = one;
      return { path: pathOf.get(from) ?? from, line, column, why: why(one) };
    });
  const asked = await readTemplates(templates, names);
  const referenced = new Set([...texts.links.values()].flat().map(({ target }) => target));
  return {
    broken: [
      ...describe(texts.problems, ({ why }) => why),
      ...describe(
        texts.missing.filter((one) => levelOf(one) === 'error'),
        ({ url, target }) => absent(url, target, names),
      ),
      ...asked.broken,
    ],
    unreferenced: [...names].filter(
      (name) => !referenced.has(name) && !asked.names.has(name) && !isFixed(name),
    ),
    dynamic: asked.dynamic,
  };
}

async function readTemplates(
  paths: readonly string[],
  names: ReadonlySet<string>,
): Promise<{ broken: BrokenReference[]; names: ReadonlySet<string>; dynamic: number }> {
  const broken: BrokenReference[] = [];
  const all = new Set<string>();
  let dynamic = 0;
  for (const path of paths) {
    const found = findAskedNames(await readFile(path, 'utf8'));
    dynamic += found.dynamic;
    for (const { name: asked, line, column } of found.asked) {
      const name = asked.replace(/[?#].*$/s, '').replace(/^\//, '');
      all.add(name);
      if (!names.has(name)) broken.push({ path, line, column, why: absent(asked, name, names) });
    }
  }
  return { broken, names: all, dynamic };
}

function absent(url: string, name: string, names: ReadonlySet<string>): string {
  const near = name.length > longestObjectKey ? undefined : nearest(name, names);
  const meaning = url === name ? '' : ` (${shortened(name)})`;
  return `${shortened(url)}${meaning} is not there${near === undefined ? '' : `; did you mean ${near}?`}`;
}

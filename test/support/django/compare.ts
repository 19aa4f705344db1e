import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CollectError } from '../../../src/errors.ts';
import { byCodePoint } from '../../../src/keys.ts';
import { manifestText } from '../../../src/manifest.ts';
import type { DjangoOptions } from '../../../src/processors/rewrite/django/index.ts';
import type { Oracle } from './oracle.ts';
import { md5, rewriteFiles } from './rewrite-files.ts';
import type { Tree } from './trees.ts';

/** What a run leaves: every path with the MD5 of its bytes, and the manifest; or why there was none. */
export type Outcome =
  | { readonly files: Readonly<Record<string, string>>; readonly manifest: string }
  | {
      readonly refused: string;
      /** What the command says before the error: which files it could not process. */
      readonly notice: string;
    };

/** What is wrong with our outcome; undefined if it is Django's. */
export function difference(ours: Outcome, django: Outcome): string | undefined {
  if ('refused' in ours) {
    if (!('refused' in django)) return `refused, where Django accepts:\n${ours.refused}`;
    return refusalDifference(ours.refused, django);
  }
  if ('refused' in django) return `accepted, where Django refuses:\n${django.refused}`;
  const [mine, its] = [inOrder(ours), inOrder(django)];
  const only = (lines: readonly string[], others: readonly string[]) =>
    lines.filter((line) => !others.includes(line));
  if (mine.join('\n') === its.join('\n')) return undefined;
  return ['ours:', ...only(mine, its), "Django's:", ...only(its, mine)].join('\n  ');
}

/** Django stops at the first problem, which must be one of ours. */
function refusalDifference(ours: string, django: { refused: string; notice: string }) {
  const sentence = django.refused.includes('Max post-process passes')
    ? `${django.notice} Max post-process passes exceeded.`.replace('failed!', 'failed:')
    : (/The file '.{0,200}' could not be found/s.exec(django.refused)?.[0] ?? '');
  return ours.includes(sentence) ? undefined : `refused otherwise:\n${ours}\n${django.refused}`;
}

/** Lines that do not depend on the order of work: Django 5 writes its manifest in that. */
function inOrder({ files, manifest }: Exclude<Outcome, { refused: string }>): readonly string[] {
  const { paths, ...rest } = JSON.parse(manifest) as { paths: object };
  const lines = [...Object.entries(files), ...Object.entries(paths)].map((entry) =>
    entry.join(' → '),
  );
  return [...lines.sort(byCodePoint), JSON.stringify(rest)];
}

/** The bytes of a tree's files, sorted by name as a walk finds them. */
export function filesOf({ files }: Pick<Tree, 'files'>): ReadonlyMap<string, Buffer> {
  const entries = Object.entries(files).map(([name, pieces]): [string, Buffer] => {
    return [name, Buffer.concat(pieces.map((piece) => Buffer.from(piece)))];
  });
  return new Map(entries.sort(([a], [b]) => byCodePoint(a, b)));
}

/** What our engine makes of these files. */
export async function ourOutcome(
  files: ReadonlyMap<string, Buffer>,
  options: DjangoOptions,
): Promise<Outcome> {
  try {
    const results = await rewriteFiles(files, options);
    const stored: Record<string, string> = {};
    for (const [name, bytes] of files) stored[name] = md5(bytes);
    for (const { key, bytes } of results.values()) stored[key] = md5(bytes);
    const paths = [...results].map(([name, { key }]): [string, string] => [name, key]);
    return { files: stored, manifest: manifestText(new Map(paths)) };
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    return { refused: [error.message, ...error.problems].join('\n'), notice: '' };
  }
}

/** What Django makes of the same files, in a temporary directory. */
export async function djangoOutcome(
  oracle: Oracle,
  files: ReadonlyMap<string, Buffer>,
  options: Pick<DjangoOptions, 'jsModules' | 'staticUrl'>,
): Promise<Outcome> {
  const dir = await mkdtemp(join(tmpdir(), 'collect-static-django-'));
  try {
    const source = join(dir, 'source');
    await mkdir(source);
    for (const [name, bytes] of files) {
      await mkdir(dirname(join(source, name)), { recursive: true });
      await writeFile(join(source, name), bytes);
    }
    return await djangoOutcomeOf(
      oracle,
      { source, root: join(dir, 'root'), names: [...files.keys()] },
      options,
    );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** What Django makes of files on disk. */
export async function djangoOutcomeOf(
  oracle: Oracle,
  tree: { readonly source: string; readonly root: string; readonly names: readonly string[] },
  { jsModules, staticUrl }: Pick<DjangoOptions, 'jsModules' | 'staticUrl'>,
): Promise<Outcome> {
  const collected = await oracle.collect({ ...tree, jsModules, staticUrl });
  if ('refused' in collected) {
    return { refused: collected.refused, notice: collected.stderr.trim() };
  }
  const stored = Object.entries(collected.files).filter(([path]) => path !== 'staticfiles.json');
  return { files: Object.fromEntries(stored), manifest: collected.manifest };
}

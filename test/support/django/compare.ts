import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CollectError } from '../../../src/errors.ts';
import { byCodePoint } from '../../../src/keys.ts';
import { manifestText } from '../../../src/manifest.ts';
import {
  rewriteDjango,
  type DjangoOptions,
  type DjangoSource,
} from '../../../src/processors/rewrite/django/index.ts';
import type { Oracle } from './oracle.ts';
import type { Tree } from './trees.ts';

/** What a run leaves: every path with the MD5 of its bytes, and the manifest; or why there was none. */
export type Outcome =
  | { readonly files: Readonly<Record<string, string>>; readonly manifest: string }
  | { readonly refused: string };

/** An outcome as one text in which nothing depends on the order of work: Django 5 writes its manifest in that. */
export function inOrder(outcome: Outcome): string {
  if ('refused' in outcome) return 'refused';
  const sorted = (entries: object) => Object.entries(entries).sort(([a], [b]) => byCodePoint(a, b));
  const { paths, ...rest } = JSON.parse(outcome.manifest) as { paths: object };
  return JSON.stringify({ files: sorted(outcome.files), paths: sorted(paths), ...rest }, null, 1);
}

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

/** The bytes of a tree's files, sorted by name as a walk finds them. */
export function filesOf(tree: Tree): ReadonlyMap<string, Buffer> {
  const entries = Object.entries(tree.files).map(([name, pieces]): [string, Buffer] => [
    name,
    Buffer.concat(pieces.map((piece) => Buffer.from(piece))),
  ]);
  return new Map(entries.sort(([a], [b]) => byCodePoint(a, b)));
}

/** What our engine makes of these files: the source copies, the hashed copies and the manifest. */
export async function ourOutcome(
  files: ReadonlyMap<string, Buffer>,
  options: DjangoOptions,
): Promise<Outcome> {
  const sources = [...files].map(([name, bytes]): DjangoSource => {
    const read = () => Promise.resolve(bytes);
    return { name, size: bytes.length, md5: md5(bytes), read };
  });
  try {
    const results = await rewriteDjango(sources, options);
    const stored: Record<string, string> = {};
    for (const { name, key, edits, md5: claimed } of results) {
      const source = files.get(name) ?? Buffer.alloc(0);
      stored[name] = md5(source);
      stored[key] = md5(applied(source, edits));
      if (stored[key] !== claimed) throw new Error(`${name}: the MD5 is not of the edited bytes`);
    }
    return {
      files: stored,
      manifest: manifestText(new Map(results.map((one) => [one.name, one.key]))),
    };
  } catch (error) {
    if (error instanceof CollectError)
      return { refused: [error.message, ...error.problems].join('\n') };
    throw error;
  }
}

function applied(source: Buffer, edits: readonly { start: number; end: number; text: string }[]) {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { start, end, text } of edits) {
    if (start < at || end < start || end > source.length) throw new Error('edits overlap');
    parts.push(source.subarray(at, start), Buffer.from(text));
    at = end;
  }
  return Buffer.concat([...parts, source.subarray(at)]);
}

/** What Django makes of the same files, in a temporary directory. */
export async function djangoOutcome(
  oracle: Oracle,
  files: ReadonlyMap<string, Buffer>,
  { jsModules, staticUrl }: DjangoOptions,
): Promise<Outcome> {
  const dir = await mkdtemp(join(tmpdir(), 'collect-static-django-'));
  try {
    const source = join(dir, 'source');
    for (const [name, bytes] of files) {
      await mkdir(dirname(join(source, name)), { recursive: true });
      await writeFile(join(source, name), bytes);
    }
    await mkdir(source, { recursive: true });
    const root = join(dir, 'root');
    const request = { source, root, names: [...files.keys()], jsModules, staticUrl };
    const collected = await oracle.collect(request);
    if ('refused' in collected) return collected;
    const { 'staticfiles.json': _, ...stored } = collected.files;
    return { files: stored, manifest: collected.manifest };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

import { readContent } from '../content.ts';
import { CollectError } from '../errors.ts';
import { readManifest } from '../manifest.ts';
import type { Content, StaticFile } from '../types.ts';
import { withHash } from './hashed-name.ts';
import { assetsName, manifestName } from './manifests.ts';

/**
 * Where the sources are a tree whose names were hashed before, by this program or by Django, its manifest tells which
 * names change with the content; assets.json, which ours have too, tells of names that had a hash before that. What
 * cannot be read tells nothing.
 */
export async function markHashedBefore(
  files: readonly StaticFile[],
): Promise<readonly StaticFile[]> {
  const contentOf = (wanted: string) => files.find(({ name }) => name === wanted)?.content;
  const paths = await readPaths(contentOf(manifestName));
  if (paths.size === 0) return files;
  const immutable = await readImmutable(contentOf(assetsName));
  const hashed = new Set(
    [...paths].flatMap(([name, key]) =>
      isHashOf(key, name) || immutable.get(name) === key ? [key] : [],
    ),
  );
  return files.map((file) => (hashed.has(file.name) ? { ...file, immutable: true } : file));
}

async function readPaths(content: Content | undefined): Promise<ReadonlyMap<string, string>> {
  if (content === undefined) return new Map();
  try {
    return readManifest((await readContent(content)).toString()).paths;
  } catch (error) {
    if (error instanceof CollectError && error.code === 'MANIFEST_INVALID') return new Map();
    throw error;
  }
}

/** Name → key of what assets.json calls immutable. It may be somebody else's, of any kind. */
async function readImmutable(content: Content | undefined): Promise<ReadonlyMap<string, unknown>> {
  if (content === undefined) return new Map();
  const { assets } = parse((await readContent(content)).toString());
  return new Map(
    Object.entries(assets ?? {}).flatMap(([name, asset]) =>
      asset?.immutable === true ? [[name, asset.key] as const] : [],
    ),
  );
}

interface Assets {
  readonly assets?: Readonly<
    Record<string, { readonly key?: unknown; readonly immutable?: unknown } | null>
  > | null;
}

function parse(text: string): Assets {
  try {
    return (JSON.parse(text) as Assets | null) ?? {};
  } catch {
    return {};
  }
}

function isHashOf(key: string, name: string): boolean {
  return [...key.matchAll(/\.([0-9a-f]{12})(?=\.|$)/g)].some(
    ([, hash = '']) => withHash(name, hash) === key,
  );
}

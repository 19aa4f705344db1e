import { readContent } from '../content.ts';
import { CollectError } from '../errors.ts';
import { readManifest } from '../manifest.ts';
import type { StaticFile } from '../types.ts';
import { withHash } from './hashed-name.ts';
import { manifestName } from './manifests.ts';

/**
 * Where the sources are a tree whose names were hashed before, by this program or by Django, its manifest tells which
 * names change with the content. A manifest that cannot be read tells nothing.
 */
export async function markHashedBefore(
  files: readonly StaticFile[],
): Promise<readonly StaticFile[]> {
  const manifest = files.find(({ name }) => name === manifestName);
  const hashed = manifest === undefined ? new Set() : await hashedNames(manifest);
  return hashed.size === 0
    ? files
    : files.map((file) => (hashed.has(file.name) ? { ...file, immutable: true } : file));
}

async function hashedNames({ content }: StaticFile): Promise<ReadonlySet<string>> {
  try {
    const { paths } = readManifest((await readContent(content)).toString());
    return new Set([...paths].flatMap(([name, key]) => (isHashOf(key, name) ? [key] : [])));
  } catch (error) {
    if (error instanceof CollectError && error.code === 'MANIFEST_INVALID') return new Set();
    throw error;
  }
}

function isHashOf(key: string, name: string): boolean {
  return [...key.matchAll(/\.([0-9a-f]{12})(?=\.|$)/g)].some(
    ([, hash = '']) => withHash(name, hash) === key,
  );
}

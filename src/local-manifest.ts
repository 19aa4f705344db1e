import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CollectError, errnoOf } from './errors.ts';
import { detailsOf } from './explanations/index.ts';
import { makeDirectory } from './make-directory.ts';
import type { ManifestBytes } from './types.ts';

/**
 * Writes the copies that a server reads, each whole or not at all: build/staticfiles.json and
 * build/staticfiles.assets.json, for an assets.json there may be somebody else's. @throws CollectError exit 8
 */
export async function writeLocalManifests(
  path: string,
  { manifest, assets }: ManifestBytes,
): Promise<void> {
  await write(path.replace(/(\.json)?$/, '.assets.json'), assets);
  await write(path, manifest);
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.collect-static-tmp`;
  try {
    await makeDirectory(dirname(path));
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const errno = errnoOf(error) ?? 'error';
    throw new CollectError(
      'MANIFEST_NOT_WRITTEN',
      `everything is deployed, but ${path} cannot be written (${errno})`,
      {
        ...detailsOf('MANIFEST_NOT_WRITTEN'),
        cause: error,
      },
    );
  }
}

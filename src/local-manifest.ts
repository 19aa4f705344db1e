import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CollectError, errnoOf } from './errors.ts';
import { detailsOf } from './explanations/index.ts';
import { makeDirectory } from './make-directory.ts';

/** Writes the copy of the manifest that a server reads, whole or not at all. @throws CollectError exit 8 */
export async function writeLocalManifest(path: string, bytes: Uint8Array): Promise<void> {
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

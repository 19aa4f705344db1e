import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { readLimit, type Backend } from './backends/backend.ts';
import { CollectError, errnoOf, exitCodes, withExitCode } from './errors.ts';
import { detailsOf } from './explanations/index.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { manifestName } from './processors/manifests.ts';

/** The copy that `manifest.local` names; undefined where no run has written it yet. */
export async function readLocalManifest(path: string): Promise<Manifest | undefined> {
  try {
    return readManifest(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof CollectError) throw error;
    const errno = errnoOf(error) ?? 'error';
    if (errno === 'ENOENT') return undefined;
    throw new CollectError('MANIFEST_INVALID', `${path} cannot be read (${errno})`, {
      ...detailsOf('MANIFEST_INVALID'),
      cause: error,
    });
  }
}

/** The manifest that the last run stored with the files. @throws CollectError MANIFEST_MISSING, or as `read` */
export async function readStoredManifest(backend: Backend, signal: AbortSignal): Promise<Manifest> {
  const stored = await backend.read?.(manifestName, { signal }).catch((error: unknown) => {
    const broken = error instanceof CollectError && error.exitCode === exitCodes.partial;
    throw broken ? withExitCode(error, exitCodes.unreachable) : error;
  });
  if (stored !== undefined) return readManifest(decode(Buffer.from(stored.bytes)).toString());
  const message = `there is no ${manifestName} in ${backend.label}`;
  throw new CollectError('MANIFEST_MISSING', message, detailsOf('MANIFEST_MISSING'));
}

/** A run that compresses in place stores it with gzip, so that Django can read it as well. */
function decode(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: readLimit });
  } catch {
    return bytes; // which is no JSON
  }
}

import type { FoundFiles } from '../find.ts';
import type { Config, Encoding, ManifestBytes, StaticFile, Warning } from '../types.ts';
import type { Compressing } from './compress/index.ts';
import type { HashDependencies } from './hash.ts';
import { markHashedBefore } from './hashed-before.ts';

/** The files as they will be stored. */
export interface Processed {
  readonly files: readonly StaticFile[];
  readonly warnings: readonly Warning[];
  /** Where names are hashed. */
  readonly manifests?: ManifestBytes;
}

export interface ProcessDependencies extends HashDependencies {
  /** Undefined: the files stay as they are. */
  readonly compress?: Compressing['compress'];
}

/** Files in, files out: whatever is done to them before they are stored. @throws CollectError exit 4 */
export async function processFiles(
  found: Pick<FoundFiles, 'files' | 'ignored'>,
  config: Config,
  dependencies: ProcessDependencies,
): Promise<Processed> {
  const { digester, compress = asTheyAre } = dependencies;
  if (!config.hash.enabled) {
    return { files: await compress(await markHashedBefore(found.files)), warnings: [] };
  }
  // Parsers for all the languages that refer to files: loaded only where they are needed.
  const [{ hashFiles }, { makeManifests }] = await Promise.all([
    import('./hash.ts'),
    import('./manifests.ts'),
  ]);
  const { files: hashed, warnings, keys } = await hashFiles(found, config, dependencies);
  const files = await compress(hashed);
  // What the manifests say of a file holds for its bytes before.
  const input = { keys, encodings: encodingsOf(files), config, digester };
  const { manifest, assets } = await makeManifests(hashed, input);
  const stored = await compress([assets, manifest]);
  return {
    files: [...files, ...stored],
    warnings,
    manifests: { manifest: manifest.content.bytes, assets: assets.content.bytes },
  };
}

function asTheyAre(files: readonly StaticFile[]): Promise<readonly StaticFile[]> {
  return Promise.resolve(files);
}

/** Key → what its file is stored in, beside or instead of the plain bytes. */
function encodingsOf(files: readonly StaticFile[]): ReadonlyMap<string, readonly Encoding[]> {
  const encodings = new Map<string, Encoding[]>();
  for (const { key, encoding, twinOf = key } of files) {
    if (encoding !== undefined) encodings.set(twinOf, [...(encodings.get(twinOf) ?? []), encoding]);
  }
  return encodings;
}

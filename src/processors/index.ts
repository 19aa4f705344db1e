import type { FoundFiles } from '../find.ts';
import type { Config, StaticFile, Warning } from '../types.ts';
import { hashFiles, type HashDependencies } from './hash.ts';
import { markHashedBefore } from './hashed-before.ts';

/** The files as they will be stored. */
export interface Processed {
  readonly files: readonly StaticFile[];
  readonly warnings: readonly Warning[];
  /** The bytes of staticfiles.json, where names are hashed. */
  readonly manifest?: Uint8Array;
}

/** Files in, files out: whatever is done to them before they are stored. @throws CollectError exit 4 */
export async function processFiles(
  found: Pick<FoundFiles, 'files' | 'leftOut'>,
  config: Config,
  dependencies: HashDependencies,
): Promise<Processed> {
  if (config.hash.enabled) return hashFiles(found, config, dependencies);
  return { files: await markHashedBefore(found.files), warnings: [] };
}

import { isBuiltIn } from './backends/index.ts';
import { createDigester, digestFiles } from './digest.ts';
import { openDigestCache, type DigestCache } from './digest-cache.ts';
import { findFiles, type FoundFiles } from './find.ts';
import { guardFiles, guardFingerprint, type Guarded } from './guard.ts';
import { createHeadersFor } from './headers.ts';
import { sizeHeap } from './memory.ts';
import { createCompressing } from './processors/compress/index.ts';
import { processFiles } from './processors/index.ts';
import { checkNames } from './safety.ts';
import type { Compression, Config, Listener, ManifestBytes, Wanted, Warning } from './types.ts';

/** What is to be at the destination. */
export interface WantedFiles {
  readonly files: readonly Wanted[];
  /** Where names are hashed. */
  readonly manifests: ManifestBytes | undefined;
  readonly compression: Compression | undefined;
  readonly warnings: readonly Warning[];
  /** Of what compressing keeps for the next run. */
  readonly cacheWarnings: readonly Warning[];
}

export interface WantOptions {
  readonly on: Listener;
  /** Told as soon as it is known, for what comes after may fail. */
  readonly begun: (counts: FoundFiles['counts'], cache: DigestCache) => void;
  /** Makes the error, where the guard refuses. */
  readonly refuse: (guarded: Guarded, found: FoundFiles) => Error;
  readonly signal: AbortSignal | undefined;
}

/**
 * find → guard → process → digest. A step of its own, so that what each stage knew of every file is gone when the
 * destination is looked at. @throws CollectError exit 4 and 5
 */
export async function findWanted(
  config: Config,
  { on, begun, refuse, signal }: WantOptions,
): Promise<WantedFiles> {
  const [found, cache] = await Promise.all([
    findFiles(config, on),
    openDigestCache(config, guardFingerprint(config)),
  ]);
  begun(found.counts, cache);
  sizeHeap(found.files.length);
  const digester = createDigester({
    hashing: config.hash.enabled,
    // Names are made of it, and the backends of others may compare it.
    wholeMd5: config.hash.enabled || !isBuiltIn(config.backend),
    again: config.compress.enabled,
    room: roomFor(found.files.length),
    signal,
  });
  const guarded = await guardFiles(found, config, { digester, cache, signal });
  if (guarded.refusals.length > 0) throw refuse(guarded, found);
  const compressing = config.compress.enabled
    ? createCompressing(config, { digester, on, signal })
    : undefined;
  const { files, manifests, warnings } = await processFiles(
    { ...found, files: guarded.files },
    config,
    { digester, signal, ...(compressing && { compress: compressing.compress }) },
  );
  const compressed = await compressing?.end();
  await checkNames(
    config,
    files.map(({ key }) => key),
  );
  const headersFor = createHeadersFor(config);
  return {
    files: await digestFiles(files, { headersFor, digester, signal }),
    manifests,
    compression: compressed?.compression,
    warnings: [...config.warnings, ...found.warnings, ...guarded.warnings, ...warnings],
    cacheWarnings: compressed?.warnings ?? [],
  };
}

/** Bytes of files that may stay in memory: fewer where there are many files, for what is known of each takes room too. */
function roomFor(files: number): number {
  return Math.max(0, 32 * 1024 * 1024 - files * 400);
}

import type { Digester } from '../digest.ts';
import type { FoundFiles } from '../find.ts';
import type { Config } from '../types.ts';
import { judgeFates, unwrittenOf } from './fates.ts';
import { basesOf } from './hash.ts';
import { absent, createLevelOf } from './missing.ts';
import { refusalsAsDjango } from './rewrite/as-django.ts';
import { createResolve } from './rewrite/resolve.ts';
import { createScannerFor } from './rewrite/scanners.ts';
import { readTexts, type Unwritten } from './rewrite/texts.ts';
import { namesInTexts } from './still-named.ts';

/** Something in a file that will not be found, or keeps it from being hashed. */
export interface Broken {
  /** The file's name. */
  readonly from: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly why: string;
  /** The name that is missing. */
  readonly target?: string | undefined;
}

/**
 * What `hashFiles` would end its run for: by the same engine, of the same files. Where a run hashes nothing, and so says
 * nothing of references, as the engine "modern" would.
 */
export async function findBroken(
  found: Pick<FoundFiles, 'files' | 'ignored'>,
  given: Config,
  digester: Digester,
): Promise<readonly Broken[]> {
  const config = given.hash.enabled ? given : asModern(given);
  const files = unwrittenOf(found.files, await judgeFates(found, config));
  const { engine, jsModules } = config.hash;
  if (engine === 'modern') return brokenAsModern(files, config, digester);
  const options = { digester, staticUrl: config.url.base };
  const refusals = await refusalsAsDjango(files, { engine, jsModules }, options);
  return refusals.map(({ from, place, message, hint, target }) => {
    const { line, column } = place ?? { line: 1, column: 1 };
    return {
      from,
      line,
      column,
      why: hint === undefined ? message : `${message} (${hint})`,
      target,
    };
  });
}

function asModern(config: Config): Config {
  const { hash } = config;
  return hash.engine === 'modern'
    ? config
    : { ...config, hash: { ...hash, engine: 'modern', jsModules: true } };
}

async function brokenAsModern(
  files: readonly Unwritten[],
  config: Config,
  digester: Digester,
): Promise<readonly Broken[]> {
  const { missing, problems } = await readTexts(byName(files), {
    digester,
    resolve: createResolve(basesOf(config)),
    scannerFor: createScannerFor(config.hash),
  });
  const levelOf = createLevelOf(config.hash.onMissing);
  const errors = missing.filter((one) => levelOf(one) === 'error');
  return [...problems, ...errors.map((one) => ({ ...one, why: absent(one) }))];
}

/** Names that these files refer to, by every kind of reference, whatever a run would look at, or that stand in them without being one that is known. */
export async function findReferenced(
  { files }: Pick<FoundFiles, 'files'>,
  config: Config,
  digester: Digester,
): Promise<ReadonlySet<string>> {
  const frozen = files.map(({ name, content }) => ({ name, content, fate: 'frozen' }) as const);
  const { pinned } = await readTexts(byName(frozen), {
    digester,
    resolve: createResolve(basesOf(config)),
    scannerFor: createScannerFor({ jsModules: true }),
  });
  const others = new Set(files.map(({ name }) => name).filter((name) => !pinned.has(name)));
  return new Set([...pinned, ...(await namesInTexts(others, files))]);
}

function byName(files: readonly Unwritten[]): ReadonlyMap<string, Unwritten> {
  return new Map(files.map((file) => [file.name, file]));
}

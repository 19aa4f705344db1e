import type { Backend } from '../backends/backend.ts';
import { createBackend } from '../backends/index.ts';
import { objectUrl } from '../backends/s3/url.ts';
import { createDigester } from '../digest.ts';
import { exitCodes } from '../errors.ts';
import { findFiles } from '../find.ts';
import { processFiles } from '../processors/index.ts';
import { readLocalManifest, readStoredManifest } from '../stored-manifest.ts';
import type { Config } from '../types.ts';
import { configuredUrl, relativeUrl } from '../url.ts';
import type { CommandContext } from './context.ts';
import { load, unknownName, type CommonFlags } from './flags.ts';

/** `url NAME…`: the public URL of a file. An unknown name: exit 4 with the nearest one. */
export async function runUrl(
  context: CommandContext,
  names: readonly string[],
  flags: CommonFlags,
): Promise<number> {
  const { io, reveal } = context;
  const [config] = (await load(context, flags)).configs;
  const open = openOnce(config);
  try {
    const { keys, lacking } = await keysOf(config, open.backend, io.signal);
    let exitCode: number = exitCodes.ok;
    for (const name of names) {
      const key = keys.get(name);
      if (key === undefined) {
        exitCode = exitCodes.source;
        io.stderr.write(unknownName(name, [...keys.keys()], lacking));
        continue;
      }
      const url = await urlOf(config, key, open.backend);
      reveal(flags.json === true ? `${JSON.stringify({ name, url })}\n` : `${url}\n`);
    }
    return exitCode;
  } finally {
    await open.close();
  }
}

interface Keys {
  readonly keys: ReadonlyMap<string, string>;
  /** The beginning of what is said of any other name. */
  readonly lacking: string;
}

/**
 * Where each name is stored. Hashed names are those of the last run, whatever the sources have become since: from the
 * local manifest, else from the one in the destination; only a backend that cannot read leaves the sources.
 */
async function keysOf(
  config: Config,
  open: () => Promise<Backend>,
  signal: AbortSignal,
): Promise<Keys> {
  if (!config.hash.enabled) return keysOfSources(config);
  const { local } = config.manifest;
  const written = local === undefined ? undefined : await readLocalManifest(local);
  if (written !== undefined) return { keys: written.paths, lacking: `${local ?? ''} has no` };
  const backend = await open();
  if (backend.read === undefined) return keysOfSources(config);
  const { paths } = await readStoredManifest(backend, signal);
  return { keys: paths, lacking: `the manifest in ${backend.label} has no` };
}

async function keysOfSources(config: Config): Promise<Keys> {
  const digester = createDigester({ hashing: config.hash.enabled });
  const { files } = await processFiles(await findFiles(config), config, { digester });
  const inOrder = [...files].sort((a, b) => Number(a.immutable) - Number(b.immutable));
  return { keys: new Map(inOrder.map(({ name, key }) => [name, key])), lacking: 'no source has' };
}

async function urlOf(config: Config, key: string, open: () => Promise<Backend>): Promise<string> {
  const configured = configuredUrl(config.url, config.s3.location, key);
  if (configured !== undefined) return configured;
  if (config.backend === 's3' && !config.url.signed) {
    return objectUrl(config.s3, config.s3.region, key);
  }
  if (config.backend === 'local') return relativeUrl(config.url, key);
  const backend = await open();
  return (await backend.url?.(key)) ?? relativeUrl(config.url, key);
}

/** The backend, made when it is needed: most answers need none. */
function openOnce(config: Config): {
  readonly backend: () => Promise<Backend>;
  readonly close: () => Promise<void>;
} {
  let opened: Promise<Backend> | undefined;
  return {
    backend: () => (opened ??= createBackend(config)),
    close: async () => {
      await (await opened)?.close?.();
    },
  };
}

import { createBackend } from '../backends/index.ts';
import { objectUrl } from '../backends/s3/url.ts';
import type { CommandContext } from '../cli.ts';
import { createDigester } from '../digest.ts';
import { exitCodes } from '../errors.ts';
import { findFiles } from '../find.ts';
import { processFiles } from '../processors/index.ts';
import type { Config } from '../types.ts';
import { configuredUrl, relativeUrl } from '../url.ts';
import { load, unknownName, type CommonFlags } from './flags.ts';

/** `url NAME…`: the public URL of a file of the sources. An unknown name: exit 4 with the nearest one. */
export async function runUrl(
  context: CommandContext,
  names: readonly string[],
  flags: CommonFlags,
): Promise<number> {
  const { io, reveal } = context;
  const [config] = (await load(context, flags)).configs;
  const keys = await keysOf(config);
  let exitCode: number = exitCodes.ok;
  for (const name of names) {
    const key = keys.get(name);
    if (key === undefined) {
      exitCode = exitCodes.source;
      io.stderr.write(unknownName(name, [...keys.keys()]));
      continue;
    }
    const url = await urlOf(config, key);
    reveal(flags.json === true ? `${JSON.stringify({ name, url })}\n` : `${url}\n`);
  }
  return exitCode;
}

/** Where each name is stored: under its hashed name, where it has one. */
async function keysOf(config: Config): Promise<ReadonlyMap<string, string>> {
  const digester = createDigester({ hashing: config.hash.enabled });
  const { files } = await processFiles(await findFiles(config), config, { digester });
  const inOrder = [...files].sort((a, b) => Number(a.immutable) - Number(b.immutable));
  return new Map(inOrder.map(({ name, key }) => [name, key]));
}

async function urlOf(config: Config, key: string): Promise<string> {
  const configured = configuredUrl(config.url, config.s3.location, key);
  if (configured !== undefined) return configured;
  if (config.backend === 's3' && !config.url.signed) {
    return objectUrl(config.s3, config.s3.region, key);
  }
  if (config.backend === 'local') return relativeUrl(config.url, key);
  const backend = await createBackend(config);
  try {
    return (await backend.url?.(key)) ?? relativeUrl(config.url, key);
  } finally {
    await backend.close?.();
  }
}

import { createBackend } from '../backends/index.ts';
import { objectUrl } from '../backends/s3/url.ts';
import type { CommandContext } from '../cli.ts';
import { exitCodes } from '../errors.ts';
import { findFiles } from '../find.ts';
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
  const { files } = await findFiles(config);
  const keys = new Map(files.map((file) => [file.name, file.key]));
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

import type { CommandContext } from '../cli.ts';
import { loadConfigs, type ConfigValue } from '../config/index.ts';
import { exitCodes } from '../errors.ts';
import { configFlags, type CommonFlags } from './flags.ts';

/** `config`: every option, its effective value and where that came from. Secrets are hidden. */
export async function runConfig(
  { io, redactor }: CommandContext,
  flags: CommonFlags,
): Promise<number> {
  const { values, configFile } = await loadConfigs({
    cwd: io.cwd,
    env: io.env,
    hide: redactor.hide,
    flags: configFlags(flags),
    needsSources: false,
  });
  if (flags.json === true) {
    for (const { path, value, origin } of values) {
      io.stdout.write(`${JSON.stringify({ path, value: value ?? null, origin })}\n`);
    }
    return exitCodes.ok;
  }
  io.stdout.write(`# config file: ${configFile ?? 'none'}\n${table(values)}`);
  return exitCodes.ok;
}

function table(values: readonly ConfigValue[]): string {
  const rows = values.map(({ path, value, origin }) => [path, show(value), origin] as const);
  const widths = [0, 1].map((i) =>
    Math.min(60, Math.max(...rows.map((row) => row[i]?.length ?? 0))),
  );
  return rows
    .map(
      ([path, value, origin]) =>
        `${path.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${origin}\n`,
    )
    .join('');
}

function show(value: unknown): string {
  return value === undefined ? '-' : JSON.stringify(value);
}

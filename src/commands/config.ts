import { describeConfigs, type ConfigValue } from '../config/index.ts';
import { exitCodes } from '../errors.ts';
import { printable } from '../reporters/format.ts';
import type { CommandContext } from './context.ts';
import { inputOf, type CommonFlags } from './flags.ts';

/**
 * `config`: every option, its effective value and where that came from. Secrets are hidden. Where something is wrong,
 * what holds in spite of it comes first, and then all that is wrong.
 */
export async function runConfig(context: CommandContext, flags: CommonFlags): Promise<number> {
  const { io } = context;
  const { values, configFile, error } = await describeConfigs(inputOf(context, flags));
  const lines = values.map(
    ({ path, value, origin }) => `${JSON.stringify({ path, value: value ?? null, origin })}\n`,
  );
  const head = `# config file: ${printable(configFile ?? 'none')}\n`;
  io.stdout.write(flags.json === true ? lines.join('') : head + table(values));
  if (error !== undefined) throw error;
  return exitCodes.ok;
}

function table(values: readonly ConfigValue[]): string {
  const rows = values.map(({ path, value, origin }) => [path, show(value), origin].map(printable));
  const widths = [0, 1].map((i) =>
    Math.min(60, Math.max(...rows.map((row) => row[i]?.length ?? 0))),
  );
  return rows
    .map(
      ([path = '', value = '', origin = '']) =>
        `${path.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${origin}\n`,
    )
    .join('');
}

function show(value: unknown): string {
  return value === undefined ? '-' : JSON.stringify(value);
}

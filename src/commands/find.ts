import { exitCodes } from '../errors.ts';
import { findFiles } from '../find.ts';
import type { CommandContext } from './context.ts';
import { load, unknownName, type CommonFlags } from './flags.ts';

/** `find NAME…`: which source a file comes from. An unknown name: exit 4. */
export async function runFind(
  context: CommandContext,
  names: readonly string[],
  flags: CommonFlags,
): Promise<number> {
  const { io } = context;
  const [config] = (await load(context, flags)).configs;
  const places = new Map<string, string[]>();
  const { files } = await findFiles(config, (event) => {
    if (event.type !== 'found' && event.type !== 'shadowed') return;
    places.set(event.name, [...(places.get(event.name) ?? []), event.path]);
  });
  let exitCode: number = exitCodes.ok;
  for (const name of names) {
    const paths = places.get(name) ?? [];
    const shown = flags.all === true ? paths : paths.slice(0, 1);
    if (flags.json === true) io.stdout.write(`${JSON.stringify({ name, paths: shown })}\n`);
    else if (shown.length > 0) io.stdout.write(`${shown.join('\n')}\n`);
    if (paths.length > 0) continue;
    exitCode = exitCodes.source;
    io.stderr.write(
      unknownName(
        name,
        files.map((file) => file.name),
      ),
    );
  }
  return exitCode;
}

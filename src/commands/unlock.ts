import { createBackend, createStateBackend } from '../backends/index.ts';
import { exitCodes } from '../errors.ts';
import { removeLock } from '../lock.ts';
import { printable } from '../reporters/format.ts';
import type { CommandContext } from './context.ts';
import { load, type CommonFlags } from './flags.ts';

/** `unlock`: removes the lock of a deploy that will not come back, and says whose it was. */
export async function runUnlock(context: CommandContext, flags: CommonFlags): Promise<number> {
  const { io } = context;
  const { configs } = await load(context, flags, { needsSources: false });
  const [config] = configs;
  const backend = (await createStateBackend(config)) ?? (await createBackend(config));
  try {
    const removed = await removeLock(backend, { signal: io.signal });
    const said = removed === undefined ? 'there is no lock' : `removed the lock of ${removed}`;
    io.stdout.write(
      flags.json === true
        ? `${JSON.stringify({ type: 'unlock', destination: backend.label, removed: removed ?? null })}\n`
        : `${printable(`${backend.label}: ${said}`)}\n`,
    );
    return exitCodes.ok;
  } finally {
    await backend.close?.();
  }
}

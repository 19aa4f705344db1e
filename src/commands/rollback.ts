import { createBackend, createStateBackend } from '../backends/index.ts';
import { carryOut } from '../collect.ts';
import { isolate } from '../listener.ts';
import { prepareRollback } from '../rollback.ts';
import type { CommandContext } from './context.ts';
import { load, reporterFor, type CommonFlags } from './flags.ts';

/** `rollback [ID]`: puts an earlier release back, without a build and without an upload. */
export async function runRollback(
  context: CommandContext,
  id: string | undefined,
  flags: CommonFlags,
): Promise<number> {
  const { io } = context;
  const [config] = (await load(context, flags, { needsSources: false })).configs;
  const reporter = reporterFor(context, flags);
  const { on, rethrow } = isolate(reporter.on);
  const backend = await createBackend(config);
  const state = await createStateBackend(config);
  const dryRun = flags.dryRun === true;
  const options = { dryRun, wait: flags.wait === true, on, signal: io.signal, state };
  try {
    const prepared = await prepareRollback(config, backend, id, options);
    const { exitCode } = await carryOut(prepared, backend, options);
    rethrow();
    reporter.end(exitCode);
    return exitCode;
  } finally {
    await backend.close?.();
    await state?.close?.();
  }
}

import { createBackend, createStateBackend } from '../backends/index.ts';
import type { Backend } from '../backends/backend.ts';
import type { CommandContext } from '../cli.ts';
import { carryOut, prepare, type CollectOptions, type Prepared } from '../collect.ts';
import { CollectError, exitCodeOfSignal, exitCodes } from '../errors.ts';
import type { Io } from '../io.ts';
import { isolate } from '../listener.ts';
import type { Config } from '../types.ts';
import { load, reporterFor, type CommonFlags } from './flags.ts';

/** The default command. Every target is found and planned before the first write. */
export async function runCollect(context: CommandContext, flags: CommonFlags): Promise<number> {
  const { io } = context;
  if (flags.offline === true && flags.dryRun !== true) {
    throw new CollectError('USAGE', '--offline only makes sense with --dry-run', {
      exitCode: exitCodes.usage,
      hint: 'add --dry-run, or leave --offline out',
    });
  }
  const { configs } = await load(context, flags, { all: flags.all === true });
  const reporter = reporterFor(context, flags);
  const { on, rethrow } = isolate(reporter.on);
  const options: CollectOptions = {
    dryRun: flags.dryRun === true,
    on,
    signal: io.signal,
  };

  const jobs: { prepared: Prepared; backend: Backend | undefined; state?: Backend | undefined }[] =
    [];
  try {
    for (const config of configs) {
      const backend = flags.offline === true ? undefined : await createBackend(config);
      const state = flags.offline === true ? undefined : await createStateBackend(config);
      jobs.push({
        backend,
        state,
        prepared: await prepare(config, backend, { ...options, state }),
      });
    }
    if (options.dryRun !== true) {
      for (const { prepared } of jobs)
        if (prepared.config.clear) await confirmClear(prepared.config, io, flags);
    }
    let exitCode: number = exitCodes.ok;
    for (const { prepared, backend, state } of jobs) {
      const blocked = exitCode !== exitCodes.ok;
      const report = await carryOut(prepared, backend, { ...options, state, blocked });
      if (!blocked) exitCode = report.exitCode;
    }
    rethrow();
    reporter.end(exitCode);
    return exitCode;
  } catch (error) {
    if (!io.signal.aborted) throw error;
    // Stopped before anything was written.
    const exitCode = exitCodeOfSignal(io.signal.reason);
    reporter.end(exitCode);
    return exitCode;
  } finally {
    for (const { backend, state } of jobs) {
      await backend?.close?.();
      await state?.close?.();
    }
  }
}

async function confirmClear(config: Config, io: Io, flags: CommonFlags): Promise<void> {
  if (flags.yes === true || flags.noinput === true || flags.input === false) return;
  const what = `--clear deletes everything in ${config.local.dir} that no source has`;
  const refuse = (why: string, hint: string) =>
    new CollectError('CLEAR_DECLINED', `${what}; ${why}`, { exitCode: exitCodes.refused, hint });
  if (!io.interactive()) throw refuse('nobody is there to say yes', 'add --yes');
  const answer = await io.ask(`${what}.\nType 'yes' to continue: `);
  if (answer?.trim() !== 'yes') throw refuse('that was declined', 'nothing was written');
}

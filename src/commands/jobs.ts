import type { Backend } from '../backends/backend.ts';
import { createBackend, createStateBackend } from '../backends/index.ts';
import { carryOut, prepare, type CollectOptions, type Prepared } from '../collect.ts';
import { CollectError, exitCodeOfSignal, exitCodes } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Reporter } from '../reporters/reporter.ts';
import type { Config } from '../types.ts';
import type { CommonFlags } from './flags.ts';

/** One target of a run, with everything decided. */
export interface Job {
  readonly prepared: Prepared;
  /** Undefined: the destination is not looked at. */
  readonly backend: Backend | undefined;
  readonly state: Backend | undefined;
}

/** What `work` resolves to is the exit code; whatever it opened is closed. */
export async function runJobs(
  io: Io,
  reporter: Reporter,
  work: (jobs: Job[]) => Promise<number>,
): Promise<number> {
  const jobs: Job[] = [];
  try {
    const exitCode = await work(jobs);
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

/** Finds and plans every target, before the first write of any. */
export async function prepareJobs(
  jobs: Job[],
  configs: readonly Config[],
  options: CollectOptions & { readonly offline?: boolean },
): Promise<void> {
  const { offline = false } = options;
  for (const config of configs) {
    const backend = offline ? undefined : await createBackend(config);
    const state = offline ? undefined : await createStateBackend(config);
    jobs.push({ backend, state, prepared: await prepare(config, backend, { ...options, state }) });
  }
}

/** One after the other; where one fails, nothing of the next is tried. Resolves to the exit code. */
export async function carryOutJobs(
  jobs: readonly Job[],
  optionsFor: (job: Job) => CollectOptions,
): Promise<number> {
  let exitCode: number = exitCodes.ok;
  for (const job of jobs) {
    const blocked = exitCode !== exitCodes.ok;
    const { prepared, backend, state } = job;
    const report = await carryOut(prepared, backend, { ...optionsFor(job), state, blocked });
    if (!blocked) exitCode = report.exitCode;
  }
  return exitCode;
}

/** @throws CollectError exit 5 where nobody says yes */
export async function confirmClears(
  jobs: readonly Job[],
  io: Io,
  flags: CommonFlags,
): Promise<void> {
  for (const { prepared } of jobs)
    if (prepared.config.clear) await confirmClear(prepared.config, io, flags);
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

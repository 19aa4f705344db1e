import type { CollectOptions } from '../collect.ts';
import { CollectError, exitCodes } from '../errors.ts';
import { isolate } from '../listener.ts';
import type { CommandContext } from './context.ts';
import { load, reporterFor, type CommonFlags } from './flags.ts';
import { carryOutJobs, confirmClears, prepareJobs, runJobs } from './jobs.ts';

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
  const dryRun = flags.dryRun === true;
  const options: CollectOptions = { dryRun, wait: flags.wait === true, on, signal: io.signal };
  return runJobs(io, reporter, async (jobs) => {
    await prepareJobs(jobs, configs, { ...options, offline: flags.offline === true });
    if (!dryRun) await confirmClears(jobs, io, flags);
    const exitCode = await carryOutJobs(jobs, () => options);
    rethrow();
    return exitCode;
  });
}

import { resolve } from 'node:path';
import type { Prepared } from '../collect.ts';
import type { Decision } from '../decide.ts';
import { describePlan } from '../describe-plan.ts';
import { CollectError } from '../errors.ts';
import { detailsOf } from '../explanations/index.ts';
import { isolate } from '../listener.ts';
import { refuseIfLocked } from '../lock.ts';
import { encodePlan, parsePlan, readPlan, type PlanFile, type TargetPlan } from '../plan-file.ts';
import { checkSamePlan } from '../same-plan.ts';
import { parseShard, takeShard, type Shard } from '../shard.ts';
import type { Plan } from '../types.ts';
import type { CommandContext } from './context.ts';
import { load, reporterFor, type CommonFlags } from './flags.ts';
import { carryOutJobs, confirmClears, prepareJobs, runJobs, type Job } from './jobs.ts';

/** `apply`: carries out a plan, if it is still what a deploy would do; or a shard of it. */
export async function runApply(
  context: CommandContext,
  path: string,
  given: CommonFlags,
): Promise<number> {
  const { io, redactor } = context;
  const file = await readPlan(resolve(io.cwd, path));
  const shard = given.shard === undefined ? undefined : parseShard(given.shard, io.env);
  const flags: CommonFlags = { ...file.flags, ...given };
  const { configs } = await load(context, flags, { all: flags.all === true });
  const reporter = reporterFor(context, flags);
  const { on, rethrow } = isolate(reporter.on);
  const options = { wait: flags.wait === true, on, signal: io.signal };

  const check = (job: Pick<Job, 'backend' | 'prepared'>, decision: Decision) => {
    const { config } = job.prepared;
    const planned = plannedFor(file, config.target);
    const described = describePlan(config, job.backend?.label ?? '', decision);
    // As it would have been written down: what is hidden there is hidden here.
    const text = redactor.redact(encodePlan({ flags: {}, targets: [described] }));
    const [now = described] = parsePlan(text, path).targets;
    const recordedAlready = decision.next.previous?.id === planned.files.sha256;
    checkSamePlan(planned, now, { recordedAlready });
  };

  return runJobs(io, reporter, async (jobs) => {
    checkTargets(file, configs);
    await prepareJobs(jobs, configs, options);
    for (const job of jobs) check(job, job.prepared);
    if (shard !== undefined) {
      for (const job of jobs) await refuseIfBusy(job, io.signal);
      const parts = jobs.map((job) => ({ ...job, prepared: shardOf(job.prepared, file, shard) }));
      return finish(await carryOutJobs(parts, () => options));
    }
    await confirmClears(jobs, io, flags);
    return finish(
      await carryOutJobs(jobs, (job) => ({
        ...options,
        accept: (decision) => {
          check(job, decision);
        },
      })),
    );
  });

  function finish(exitCode: number): number {
    rethrow();
    return exitCode;
  }
}

function plannedFor({ targets }: PlanFile, target: string): TargetPlan {
  const planned = targets.find((one) => one.target === target);
  if (planned === undefined) throw otherTargets(`it has no target ${target}`);
  return planned;
}

/** @throws CollectError PLAN_OUTDATED */
function checkTargets(file: PlanFile, configs: readonly { readonly target: string }[]): void {
  const there = configs.map(({ target }) => target);
  for (const target of there) plannedFor(file, target);
  const left = file.targets.filter(({ target }) => !there.includes(target));
  if (left.length > 0) {
    throw otherTargets(`this run is not for ${left.map(({ target }) => target).join(', ')}`);
  }
}

function otherTargets(why: string): CollectError {
  const message = `the plan does not hold any more: ${why}`;
  return new CollectError('PLAN_OUTDATED', message, detailsOf('PLAN_OUTDATED'));
}

/** The shard alone: without lock and record, and without what tells of a deploy that is complete. */
function shardOf(prepared: Prepared, file: PlanFile, shard: Shard): Prepared {
  const planned = plannedFor(file, prepared.config.target);
  const now = { plan: prepared.plan, wanted: prepared.next.wanted };
  const plan: Plan = takeShard(planned, now, shard);
  const cdn = { ...prepared.config.cdn, distribution: undefined };
  const config = { ...prepared.config, cdn };
  return { ...prepared, config, plan, locks: false, manifests: undefined };
}

/** Shards take no lock, since they run at once; they keep out of the way of whoever has it. */
async function refuseIfBusy({ prepared, backend, state = backend }: Job, signal: AbortSignal) {
  if (prepared.locks && state !== undefined) await refuseIfLocked(state, { signal });
}

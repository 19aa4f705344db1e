import { rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describePlan } from '../describe-plan.ts';
import { CollectError, errnoOf, exitCodes } from '../errors.ts';
import { isolate } from '../listener.ts';
import { encodePlan, pickPlanFlags, type TargetPlan } from '../plan-file.ts';
import { printable } from '../reporters/format.ts';
import type { CollectEvent } from '../types.ts';
import type { CommandContext } from './context.ts';
import { load, reporterFor, type CommonFlags } from './flags.ts';
import { carryOutJobs, prepareJobs, runJobs } from './jobs.ts';

/** `plan`: what a deploy would do, to be looked at and applied later. Writes nothing but the plan. */
export async function runPlan(context: CommandContext, flags: CommonFlags): Promise<number> {
  const { io, redactor } = context;
  const path = flags.output;
  const json = flags.json === true;
  if (json && path === undefined) {
    throw new CollectError('USAGE', 'with --json, the plan needs a file of its own', {
      exitCode: exitCodes.usage,
      hint: 'add -o plan.json',
    });
  }
  const { configs } = await load(context, flags, { all: flags.all === true });
  // Where the plan itself goes to stdout, nothing else does.
  const said = path === undefined ? { ...io, stdout: io.stderr } : io;
  const reporter = reporterFor({ ...context, io: said }, flags);
  const { on: tell, rethrow } = isolate(reporter.on);
  // A report tells people to run the same without --dry-run.
  const on = (event: CollectEvent) => {
    if (json || event.type !== 'report') tell(event);
  };
  const options = { dryRun: true, on, signal: io.signal };
  return runJobs(said, reporter, async (jobs) => {
    await prepareJobs(jobs, configs, options);
    await carryOutJobs(jobs, () => options);
    const targets = jobs.map(({ prepared, backend }) =>
      describePlan(prepared.config, backend?.label ?? '', prepared),
    );
    const text = redactor.redact(encodePlan({ flags: pickPlanFlags(flags), targets }));
    rethrow();
    if (path === undefined) io.stdout.write(text);
    else await writePlan(resolve(io.cwd, path), text);
    const count = countOf(targets);
    if (!json && flags.quiet !== true) {
      const next = path === undefined ? '' : `: ${applyCommand(path, flags)}`;
      const what = count === 0 ? 'nothing to do' : `${count} to do${next}`;
      said.stdout.write(`${printable(what)}\n`);
    }
    return count > 0 && flags.detailedExitcode === true ? exitCodes.changes : exitCodes.ok;
  });
}

/** Flags that decide what a run does, and that a plan does not remember: they are places, or of one machine. */
const ofThisRun = [
  ...(['source', 'to', 'config', 'envFile', 'backend', 'acl', 'region', 'profile'] as const),
  ...(['endpointUrl', 'ignore', 'defaultIgnore', 'releases', 'postProcess'] as const),
] satisfies readonly (keyof CommonFlags)[];

/** What to type next, with everything that has to be said again. */
function applyCommand(path: string, flags: CommonFlags): string {
  const again = ofThisRun.flatMap((name) => {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const value = flags[name];
    if (value === false) return [`--no-${flag}`];
    if (value === undefined) return [];
    // Commander says true of a flag that there is as `--no-…` only, when it was not given.
    if (value === true) return name === 'releases' ? ['--releases'] : [];
    return [value].flat().flatMap((one) => [`--${flag}`, one]);
  });
  return ['collect-static', 'apply', path, ...again].map(quoted).join(' ');
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function countOf(targets: readonly TargetPlan[]): number {
  return targets.flatMap(({ steps }) => steps.flat()).length;
}

/** Whole or not at all: half a plan might be one. @throws CollectError exit 2 */
async function writePlan(path: string, text: string): Promise<void> {
  const temporary = `${path}.collect-static-tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const message = `the plan cannot be written to ${path} (${errnoOf(cause) ?? 'error'})`;
    throw new CollectError('USAGE', message, {
      exitCode: exitCodes.usage,
      hint: 'name a file that can be written: -o plan.json',
      cause,
    });
  }
}

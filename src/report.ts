import { CollectError, exitCodeOfSignal, exitCodes } from './errors.ts';
import type { Compression, Counts, Invalidation, Outcome, Report, Warning } from './types.ts';

export interface ReportInput {
  readonly target: string;
  readonly destination: string;
  readonly dryRun: boolean;
  readonly outcomes: readonly Outcome[];
  readonly found: { readonly found: number; readonly ignored: number; readonly shadowed: number };
  readonly refused: number;
  readonly warnings: readonly Warning[];
  readonly compression?: Compression | undefined;
  readonly invalidation?: Invalidation | undefined;
  readonly durationMs: number;
  /** 'SIGINT', 'SIGTERM' or 'SIGHUP' when the run was stopped. */
  readonly interrupted: string | undefined;
}

/** What a run came to. In a dry run `uploaded` and `deleted` count what would be. Pure. */
export function makeReport({ found, refused, interrupted, ...input }: ReportInput): Report {
  const counted = input.dryRun
    ? input.outcomes.map((outcome): Outcome => ({ status: 'done', action: outcome.action }))
    : input.outcomes;
  const done = (type: string) =>
    counted.filter(({ status, action }) => status === 'done' && action.type === type).length;
  const counts: Counts = {
    found: found.found,
    uploaded: done('upload'),
    updated: done('update'),
    skipped: done('skip'),
    deleted: counted.filter(({ status, action }) => status === 'done' && action.reason === 'orphan')
      .length,
    failed: counted.filter(({ status }) => status === 'failed').length,
    notRun: counted.filter(
      // Not the tool's own record: nobody waits for that.
      ({ status, action }) => status === 'not-run' && action.type !== 'record',
    ).length,
    ignored: found.ignored,
    shadowed: found.shadowed,
    refused,
  };
  const durationMs = Math.round(input.durationMs);
  const bytes = { uploaded: uploadedBytes(counted) };
  const deployed = exitCodeOf(input.outcomes, counts, input.dryRun, interrupted);
  const untold = deployed === exitCodes.ok && input.invalidation?.status === 'failed';
  const exitCode = untold ? exitCodes.cdn : deployed;
  return { ...input, durationMs, counts, bytes, acl: aclOf(input.outcomes), exitCode };
}

function uploadedBytes(outcomes: readonly Outcome[]): number {
  return outcomes.reduce(
    (sum, { status, action }) =>
      status === 'done' && action.type === 'upload' ? sum + action.file.size : sum,
    0,
  );
}

function aclOf(outcomes: readonly Outcome[]): Report['acl'] {
  const acls = outcomes.map((outcome) =>
    outcome.status === 'done' ? outcome.result?.acl : undefined,
  );
  return acls.includes('dropped') ? 'dropped' : acls.includes('applied') ? 'applied' : 'none';
}

/**
 * The codes 2 to 7 promise an untouched destination: they stand only if no write was accepted,
 * and only for failures that say so themselves. Everything else that failed is 8.
 */
function exitCodeOf(
  outcomes: readonly Outcome[],
  counts: Counts,
  dryRun: boolean,
  interrupted: string | undefined,
): number {
  if (interrupted !== undefined) return exitCodeOfSignal(interrupted);
  if (dryRun || outcomes.every(({ status }) => status === 'done')) return exitCodes.ok;
  const touched = counts.uploaded + counts.updated + counts.deleted > 0;
  const codes = outcomes.map((outcome) =>
    outcome.status === 'failed' ? codeOf(outcome.error) : undefined,
  );
  const failures = codes.filter((code) => code !== undefined);
  if (failures.includes(exitCodes.conflict)) return exitCodes.conflict;
  const untouched =
    !touched && failures.length > 0 && failures.every((code) => code >= 2 && code <= 7);
  return untouched ? failures.reduce((a, b) => Math.min(a, b)) : exitCodes.partial;
}

function codeOf(error: Error): number {
  return error instanceof CollectError ? error.exitCode : exitCodes.partial;
}

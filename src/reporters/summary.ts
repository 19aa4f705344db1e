import type { ChalkInstance } from 'chalk';
import { exitCodes } from '../errors.ts';
import type { Outcome, Report } from '../types.ts';
import { formatBytes, formatDuration } from './format.ts';
import { isRestored } from './work.ts';

/** One line: destination, state, counts, what to run next. */
export function summary(report: Report, paint: ChalkInstance): string {
  const { counts, destination, dryRun, exitCode, outcomes } = report;
  const kept = outcomes.filter(({ action }) => action.reason === 'kept').length;
  const restored = outcomes.filter(
    ({ status, action }) => isRestored(action) && (dryRun || status === 'done'),
  ).length;
  const headers = counts.updated - restored;
  const blind = outcomes.some(({ action }) => action.reason === 'not consulted');
  const parts = [
    `${counts.uploaded} ${dryRun ? 'to upload' : 'uploaded'} (${formatBytes(report.bytes.uploaded)})`,
    ...(headers > 0
      ? [`${headers} ${dryRun ? 'to get other headers' : 'with other headers'}`]
      : []),
    ...(restored > 0 ? [`${restored} ${dryRun ? 'to put back' : 'put back'}`] : []),
    `${counts.skipped - kept} unchanged`,
    ...(kept > 0 ? [`${kept} kept as they are`] : []),
    ...(counts.deleted > 0 ? [`${counts.deleted} ${dryRun ? 'to delete' : 'deleted'}`] : []),
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
    ...(counts.notRun > 0 ? [`${counts.notRun} not tried`] : []),
  ].join(', ');
  const time = formatDuration(report.durationMs);
  if (dryRun) {
    const looked = blind ? 'the destination was not consulted' : 'nothing was written';
    return `${destination}: ${paint.cyan('dry run')}, ${parts}; ${looked}. Run it without --dry-run to deploy.`;
  }
  if (exitCode === 0) return `${destination}: ${paint.green('complete')}, ${parts} in ${time}.`;
  if (exitCode === exitCodes.cdn) {
    return `${destination}: ${paint.green('complete')}, ${parts} in ${time}, but ${paint.red('the CDN was not told')} (exit ${exitCode}). Run collect-static invalidate to repeat that.`;
  }
  const touched =
    counts.uploaded + counts.updated + counts.deleted > 0 ||
    exitCode === exitCodes.partial ||
    outcomes.some(mayBeDone);
  const state = touched ? 'every key is whole, old or new' : 'nothing was written';
  const untouched = exitCode >= exitCodes.usage && exitCode <= exitCodes.unreachable;
  const next = untouched ? 'Correct that, then run again' : 'Run the same command again to go on';
  return `${destination}: ${paint.red('incomplete')} (exit ${exitCode}), ${parts} in ${time}; ${state}. ${next}.`;
}

/** Stopped while it was under way: whether it was carried out is not known. */
function mayBeDone(outcome: Outcome): boolean {
  return outcome.status === 'not-run' && outcome.begun === true;
}

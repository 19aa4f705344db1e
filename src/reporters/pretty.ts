import { Chalk, type ChalkInstance } from 'chalk';
import { CollectError, exitCodes } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Action, CollectEvent, Outcome, Plan, Report, Wanted } from '../types.ts';
import {
  compressionText,
  errorText,
  formatBytes,
  formatDuration,
  invalidationText,
  moreAbout,
  plural,
  printable,
  shorten,
  sizeBefore,
  tagged,
  waitingText,
  warningText,
} from './format.ts';
import { createPace } from './pace.ts';
import { createProgress } from './progress.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

/** Failures of one kind that are written out; the rest are counted. */
const mostAlike = 5;

/** Warnings that --quiet does not keep back: a deploy that became a local copy looks like a success. */
const neverSilent = ['BACKEND_DEFAULTED_IN_CI', 'BUCKET_NOT_USED'];

/** For people: results on stdout; progress, warnings and failures on stderr. */
export function createPrettyReporter(io: Io, { verbosity, color }: ReporterOptions): Reporter {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const progress = createProgress(io.stderr);
  const alike = new Map<string, number>();
  const shadowed: string[] = [];
  const mayTell = createPace();
  const destinations = new Map<string, string>();
  let destination = '';

  const say = (level: number, text: string) => {
    if (verbosity < level) return;
    progress.clear();
    io.stderr.write(`${text}\n`);
  };
  const result = (text: string) => {
    progress.clear();
    if (verbosity > 0) io.stdout.write(`${text}\n`);
  };
  const failure = (outcome: Extract<Outcome, { status: 'failed' }>) => {
    const { error, action } = outcome;
    const kind = error instanceof CollectError ? error.code : error.message;
    const times = (alike.get(kind) ?? 0) + 1;
    alike.set(kind, times);
    if (times <= mostAlike || verbosity > 1) {
      say(0, `${paint.red(tagged('failed', error))} ${printable(action.key)}: ${errorText(error)}`);
    }
  };

  const on = (event: CollectEvent) => {
    switch (event.type) {
      case 'begin': {
        const notes = event.notes.length > 0 ? ` (${event.notes.join('; ')})` : '';
        say(1, `${paint.bold(event.target)} → ${event.destination}${notes}`);
        shadowed.length = 0;
        destination = event.destination;
        destinations.set(event.target, destination);
        return;
      }
      case 'found':
        say(3, `found ${printable(event.name)} in ${printable(event.path)}`);
        return;
      case 'shadowed':
        shadowed.push(event.name);
        say(2, `shadowed ${printable(event.path)} by ${printable(event.by)}`);
        return;
      case 'ignored':
        say(3, `ignored ${printable(event.path)}: ${event.why}`);
        return;
      case 'refused':
        // What the guard refuses is listed by the error that follows.
        if (event.rule === undefined) say(0, `refused ${printable(event.path)}: ${event.why}`);
        return;
      case 'warning':
        say(
          neverSilent.includes(event.warning.code) ? 0 : 1,
          `${paint.yellow(`warning[${event.warning.code}]:`)} ${warningText(event.warning)}`,
        );
        return;
      case 'planned': {
        if (shadowed.length > 0 && verbosity < 2) {
          say(
            1,
            `${plural(shadowed.length, 'file')} shadowed by an earlier source: ${shorten(shadowed)}`,
          );
        }
        if (event.dryRun) result(dryRunList(event.plan, event.destination, paint));
        return;
      }
      case 'compressed':
        if (event.compression.files > 0) say(1, compressionText(event.compression));
        return;
      case 'applying':
        destination = destinations.get(event.target) ?? destination;
        alike.clear();
        announce(event.plan);
        return;
      case 'started':
        return;
      case 'finished': {
        if (verbosity > 0) progress.step(event.outcome);
        if (event.outcome.status === 'failed') failure(event.outcome);
        else if (verbosity > 1) say(2, outcomeLine(event.outcome, verbosity));
        return;
      }
      case 'locked':
        say(1, printable(event.text));
        return;
      case 'waiting': {
        if (verbosity === 0) return;
        const text = event.requests > 0 ? waitingText(event, destination) : undefined;
        progress.wait(text);
        if (text !== undefined && !io.stderr.isTTY && mayTell(event)) say(1, text);
        return;
      }
      case 'invalidation': {
        const { status, error } = event.invalidation;
        const text = invalidationText(event.invalidation);
        if (status === 'planned') result(text);
        else if (error === undefined) say(1, text);
        else say(0, `${paint.red(tagged('failed', error))} ${text}: ${errorText(error)}`);
        return;
      }
      case 'report': {
        progress.clear();
        if (event.report.counts.refused > 0) return; // an error follows, which says it all
        for (const [kind, times] of alike) {
          if (times > mostAlike && verbosity < 2)
            say(0, `  and ${times - mostAlike} more like these (${kind}); -v shows all`);
        }
        const more = moreAbout(alike.keys());
        if (more !== undefined) say(1, more);
        const text = summary(event.report, paint);
        if (event.report.exitCode === 0) result(text);
        else io.stdout.write(`${text}\n`);
        return;
      }
    }
  };

  const announce = (plan: Plan) => {
    const work = plan.steps.flat().filter(isWork);
    progress.begin(work);
    const bytes = work.reduce(
      (sum, action) => sum + (action.type === 'upload' ? action.file.size : 0),
      0,
    );
    const count = (is: (action: Action) => boolean) => work.filter(is).length;
    const uploads = count(({ type }) => type === 'upload');
    const updates = count(({ reason }) => reason === 'headers');
    const restored = count(isRestored);
    const kept = count(({ type }) => type === 'preserve');
    const deletes = count(({ reason }) => reason === 'orphan');
    const parts = [
      ...(uploads > 0 ? [`${plural(uploads, 'file')} to go, ${formatBytes(bytes)}`] : []),
      ...(updates > 0 ? [`${plural(updates, 'file')} to get other headers`] : []),
      ...(restored > 0 ? [`${plural(restored, 'file')} to put back`] : []),
      ...(kept > 0 ? [`${kept} to keep for a rollback`] : []),
      ...(deletes > 0 ? [`${deletes} to delete`] : []),
    ];
    if (parts.length > 0) say(1, parts.join(', '));
  };

  return {
    on,
    error: (error) => {
      progress.clear();
      io.stderr.write(`${paint.red(`${tagged('error', error)}:`)} ${errorText(error)}\n`);
      // Of a command line there is no more to say than --help does.
      if (!(error instanceof CollectError) || error.exitCode === exitCodes.usage) return;
      const more = moreAbout([error.code]);
      if (more !== undefined && verbosity > 0) io.stderr.write(`  ${more}\n`);
    },
    end: () => {
      progress.clear();
    },
  };
}

function outcomeLine({ status, action }: Outcome, verbosity: number): string {
  const did =
    status === 'done'
      ? {
          upload: 'uploaded',
          update: 'updated',
          skip: 'skipped',
          delete: 'deleted',
          record: 'recorded',
          preserve: 'kept',
        }[action.type]
      : status;
  const headers =
    verbosity > 2 && action.type === 'upload' ? ` ${JSON.stringify(action.file.headers)}` : '';
  return `${did} ${printable(action.key)} (${action.reason})${headers}`;
}

function dryRunList(plan: Plan, destination: string, paint: ChalkInstance): string {
  const actions = plan.steps.flat();
  const work = actions.filter(isWork);
  const rows = work.map((action) => describe(action, destination));
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, i) => (i === 3 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const skipped = (reason: string) => actions.filter((action) => action.reason === reason).length;
  if (skipped('unchanged') > 0)
    lines.push(paint.dim(`${plural(skipped('unchanged'), 'file')} unchanged`));
  if (skipped('kept') > 0)
    lines.push(paint.dim(`${plural(skipped('kept'), 'object')} kept as they are`));
  return lines.length === 0 ? 'nothing to do' : lines.join('\n');
}

function isRestored({ reason }: Action): boolean {
  return reason === 'restored';
}

/** The release record is the tool's own. */
function isWork({ type }: Action): boolean {
  return type !== 'skip' && type !== 'record';
}

/** action, destination, type, size, reason */
function describe(action: Action, destination: string): string[] {
  const file = action.type === 'upload' || action.type === 'update' ? action.file : undefined;
  return [
    isRestored(action) ? 'put back' : action.type === 'update' ? '~ headers' : action.type,
    printable(`${destination}${action.type === 'preserve' ? action.from : action.key}`),
    file?.headers.contentType ?? '',
    file === undefined ? '' : sizeText(file),
    action.reason,
  ];
}

/** Of what is compressed, both sizes. */
function sizeText({ content, size, encoding }: Wanted): string {
  if (content.kind !== 'compressed') return formatBytes(size);
  return `${formatBytes(sizeBefore(content))} → ${formatBytes(size)} ${encoding ?? ''}`;
}

/** One line: destination, state, counts, what to run next. */
function summary(report: Report, paint: ChalkInstance): string {
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
    counts.uploaded + counts.updated + counts.deleted > 0 || exitCode === exitCodes.partial;
  const state = touched ? 'every key is whole, old or new' : 'nothing was written';
  const untouched = exitCode >= exitCodes.usage && exitCode <= exitCodes.unreachable;
  const next = untouched ? 'Correct that, then run again' : 'Run the same command again to go on';
  return `${destination}: ${paint.red('incomplete')} (exit ${exitCode}), ${parts} in ${time}; ${state}. ${next}.`;
}

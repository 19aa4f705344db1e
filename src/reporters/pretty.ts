import { Chalk } from 'chalk';
import { CollectError, exitCodes } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Action, CollectEvent, Outcome, Plan } from '../types.ts';
import { dryRunList } from './dry-run.ts';
import {
  compressingText,
  compressionText,
  errorText,
  formatBytes,
  invalidationText,
  moreAbout,
  plural,
  printable,
  shorten,
  tagged,
  waitingText,
  warningText,
} from './format.ts';
import { createPace, createWorkPace } from './pace.ts';
import { createProgress } from './progress.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';
import { summary } from './summary.ts';
import { isRestored, isWork } from './work.ts';

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
  const mayTellWork = createWorkPace();
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
      case 'compressing': {
        if (verbosity === 0) return;
        const text = event.forMs > 0 ? compressingText(event) : undefined;
        progress.wait(text);
        if (mayTellWork(event) && text !== undefined && !io.stderr.isTTY) say(1, text);
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

import { CollectError } from '../errors.ts';
import type { Io, Output } from '../io.ts';
import type { Action, CollectEvent, Invalidation, Outcome, Report } from '../types.ts';
import { sizeBefore } from './format.ts';
import { createPace, createWorkPace } from './pace.ts';
import type { Reporter } from './reporter.ts';

/** NDJSON on stdout: every line is built from an allow-list of fields, never from an error object. */
export function createJsonReporter({ stdout }: Io): Reporter {
  const { line, flush } = createLines(stdout);
  const mayTell = createPace();
  const mayTellWork = createWorkPace();
  return {
    on: (event) => {
      if (event.type === 'waiting' && !mayTell(event)) return;
      if (event.type === 'compressing' && !mayTellWork(event)) return;
      for (const value of describe(event)) line(value);
    },
    error: (error) => {
      line({ type: 'error', ...describeError(error) });
      flush();
    },
    end: (exitCode) => {
      line({ type: 'end', exitCode });
      flush();
    },
  };
}

/** Characters. */
const longestPiece = 64 * 1024;

/**
 * Lines of one turn of the event loop are written together: a hundred thousand files that did not change are told of in
 * one, and each line by itself would wait in memory for a reader that is slower.
 */
function createLines(stdout: Output) {
  let text = '';
  const flush = () => {
    if (text !== '') stdout.write(text);
    text = '';
  };
  return {
    line: (value: object) => {
      if (text === '') queueMicrotask(flush);
      text += `${JSON.stringify(value)}\n`;
      if (text.length > longestPiece) flush();
    },
    flush,
  };
}

function describe(event: CollectEvent): object[] {
  switch (event.type) {
    case 'begin': {
      const { type, target, destination, dryRun, notes } = event;
      return [{ type, target, destination, dryRun, notes }];
    }
    case 'found':
      return [];
    case 'shadowed':
      return [{ type: event.type, name: event.name, path: event.path, by: event.by }];
    case 'ignored':
      return [{ type: event.type, path: event.path, why: event.why }];
    case 'refused': {
      const { type, path, why, rule, line, column, excerpt, past } = event;
      return [{ type, path, why, rule, line, column, excerpt, past }];
    }
    case 'warning': {
      const { code, message, hint, subjects } = event.warning;
      return [{ type: event.type, code, message, hint, subjects }];
    }
    case 'planned':
      return event.dryRun
        ? event.plan.steps.flat().map((action) => ({ type: 'action', ...describeAction(action) }))
        : [];
    case 'compressing': {
      const { type, files, ofFiles, bytes, ofBytes, forMs } = event;
      return [{ type, files, ofFiles, bytes, ofBytes, forMs }];
    }
    case 'compressed':
      return [{ type: event.type, ...event.compression }];
    case 'applying':
    case 'started':
      return [];
    case 'finished':
      return [describeOutcome(event.outcome)];
    case 'locked':
      return [{ type: event.type, message: event.text }];
    case 'waiting': {
      const { type, why, requests, forMs } = event;
      return [{ type, why, requests, forMs }];
    }
    case 'invalidation': {
      const { paths } = event.invalidation;
      return [{ type: event.type, ...describeInvalidation(event.invalidation), paths }];
    }
    case 'report':
      return [describeReport(event.report)];
  }
}

function describeAction(action: Action): object {
  const { type, key, reason } = action;
  if (type !== 'upload' && type !== 'update') return { action: type, key, reason };
  const { name, headers, size, content, encoding, twinOf } = action.file;
  return {
    action: type,
    key,
    name,
    reason,
    size,
    contentType: headers.contentType,
    cacheControl: headers.cacheControl,
    ...(content.kind === 'compressed' && { encoding, twinOf, sizeBefore: sizeBefore(content) }),
  };
}

function describeOutcome(outcome: Outcome): object {
  const { status, action } = outcome;
  return {
    type: 'outcome',
    status,
    ...describeAction(action),
    ...(outcome.status === 'done' && outcome.result && { proof: outcome.result.proof }),
    ...(outcome.status === 'failed' && { error: describeError(outcome.error) }),
  };
}

function describeError(error: unknown): object {
  if (!(error instanceof CollectError)) {
    return { code: 'BUG', message: error instanceof Error ? error.message : String(error) };
  }
  const { code, message, hint, exitCode, problems } = error;
  return { code, message, hint, exitCode, ...(problems.length > 0 && { problems }) };
}

function describeInvalidation(invalidation: Invalidation): object {
  const { cdn, mostDollars, status, id, error } = invalidation;
  return { cdn, status, mostDollars, id, ...(error && { error: describeError(error) }) };
}

function describeReport(report: Report): object {
  const errors = report.outcomes.flatMap((outcome) =>
    outcome.status === 'failed'
      ? [{ key: outcome.action.key, ...describeError(outcome.error) }]
      : [],
  );
  const { exitCode, dryRun, target, destination, counts, bytes, compression, acl } = report;
  const { invalidation, durationMs } = report;
  return {
    type: 'report',
    schema: 1,
    exitCode,
    dryRun,
    target,
    destination,
    counts,
    bytes,
    compression,
    acl,
    invalidation: invalidation && {
      ...describeInvalidation(invalidation),
      paths: invalidation.paths.length,
    },
    durationMs,
    errors,
  };
}

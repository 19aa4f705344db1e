import { appendFileSync } from 'node:fs';
import { CollectError } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Report } from '../types.ts';
import { errorText, formatBytes, formatDuration, warningText } from './format.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

/** Annotations and a job summary, as GitHub Actions reads them. Annotations go to stderr: stdout may be NDJSON. */
export function createGithubReporter(
  { stderr, env }: Io,
  { redact }: Pick<ReporterOptions, 'redact'>,
): Reporter {
  const annotate = (level: 'error' | 'warning', text: string, code = '') => {
    const title = code === '' ? 'collect-static' : `collect-static ${code}`;
    stderr.write(`::${level} title=${title}::${escape(text)}\n`);
  };
  const summarise = (text: string) => {
    const file = env['GITHUB_STEP_SUMMARY'];
    if (file !== undefined && file !== '') appendSummary(file, redact(text), annotate);
  };
  return {
    on: (event) => {
      if (event.type === 'warning')
        annotate('warning', warningText(event.warning), event.warning.code);
      if (event.type === 'invalidation' && event.invalidation.error !== undefined) {
        const { error } = event.invalidation;
        annotate('error', errorText(error), codeOf(error));
      }
      if (event.type !== 'report') return;
      for (const outcome of event.report.outcomes
        .filter(({ status }) => status === 'failed')
        .slice(0, 10)) {
        if (outcome.status !== 'failed') continue;
        const { action, error } = outcome;
        annotate('error', `${action.key}: ${errorText(error)}`, codeOf(error));
      }
      summarise(summaryOf(event.report));
    },
    error: (error) => {
      annotate('error', errorText(error), codeOf(error));
      summarise(`### collect-static: stopped before anything was written\n\n${errorText(error)}\n`);
    },
    end: () => {},
  };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof CollectError ? error.code : undefined;
}

function summaryOf(report: Report): string {
  const { counts } = report;
  const state =
    report.exitCode === 0 ? (report.dryRun ? 'dry run' : 'complete') : `exit ${report.exitCode}`;
  return [
    `### collect-static: ${report.target}, ${state}`,
    '',
    `Destination \`${report.destination}\`, ${formatDuration(report.durationMs)}`,
    '',
    '| uploaded | bytes | unchanged | deleted | failed | not run | refused |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    `| ${counts.uploaded} | ${formatBytes(report.bytes.uploaded)} | ${counts.skipped} | ${counts.deleted} | ${counts.failed} | ${counts.notRun} | ${counts.refused} |`,
    '',
  ].join('\n');
}

/** The one output that goes past Io: a file that the runner names. */
function appendSummary(
  file: string,
  summary: string,
  annotate: (level: 'warning', text: string) => void,
): void {
  try {
    appendFileSync(file, `${summary}\n`);
  } catch {
    annotate('warning', `the job summary could not be written to ${file}`);
  }
}

/** https://docs.github.com/actions: the three characters that a command's text must escape. */
function escape(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

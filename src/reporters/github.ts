import { appendFileSync } from 'node:fs';
import type { Io } from '../io.ts';
import type { Report } from '../types.ts';
import { errorText, formatBytes, formatDuration, warningText } from './format.ts';
import type { Reporter } from './reporter.ts';

/** Annotations and a job summary, as GitHub Actions reads them. Annotations go to stderr: stdout may be NDJSON. */
export function createGithubReporter({ stderr, env }: Io): Reporter {
  const annotate = (level: 'error' | 'warning', text: string) => {
    stderr.write(`::${level} title=collect-static::${escape(text)}\n`);
  };
  return {
    on: (event) => {
      if (event.type === 'warning') annotate('warning', warningText(event.warning));
      if (event.type !== 'report') return;
      for (const outcome of event.report.outcomes
        .filter(({ status }) => status === 'failed')
        .slice(0, 10)) {
        if (outcome.status === 'failed')
          annotate('error', `${outcome.action.key}: ${errorText(outcome.error)}`);
      }
      const file = env['GITHUB_STEP_SUMMARY'];
      if (file !== undefined && file !== '') appendSummary(file, event.report, annotate);
    },
    error: (error) => {
      annotate('error', errorText(error));
    },
    end: () => {},
  };
}

function appendSummary(
  file: string,
  report: Report,
  annotate: (level: 'warning', text: string) => void,
): void {
  const { counts } = report;
  const state =
    report.exitCode === 0 ? (report.dryRun ? 'dry run' : 'complete') : `exit ${report.exitCode}`;
  const rows = [
    `### collect-static: ${report.target}, ${state}`,
    '',
    `Destination \`${report.destination}\`, ${formatDuration(report.durationMs)}`,
    '',
    '| uploaded | bytes | unchanged | deleted | failed | not run |',
    '| ---: | ---: | ---: | ---: | ---: | ---: |',
    `| ${counts.uploaded} | ${formatBytes(report.bytes.uploaded)} | ${counts.skipped} | ${counts.deleted} | ${counts.failed} | ${counts.notRun} |`,
    '',
  ];
  try {
    appendFileSync(file, `${rows.join('\n')}\n`);
  } catch {
    annotate('warning', `the job summary could not be written to ${file}`);
  }
}

/** https://docs.github.com/actions: the three characters that a command's text must escape. */
function escape(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

import type { BucketOptions } from '../test/support/fake-s3/types.ts';
import type { Run } from './exam.ts';
import type { Kills } from './kills.ts';

export interface Row {
  readonly name: string;
  readonly version?: string;
  readonly deploys: string;
  readonly copies?: string;
  readonly note?: string;
  /** Why it was not examined. */
  readonly reason?: string;
  readonly refused?: readonly BucketOptions[];
  readonly runs: readonly ({ readonly seed: number } & Run)[];
  readonly kills?: Kills;
}

/** The tables of the README: deploys to S3, then local copies, then who was not examined. */
export function describe(rows: readonly Row[], deadlineMs: number): string {
  const minutes = deadlineMs / 60_000;
  const deployed = rows.filter(({ runs }) => runs.length > 0);
  const copied = rows.filter(({ kills }) => kills !== undefined);
  const absent = rows.filter(({ reason }) => reason !== undefined);
  return [
    makeTable(
      [
        'tool',
        'exit 0, but objects wrong or missing',
        'right, exit 0',
        'failed, and said so',
        `no end in ${minutes} minutes`,
        'what the wrong and missing objects met last',
      ],
      deployed.map((row) => [
        titleOf(row),
        ...(['lie', 'right', 'failure', 'no end'] as const).map(
          (outcome) => `${row.runs.filter((run) => run.outcome === outcome).length}`,
        ),
        reasonsOf(row),
      ]),
    ),
    makeTable(
      [
        'tool, copying locally',
        'killed while writing',
        'torn files under their final names',
        'still torn after the next run, exit 0',
        'other files left over after it',
      ],
      copied.map((row) => [
        titleOf(row),
        ...[row.kills?.kills, row.kills?.torn, row.kills?.kept, row.kills?.leftovers].map(
          (figure) => `${figure ?? ''}`,
        ),
      ]),
    ),
    ...deployed.map(describeCommand),
    ...absent.map(({ name, reason = '' }) => `- ${name}: not examined (${oneLine(reason)})`),
  ].join('\n');
}

const titleOf = ({ name, version = '' }: Row) => `${name} ${version}`;

/** The most frequent of them, in lies only: `PutObject: an empty 200 (34)`. */
function reasonsOf({ runs }: Row): string {
  const counts = new Map<string, number>();
  for (const run of runs.filter(({ outcome }) => outcome === 'lie')) {
    for (const [reason, count] of Object.entries(run.after)) {
      counts.set(reason, (counts.get(reason) ?? 0) + count);
    }
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted
    .slice(0, 4)
    .map(([reason, count]) => `${inWords(reason)} (${count})`)
    .join(', ');
}

const words: Readonly<Record<string, string>> = {
  badDigest: '400 BadDigest',
  corrupt: 'bytes changed on the way',
  empty: 'an empty 200',
  hang: 'no answer',
  hangAfterwards: 'no answer, though stored',
  junk: 'a web page with 200',
  resetBefore: 'a reset',
};

function inWords(reason: string): string {
  const [op = '', kind = ''] = reason.split(' ');
  return kind === '' || op === 'no' ? reason : `${op}: ${words[kind] ?? kind}`;
}

function describeCommand({ name, deploys, copies, note, refused = [] }: Row): string {
  const commands = [deploys, copies].filter((command) => command !== undefined);
  const buckets = refused.map((bucket) => `\`${JSON.stringify(bucket)}\``).join(', ');
  return [
    `- ${name}: ${commands.map((command) => `\`${command}\``).join(', ')}`,
    ...(note === undefined ? [] : [`  (${note})`]),
    ...(buckets === ''
      ? []
      : [`  Examined on a plain bucket instead of ${buckets}, which it cannot deploy to at all.`]),
  ].join('\n');
}

function makeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

const oneLine = (text: string) => text.trim().split('\n').at(-1) ?? '';

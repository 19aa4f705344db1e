import type { Result, RowResult } from './contest.ts';
import { compare, fastest, medianOf, oursIn, type Measure, type Ratio } from './figures.ts';

/** What is promised, as a ratio of medians, ours to theirs. */
interface Target {
  readonly row: string;
  readonly what: string;
  readonly theirs: (result: Result) => boolean;
  readonly ours?: (result: Result) => boolean;
  readonly measure?: Measure;
  readonly must: number;
  readonly aim: number;
}

export interface Judged extends Pick<Target, 'row' | 'what' | 'must' | 'aim'>, Partial<Ratio> {
  /** The command that was the fastest of theirs. */
  readonly against?: string;
}

const tool =
  (...names: readonly string[]) =>
  (result: Result) =>
    names.includes(result.tool);
const variant = (name: string, text: string) => (result: Result) =>
  result.tool === name && result.variant.includes(text);
const rclone = tool('rclone', 'rclone (Debian 12)');
const rcloneChecksum = (result: Result) => rclone(result) && result.variant === '--checksum';

const uploads = ['first-0', 'first-30'].flatMap((row): Target[] => [
  { row, what: 'rclone, its best flags', theirs: rclone, must: 0.6, aim: 0.4 },
  { row, what: 's5cmd', theirs: tool('s5cmd'), must: 1, aim: 0.7 },
  { row, what: 'aws s3 sync, tuned', theirs: variant('aws s3 sync', 'max_'), must: 0.15, aim: 0.1 },
  {
    row,
    what: 'collectfasta with threads',
    theirs: tool('Django + django-storages + collectfasta'),
    must: 0.1,
    aim: 0.05,
  },
]);

const noChanges = [
  { row: 'nothing-few', must: [0.6, 0.3], aim: [0.4, 0.2] },
  { row: 'nothing-many', must: [0.6, 0.6], aim: [0.4, 0.4] },
].flatMap(({ row, must: [must = 0, mustAws = 0], aim: [aim = 0, aimAws = 0] }): Target[] => [
  { row, what: 'rclone --checksum --fast-list', theirs: rcloneChecksum, must, aim },
  { row, what: 'aws s3 sync', theirs: tool('aws s3 sync'), must: mustAws, aim: aimAws },
]);

const targets: readonly Target[] = [
  {
    row: 'typical',
    what: 'the fastest of all others',
    theirs: ({ tool: name }) => name !== 'collect-static',
    must: 1.2,
    aim: 1,
  },
  ...uploads,
  {
    row: 'first-0',
    what: 'CPU seconds of rclone',
    theirs: rclone,
    measure: 'cpuSeconds',
    must: 0.6,
    aim: 0.4,
  },
  ...noChanges,
  { row: 'large', what: 'aws s3 cp', theirs: tool('aws s3 sync'), must: 0.6, aim: 0.4 },
  { row: 'large', what: 's5cmd', theirs: tool('s5cmd'), must: 1, aim: 0.8 },
  { row: 'copy-first', what: 'cp -a', theirs: tool('cp'), must: 1.3, aim: 1 },
  { row: 'copy-nothing', what: 'rsync -a', theirs: tool('rsync'), must: 3.5, aim: 2 },
  {
    row: 'start',
    what: '--help, against `node -e 0`',
    theirs: tool('node'),
    ours: variant('collect-static', '--help'),
    must: 1.4,
    aim: 1.1,
  },
  {
    row: 'start',
    what: '20 files, against `node -e 0`',
    theirs: tool('node'),
    ours: variant('collect-static', '20 files'),
    must: 3.5,
    aim: 2.5,
  },
];

export function judge(rows: readonly RowResult[]): Judged[] {
  return rows.flatMap((row) => [
    ...targets.filter((target) => target.row === row.id).map((target) => judgeOne(target, row)),
    ...(row.id === 'scale' ? judgeScale(row) : []),
  ]);
}

function judgeOne(target: Target, row: RowResult): Judged {
  const { what, must, aim, measure, theirs, ours } = target;
  const judged = { row: row.id, what, must, aim };
  const own = ours === undefined ? oursIn(row) : row.results.find(ours);
  const candidates = row.results.filter(theirs);
  const best = fastest(candidates, measure);
  if (own === undefined || own.runs.length === 0) return judged;
  if (best !== undefined) {
    return { ...judged, ...compare(own, best, measure), against: titleOf(best) };
  }
  const late = candidates.find((candidate) => candidate.late !== undefined);
  if (late?.late === undefined) return judged;
  const ratio = medianOf(own) / late.late;
  return { ...judged, ratio, range: [ratio, ratio], atMost: true, against: titleOf(late) };
}

/** Many files against few: how the time grows, and what the memory comes to. */
function judgeScale({ id, results }: RowResult): Judged[] {
  const [few, many] = results;
  if (few === undefined || many === undefined || many.runs.length === 0) return [];
  const megabytes = many.runs.flatMap((run) => run.megabytes ?? []);
  return [
    { row: id, what: 'time of the tenth', must: 11, aim: 10, ...compare(many, few) },
    {
      row: id,
      what: 'memory in MB',
      must: 256,
      aim: 200,
      ratio: Math.max(...megabytes),
      range: [Math.min(...megabytes), Math.max(...megabytes)],
    },
  ];
}

export function titleOf({ tool: name, version, variant: how }: Result): string {
  return [`${name} ${version}`.trim(), how].filter((part) => part !== '').join(', ');
}

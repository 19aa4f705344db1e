import type { Result, RowResult } from './contest.ts';
import { compare, costOf, fastest, medianOf, oursIn, valuesOf, type Ratio } from './figures.ts';
import { titleOf, type Judged } from './targets.ts';

export interface About {
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly rounds: number;
  readonly absent: readonly (readonly [string, string])[];
}

/** The tables: one for each row, then what was promised, then the command lines. */
export function describe(
  rows: readonly RowResult[],
  judged: readonly Judged[],
  { date, machine, node, rounds, absent }: About,
): string {
  return [
    `${machine}; Node ${node}; ${date}; ${rounds} rounds, all in turn; median of whole processes, least to greatest. In brackets our time divided by theirs.\n`,
    ...rows.map(describeRow),
    '### What was promised\n',
    makeTable(
      ['what', 'against', 'ratio', 'must be', 'wanted', ''],
      judged.map((one) => describeTarget(one, rows)),
    ),
    '### Command lines\n',
    ...commandLines(rows),
    ...absent.map(([name, reason]) => `- ${name}: could not be installed (${reason})`),
    '',
  ].join('\n');
}

function describeRow(row: RowResult): string {
  const tools = [...new Set(row.results.map(({ tool }) => tool))];
  const counted = row.results.some(({ runs }) => runs.some(({ requests }) => requests));
  const head = ['tool', 'best flags', 'flags that verify as we do', 'CPU s', 'MB'];
  // What is compared there is not one tool with another, but one task.
  const own = row.id === 'scale' || row.id === 'start';
  const isAlone = ({ tool }: Result) => own || tool === 'collect-static';
  const lines = [
    ...row.results.filter(isAlone).map((result) => lineOf(titleOf(result), [result])),
    ...tools.map((tool) => {
      const results = row.results.filter((result) => result.tool === tool && !isAlone(result));
      return lineOf(`${tool} ${results[0]?.version ?? ''}`.trim(), results, oursIn(row));
    }),
  ].filter(({ cells }) => cells.some((cell, index) => index > 0 && cell !== ''));
  const sorted = lines.sort((one, other) => one.seconds - other.seconds);
  return [
    `### ${row.title}\n`,
    `${row.about}\n`,
    makeTable(
      counted ? [...head, 'requests', 'cost'] : head,
      sorted.map(({ cells }) => (counted ? cells : cells.slice(0, head.length))),
    ),
  ].join('\n');
}

/** What one tool did, by its best flags and by those that verify. */
function lineOf(title: string, results: readonly Result[], ours?: Result) {
  const best = fastest(results);
  const verifying = fastest(results.filter(({ checks }) => checks !== 'skips'));
  const usage = (measure: 'cpuSeconds' | 'megabytes', digits: number) =>
    best === undefined || valuesOf(best, measure).length === 0
      ? ''
      : medianOf(best, measure).toFixed(digits);
  const why = results.find(({ reason }) => reason !== undefined)?.reason ?? '';
  const [requests, cost] = requestsOf(best);
  const cells = [
    title,
    best === undefined ? why : timesOf(best, ours),
    verifying === undefined ? '' : timesOf(verifying, ours),
    usage('cpuSeconds', 2),
    usage('megabytes', 0),
    requests,
    cost,
  ];
  return { seconds: best === undefined ? Infinity : medianOf(best), cells };
}

/** Beside ours, if that is not in a line of its own. */
function timesOf(result: Result, ours: Result | undefined): string {
  const values = valuesOf(result);
  const ratio = ours === undefined ? '' : ` (${ratioText(compare(ours, result))})`;
  const variant = ours === undefined || result.variant === '' ? '' : `, ${result.variant}`;
  const range = `${seconds(Math.min(...values))}–${seconds(Math.max(...values))}`;
  return `**${seconds(medianOf(result))} s**${ratio}, ${range}${variant}`;
}

/** They are the same in every round, or said to be about. */
function requestsOf(result: Result | undefined): [string, string] {
  const all =
    result?.runs.flatMap(({ requests }) => (requests === undefined ? [] : [requests])) ?? [];
  const [first] = all;
  if (first === undefined) return ['', ''];
  const same = all.every((one) => JSON.stringify(one) === JSON.stringify(first));
  const kinds = Object.entries(first).map(([kind, count]) => `${count} ${kind}`);
  return [`${same ? '' : 'about '}${kinds.join(', ')}`, `$${costOf(first).toFixed(5)}`];
}

function describeTarget(judged: Judged, rows: readonly RowResult[]): string[] {
  const { row, what, against = '', must, aim, ratio, range } = judged;
  const title = rows.find(({ id }) => id === row)?.title ?? row;
  const name = what + (against === '' || against === what ? '' : ` (${against})`);
  if (ratio === undefined || range === undefined) {
    return [title, name, 'not measured', `${must}`, `${aim}`, ''];
  }
  const verdict = ratio <= aim ? 'reached' : ratio <= must ? 'kept' : '**missed**';
  return [
    title,
    name,
    ratioText({ ...judged, ratio, range }, true),
    `≤ ${must}`,
    `≤ ${aim}`,
    verdict,
  ];
}

function ratioText({ ratio, range: [low, high], atMost }: Ratio, withRange = false): string {
  const digits = (value: number) => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
  const text = `${atMost === true ? '< ' : ''}${digits(ratio)}`;
  return withRange && atMost !== true ? `${text} (${digits(low)}–${digits(high)})` : text;
}

function seconds(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}

function commandLines(rows: readonly RowResult[]): string[] {
  return rows.flatMap((row) => [
    `${row.title}:\n`,
    ...row.results.map((result) => `- ${titleOf(result)}: \`${result.shown}\``),
    '',
  ]);
}

function makeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

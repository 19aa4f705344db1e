import type { RowResult } from './contest.ts';
import { fastest, medianOf } from './figures.ts';

const width = 820;
const [left, right, bar, gap] = [290, 110, 18, 8];

/** Bars of seconds for some rows, the fastest flags of each tool; it is read on white and on black. */
export function drawChart(rows: readonly RowResult[]): string {
  const parts: string[] = [];
  let y = 8;
  for (const row of rows) {
    const { lines, height } = drawRow(row, y);
    parts.push(...lines);
    y += height;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}" role="img">`,
    `<title>Seconds that a deploy takes, tool by tool</title>`,
    '<style>',
    'text { font: 13px system-ui, sans-serif; fill: #1f2328 }',
    '.title { font-weight: 600; font-size: 14px } .about { fill: #59636e; font-size: 12px }',
    '.bar { fill: #a9b4c0 } .ours { fill: #1a7f37 }',
    '@media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .about { fill: #9198a1 } .bar { fill: #58626e } .ours { fill: #3fb950 } }',
    '</style>',
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function drawRow(row: RowResult, top: number): { lines: string[]; height: number } {
  const tools = [...new Set(row.results.map(({ tool }) => tool))];
  const bars = tools
    .flatMap((tool) => {
      const results = row.results.filter((result) => result.tool === tool);
      const best = fastest(results);
      const late = results.find((result) => result.late !== undefined)?.late;
      if (best !== undefined) return { tool, seconds: medianOf(best), text: '' };
      return late === undefined ? [] : { tool, seconds: late, text: 'more than ' };
    })
    .sort((one, other) => one.seconds - other.seconds);
  // Some take a hundred times as long: their bars are cut, and end in a point.
  const most = Math.min(bars.at(-1)?.seconds ?? 1, 12 * (bars[0]?.seconds ?? 1));
  const lines = [
    `<text class="title" x="8" y="${top + 16}">${escape(row.title)}</text>`,
    `<text class="about" x="8" y="${top + 33}">${escape(row.about)}; seconds</text>`,
  ];
  let y = top + 46;
  for (const { tool, seconds, text } of bars) {
    const length = Math.max(2, ((width - left - right) * Math.min(seconds, most)) / most);
    const middle = y + bar / 2;
    const tip = seconds > most ? ` l10 ${bar / 2} l-10 ${bar / 2}` : ` v${bar}`;
    const label = `${text}${seconds.toFixed(seconds < 10 ? 2 : 0)}`;
    lines.push(
      `<text x="${left - 10}" y="${middle + 4}" text-anchor="end">${escape(tool)}</text>`,
      `<path class="${tool === 'collect-static' ? 'ours' : 'bar'}" d="M${left} ${y} h${length.toFixed(1)}${tip} H${left} z"/>`,
      `<text x="${(left + length + 16).toFixed(1)}" y="${middle + 4}">${label}</text>`,
    );
    y += bar + gap;
  }
  return { lines, height: y - top + 16 };
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

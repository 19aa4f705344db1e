import type { ChalkInstance } from 'chalk';
import type { Action, Plan, Wanted } from '../types.ts';
import { formatBytes, plural, printable, sizeBefore } from './format.ts';
import { isRestored, isWork } from './work.ts';

/** A line for each thing to do, in columns, and how many there is nothing to do for. */
export function dryRunList(plan: Plan, destination: string, paint: ChalkInstance): string {
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

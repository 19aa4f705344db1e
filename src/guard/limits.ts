import { sizeOf, sourceOf } from '../content.ts';
import type { Limits, Refusal, StaticFile } from '../types.ts';

/** What goes beyond the budgets: a wrong directory is mostly a large one. Pure. */
export function judgeLimits(files: readonly StaticFile[], limits: Limits): readonly Refusal[] {
  const { files: most = Infinity, bytes = Infinity, fileSize = Infinity } = limits;
  const total = files.reduce((sum, { content }) => sum + sizeOf(content), 0);
  const refusals: Refusal[] = [];
  if (files.length > most) {
    refusals.push(over('limits.files', 'all sources', `${files.length} files`, most));
  }
  if (total > bytes) refusals.push(over('limits.bytes', 'all sources', `${total} bytes`, bytes));
  for (const { content, name } of files) {
    const size = sizeOf(content);
    if (size <= fileSize) continue;
    const path = sourceOf(content)?.path ?? name;
    refusals.push(over('limits.fileSize', path, `${size} bytes`, fileSize));
  }
  return refusals;
}

function over(rule: string, path: string, what: string, limit: number): Refusal {
  const past = `leave out what is not meant to be published, or raise ${rule}`;
  return { rule, path, why: `${what}, and ${rule} is ${limit}`, past };
}

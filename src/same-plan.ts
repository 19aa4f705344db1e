import { isDeepStrictEqual } from 'node:util';
import { CollectError } from './errors.ts';
import { detailsOf } from './explanations/index.ts';
import type { PlannedAction, TargetPlan } from './plan-file.ts';

/** Differences that are written out; of a whole site that was built anew nobody reads more. */
const mostTold = 10;

/**
 * Refuses what is not the plan any more. What of the plan is done already (by shards, by a run that broke off) has
 * not moved away from it: the rest is still the plan. `record`: whether the release record there is of these files.
 * @throws CollectError PLAN_OUTDATED
 */
export function checkSamePlan(
  planned: TargetPlan,
  now: TargetPlan,
  { recordedAlready }: { readonly recordedAlready: boolean },
): void {
  if (planned.target !== now.target || planned.destination !== now.destination) {
    const [was, is] = [planned, now].map((one) => `${one.target} → ${one.destination}`);
    throw outdated(`it is for ${was ?? ''}, and this run is for ${is ?? ''}`, []);
  }
  const [before, after] = [planned, now].map(actionsOf);
  if (before === undefined || after === undefined) return;
  if (!isDeepStrictEqual(planned.files, now.files)) {
    const why = `the sources or the configuration have changed since: ${now.files.count} files, and ${planned.files.count} in the plan`;
    throw outdated(why, [...sourceChanges(before, after)]);
  }
  // Everything is as the plan wanted it.
  if (after.size === 0) return;
  const moved = [...destinationChanges(before, after)];
  if (planned.record !== now.record && !recordedAlready) moved.push('another deploy ended there');
  if (moved.length > 0) throw outdated('the destination has changed since', moved);
}

function actionsOf({ steps }: TargetPlan): Map<string, PlannedAction> {
  // A key has one action; the record's own may be the key of nothing else.
  return new Map(steps.flat().map((action) => [action.key, action]));
}

function* sourceChanges(
  before: ReadonlyMap<string, PlannedAction>,
  after: ReadonlyMap<string, PlannedAction>,
): Generator<string> {
  for (const [key, { action, sha256, headers }] of before) {
    const now = after.get(key);
    if (action !== 'upload' && action !== 'update') continue;
    if (now?.sha256 === undefined) yield `${key} is not to be stored any more`;
    else if (now.sha256 !== sha256) yield `${key} has other bytes`;
    else if (!isDeepStrictEqual(now.headers, headers)) yield `${key} has other headers`;
  }
  for (const [key, { sha256 }] of after) {
    if (sha256 !== undefined && !before.has(key)) yield `${key} is to be stored, too`;
  }
}

function* destinationChanges(
  before: ReadonlyMap<string, PlannedAction>,
  after: ReadonlyMap<string, PlannedAction>,
): Generator<string> {
  for (const [key, now] of after) {
    const planned = before.get(key);
    if (planned === undefined) yield `${key}: ${now.action} (${now.reason}) is not in the plan`;
    else if (!isSame(planned, now)) yield `${key} is not as it was`;
  }
}

function isSame(planned: PlannedAction, now: PlannedAction): boolean {
  // It is there by now, and told to be stored all the same.
  if (now.reason === 'forced') return planned.action === 'upload';
  return planned.action === now.action && isDeepStrictEqual(planned.was, now.was);
}

function outdated(why: string, problems: readonly string[]): CollectError {
  const more = problems.length - mostTold;
  return new CollectError('PLAN_OUTDATED', `the plan does not hold any more: ${why}`, {
    ...detailsOf('PLAN_OUTDATED'),
    problems: [
      ...problems.slice(0, mostTold),
      ...(more > 0 ? [`and ${more} more like these`] : []),
    ],
  });
}

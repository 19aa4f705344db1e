import { relative, sep } from 'node:path';
import type { Decision } from './decide.ts';
import { byCodePoint } from './keys.ts';
import type { PlannedAction, TargetPlan } from './plan-file.ts';
import { releaseId } from './release.ts';
import type { Action, Config, StoredObject } from './types.ts';

export type Decided = Pick<Decision, 'plan' | 'next' | 'recordEtag'>;

/** A plan as it is written down. `label`: that of the backend. */
export function describePlan(config: Config, label: string, decided: Decided): TargetPlan {
  const { plan, next, recordEtag } = decided;
  const { wanted, stored, acl } = next;
  const entries = new Map(
    wanted.map(({ key, size, headers, digests: { sha256 } }) => [key, { sha256, size, headers }]),
  );
  return {
    target: config.target,
    destination: placeOf(config, label),
    files: { count: wanted.length, sha256: releaseId({ entries, acl }) },
    record: recordEtag ?? null,
    steps: plan.steps
      .map((step) => step.flatMap((action) => describeAction(action, stored.get(action.key))))
      .filter((step) => step.length > 0)
      .map((step) => step.sort((a, b) => byCodePoint(a.key, b.key))),
  };
}

/** A plan is made on one machine and carried out on another: no path of either is in it. */
function placeOf({ backend, local, root }: Config, label: string): string {
  return backend === 'local' ? `${relative(root, local.dir).split(sep).join('/')}/` : label;
}

function describeAction(action: Action, held: StoredObject | undefined): PlannedAction[] {
  const { type, key, reason } = action;
  if (type === 'skip') return [];
  const was = held && { was: stateOf(held) };
  if (!('file' in action)) return [{ action: type, key, reason, ...was }];
  const { size, digests, headers } = action.file;
  return [
    { action: type, key, reason, size, sha256: digests.sha256, headers: { ...headers }, ...was },
  ];
}

/** By which it is known again: an ETag changes with the bytes, and a time with every write. */
function stateOf({ size, etag, modifiedMs }: StoredObject): NonNullable<PlannedAction['was']> {
  if (etag !== undefined) return { size, etag };
  if (modifiedMs === undefined) return { size };
  return { size, modified: new Date(modifiedMs).toISOString() };
}

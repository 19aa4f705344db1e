import type { PlanOptions } from '../../src/plan.ts';
import type { Release } from '../../src/release.ts';
import type { Plan, StoredObject, Wanted } from '../../src/types.ts';
import { planOptions } from './wanted.ts';

/** Of a plan for a destination that holds these objects. */
export function options(
  held: readonly StoredObject[],
  more: Partial<PlanOptions> = {},
): PlanOptions {
  return planOptions(byKey(held), more);
}

export function byKey(held: readonly StoredObject[]): Map<string, StoredObject> {
  return new Map(held.map((object) => [object.key, object]));
}

/** The steps of a plan, with a line for each action. */
export function lines({ steps }: Plan): string[][] {
  return steps.map((step) => step.map(({ type, key, reason }) => `${type} ${key} ${reason}`));
}

/** What the record of the tenth release says, which had these files. */
export function released(files: readonly Wanted[], former: Release['former'] = new Map()): Release {
  return {
    id: 'r',
    sequence: 10,
    deployedMs: 0,
    acl: 'none',
    entries: new Map(
      files.map(({ key, size, headers, digests: { sha256 } }) => [key, { sha256, size, headers }]),
    ),
    former,
    past: [],
  };
}

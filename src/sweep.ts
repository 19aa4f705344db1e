import type { Backend, PutOptions } from './backends/backend.ts';
import { makeRelease, type NextReleaseInput } from './next-release.ts';
import { findSweepable, isReleaseKey } from './preserve.ts';
import { readKept } from './release-files.ts';
import type { Action, Config, Delete, Outcome, Plan, StoredObject } from './types.ts';

export interface SweepOptions {
  readonly config: Config;
  readonly plan: Plan;
  readonly next: Omit<NextReleaseInput, 'outcomes' | 'nowMs'>;
  /** What the tool keeps at the destination. */
  readonly own: ReadonlyMap<string, StoredObject>;
  readonly backend: Backend;
  readonly state: Backend;
  readonly pass: PutOptions;
}

/** Deletes of what was kept for releases that nobody goes back to any more. @throws CollectError */
export async function planSweep(options: SweepOptions): Promise<Delete[]> {
  const { config, plan, next, backend, state, pass } = options;
  const { previous } = next;
  if (previous === undefined) return [];
  const { releases, days } = config.retain;
  const id = idOf(plan, next);
  const changes = id !== previous.id;
  const all = [...previous.past.map((one) => one.id), previous.id];
  const most = releases - (changes ? 1 : 0);
  const ids = most === 0 ? [] : all.slice(-most);
  // What is compared with it are times of the store.
  const nowMs = backend.now?.() ?? Date.now();
  const own = new Map(options.own);
  if (state !== backend) {
    for (const [key, held] of await listOwn(state, pass)) own.set(key, held);
  }
  const kept = await readKept(state, { own, ids, days, nowMs, pass });
  return kept === undefined ? [] : findSweepable({ own, kept, id, days, nowMs });
}

/** What the release will be when all goes well. */
function idOf(plan: Plan, next: SweepOptions['next']): string {
  const outcomes = new Map(
    plan.steps.flat().map((action): [Action, Outcome] => [action, { status: 'done', action }]),
  );
  return makeRelease({ ...next, outcomes, nowMs: 0 }).id;
}

async function listOwn(state: Backend, pass: PutOptions): Promise<Map<string, StoredObject>> {
  const own = new Map<string, StoredObject>();
  for await (const held of state.list?.(pass) ?? []) {
    if (isReleaseKey(held.key)) own.set(held.key, held);
  }
  return own;
}

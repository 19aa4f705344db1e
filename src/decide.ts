import type { Backend, PutOptions } from './backends/backend.ts';
import { aclOf, readDestination, unknownDestination, type Destination } from './destination.ts';
import type { NextReleaseInput } from './next-release.ts';
import type { DigestCache } from './digest-cache.ts';
import { makePlan, planWarnings } from './plan.ts';
import { preservedOf } from './preserve.ts';
import { checkComplete } from './restore.ts';
import { checkDeletes } from './safety.ts';
import { planSweep } from './sweep.ts';
import type { Config, Plan, StoredObject, Wanted, Warning } from './types.ts';

/** What is to be done, and what it was decided by. */
export interface Decision {
  readonly plan: Plan;
  readonly warnings: readonly Warning[];
  /** What the release record is made of, beside what becomes of the plan. */
  readonly next: Omit<NextReleaseInput, 'outcomes' | 'nowMs'>;
  /** The ETag of the record it was decided by: with another one, it has to be decided anew. */
  readonly recordEtag: string | undefined;
  /** Whether a lock can be taken. */
  readonly locks: boolean;
  /** Whether it was seen that nobody holds it. */
  readonly unlocked: boolean;
}

export interface DecideOptions {
  readonly config: Config;
  /** Undefined: the destination is not consulted. */
  readonly backend: Backend | undefined;
  /** Where the release record is, if not at the destination itself. */
  readonly state: Backend | undefined;
  /** What is known of files without reading them. */
  readonly cache?: DigestCache;
  readonly pass: PutOptions;
  /** The sequence of an earlier release that is put back: nothing is uploaded then. */
  readonly restores?: number | undefined;
}

/** Looks at the destination, and makes the plan. @throws CollectError exit 5 to 7 */
export async function decide(wanted: readonly Wanted[], options: DecideOptions): Promise<Decision> {
  const { config, backend, state = backend, cache, pass, restores } = options;
  const there =
    backend === undefined || state === undefined
      ? unknownDestination
      : await readDestination(backend, { config, wanted, state, cache, pass, restores });
  const { stored, listed, own, recorded, records, recordEtag } = there;
  const previous = recorded?.release;
  const acl = aclOf(config);
  const releases = config.releases && records && backend?.copy !== undefined;
  const nowMs = Date.now();
  const keepPast = config.retain.releases - 1;
  const plan = makePlan(wanted, {
    stored,
    acl,
    copies: backend?.copy !== undefined,
    records,
    recorded: previous,
    force: config.force,
    link: config.backend === 'local' && config.local.link,
    keepExisting: config.keepExisting,
    clear: config.clear,
    prune: config.prune && listed ? { config, nowMs } : undefined,
    preserve: releases && recorded !== undefined ? { recorded, own, keepPast } : undefined,
    restore: restores === undefined ? undefined : preservedOf(own),
  });
  if (config.clear) checkDeletes(config, plan);
  if (restores !== undefined) checkComplete(plan);
  const next = {
    wanted,
    stored: stored ?? new Map<string, StoredObject>(),
    listed,
    leaving: new Set(deletesOf(plan)),
    previous,
    acl: acl ?? 'none',
    keepPast,
    restores,
  };
  const sweeps =
    releases && config.prune && listed && state !== undefined
      ? await planSweep({ config, plan, next, own, backend, state, pass })
      : [];
  return {
    plan: sweeps.length === 0 ? plan : { steps: [...plan.steps, sweeps] },
    warnings: [...there.warnings, ...warningsOf(plan, stored, config)],
    next,
    recordEtag,
    locks: there.locks,
    unlocked: there.unlocked,
  };
}

function deletesOf({ steps }: Plan): string[] {
  const deletes = steps.flat().filter(({ type }) => type === 'delete');
  return deletes.map(({ key }) => key);
}

function warningsOf(plan: Plan, stored: Destination['stored'], { backend }: Config): Warning[] {
  // A directory keeps no Cache-Control, so that nothing there goes stale.
  return planWarnings(plan, stored).filter(
    ({ code }) => code !== 'STALE_CACHE' || backend !== 'local',
  );
}

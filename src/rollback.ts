import type { Backend, PutOptions } from './backends/backend.ts';
import { decide, type Decision } from './decide.ts';
import { aclOf, beforeWriting } from './destination.ts';
import { CollectError } from './errors.ts';
import { detailsOf } from './explanations/index.ts';
import { findRelease, noReleases, releaseBefore } from './history.ts';
import { readRecord } from './record.ts';
import { readRelease } from './release-files.ts';
import type { PastRelease, Release } from './release.ts';
import { wantedOf } from './restore.ts';
import type { Config, Listener, Warning } from './types.ts';

export interface RollbackOptions {
  readonly dryRun: boolean;
  /** Where the release record is kept, if not at the destination itself. */
  readonly state: Backend | undefined;
  readonly on: Listener;
  readonly signal: AbortSignal;
}

/** Everything decided and nothing done, as for a deploy. */
export interface PreparedRollback extends Decision {
  readonly config: Config;
  readonly found: { readonly found: number; readonly ignored: 0; readonly shadowed: 0 };
  readonly warnings: readonly Warning[];
  readonly compression: undefined;
  readonly manifests: undefined;
  readonly startedMs: number;
}

/** Decides how an earlier release is put back: one with this id, or the one before. @throws CollectError before the first write */
export async function prepareRollback(
  configured: Config,
  backend: Backend,
  id: string | undefined,
  { dryRun, on, signal, state = backend }: RollbackOptions,
): Promise<PreparedRollback> {
  const startedMs = performance.now();
  const pass = { signal };
  const config = withoutExtras(configured);
  const { goal, release } = await chooseRelease(config, state, { id, pass }).catch(beforeWriting);
  const note = `back to release ${goal.id.slice(0, 12)} of ${new Date(goal.deployedMs).toISOString()}`;
  const { target } = config;
  const notes = [...config.notes, note];
  on({ type: 'begin', target, destination: backend.label, dryRun, notes });
  const decision = await decide(wantedOf(release), {
    config,
    backend,
    state,
    pass,
    restores: goal.sequence,
  });
  const warnings = [...config.warnings, ...decision.warnings];
  for (const warning of warnings) on({ type: 'warning', warning });
  on({ type: 'planned', plan: decision.plan, destination: backend.label, dryRun });
  return {
    ...decision,
    config,
    found: { found: release.entries.size, ignored: 0, shadowed: 0 },
    warnings,
    compression: undefined,
    manifests: undefined,
    startedMs,
  };
}

/** What a deploy may be asked for, and going back is no time for. */
function withoutExtras(config: Config): Config {
  const s3 = { ...config.s3, preloadMetadata: true };
  return { ...config, s3, prune: false, clear: false, force: false, trustRecord: false };
}

async function chooseRelease(
  config: Config,
  state: Backend,
  { id, pass }: { id: string | undefined; pass: PutOptions },
): Promise<{ goal: PastRelease; release: Release }> {
  if (!config.releases) throw noReleases('releases are not kept: they are off');
  const { recorded, warnings } = await readRecord(state, pass);
  if (recorded === undefined) {
    const [why] = warnings.map(({ message }) => message);
    throw noReleases(why ?? 'nothing was deployed there with a record');
  }
  const current = recorded.release;
  const goal = id === undefined ? releaseBefore(current) : findRelease(current, id);
  const kept = await readRelease(state, goal.id, pass);
  const release = kept ?? (goal.id === current.id ? current : undefined);
  if (release === undefined) {
    throw new CollectError(
      'RELEASE_INCOMPLETE',
      `the release ${goal.id.slice(0, 12)} cannot be put back: nobody kept what belongs to it`,
      detailsOf('RELEASE_INCOMPLETE'),
    );
  }
  const acl = aclOf(config) ?? 'none';
  if (release.acl !== acl) {
    const message = `the release ${goal.id.slice(0, 12)} was deployed with the ACL ${release.acl}, and now it is to be ${acl}`;
    throw new CollectError('RELEASE_ACL', message, detailsOf('RELEASE_ACL'));
  }
  return { goal, release };
}

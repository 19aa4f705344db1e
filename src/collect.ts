import { act } from './act.ts';
import type { Backend } from './backends/backend.ts';
import { decide, type Decision } from './decide.ts';
import { forgetWrongDigests, noDigestCache } from './digest-cache.ts';
import { CollectError, exitCodes } from './errors.ts';
import type { FoundFiles } from './find.ts';
import { refusalError, type Guarded } from './guard.ts';
import { invalidateStale } from './invalidate.ts';
import { isolate } from './listener.ts';
import { writeLocalManifests } from './local-manifest.ts';
import { collectGarbage } from './memory.ts';
import { makeReport, type ReportInput } from './report.ts';
import { checkDestination } from './safety.ts';
import type {
  Compression,
  Config,
  Invalidation,
  Listener,
  ManifestBytes,
  Outcome,
  Report,
  Warning,
} from './types.ts';
import { destinationOf } from './url.ts';
import { createWaits } from './waits.ts';
import { findWanted } from './want.ts';

export interface CollectOptions {
  /** Decide, show, and stop. */
  readonly dryRun?: boolean;
  /** An earlier target failed: nothing of this one is tried, and its report says so. */
  readonly blocked?: boolean;
  /** Where the release record is kept, if not at the destination itself. */
  readonly state?: Backend | undefined;
  /** Throws where a plan that had to be made anew, after another deploy, is not to be carried out. */
  readonly accept?: (decision: Decision) => void;
  /** Until the CDN, if there is one, has forgotten what was replaced. */
  readonly wait?: boolean;
  readonly on?: Listener;
  readonly signal?: AbortSignal | undefined;
}

/** Everything decided and nothing done. */
export interface Prepared extends Decision {
  readonly config: Config;
  readonly found: FoundFiles['counts'];
  readonly warnings: readonly Warning[];
  readonly compression: Compression | undefined;
  /** Where names are hashed. */
  readonly manifests: ManifestBytes | undefined;
  readonly startedMs: number;
}

/**
 * Collects one target: finds, plans, applies. Failing files are outcomes in the report, not exceptions.
 * What the listener throws stops nothing; it is thrown when the run has ended.
 * @throws CollectError when something is wrong before the first write (exit codes 3 to 7 and 10)
 */
export async function collect(
  config: Config,
  backend: Backend,
  options: CollectOptions = {},
): Promise<Report> {
  const { on, rethrow } = isolate(options.on ?? (() => {}));
  const heard = { ...options, on };
  const report = await carryOut(await prepare(config, backend, heard), backend, heard);
  rethrow();
  return report;
}

/** find → guard → process → digest → plan. Without a backend the destination is not consulted. */
export async function prepare(
  config: Config,
  backend: Backend | undefined,
  options: CollectOptions = {},
): Promise<Prepared> {
  const { dryRun = false, on = () => {}, signal } = options;
  const run = begin(config, backend, options);
  const { destination } = run.about;
  on({ type: 'begin', target: config.target, destination, dryRun, notes: config.notes });
  // The record and the listing.
  backend?.expect?.(2);
  const waits = createWaits(on);
  let counts = { found: 0, ignored: 0, shadowed: 0 };
  let cache = noDigestCache;
  try {
    await checkDestination(config);
    const wanted = await findWanted(config, {
      on,
      begun: (found, opened) => {
        counts = found;
        cache = opened;
      },
      refuse: (guarded, found) => refuse(guarded, found, run, on),
      signal,
    });
    const { compression, manifests } = wanted;
    const pass = { onWait: waits.onWait, ...(signal && { signal }) };
    const { plan, ...decision } = await decide(wanted.files, {
      config,
      backend,
      state: options.state,
      cache,
      pass,
    });
    const notKept = await cache.end({ whole: true });
    collectGarbage(wanted.files.length);
    // That the cache cannot be written is worth one warning.
    const cacheWarnings = wanted.cacheWarnings.length > 0 ? wanted.cacheWarnings : notKept;
    const warnings = [...wanted.warnings, ...cacheWarnings, ...decision.warnings];
    for (const warning of warnings) on({ type: 'warning', warning });
    if (compression !== undefined) on({ type: 'compressed', compression });
    on({ type: 'planned', plan, destination, dryRun });
    return {
      config,
      ...decision,
      plan,
      found: counts,
      warnings,
      compression,
      manifests,
      startedMs: run.startedMs,
    };
  } catch (error) {
    // What was read until then need not be read again.
    await cache.end({ whole: false });
    // Whoever stopped it wants to know that nothing was done.
    if (signal?.aborted === true) on({ type: 'report', report: reportOf(run, { found: counts }) });
    throw error;
  } finally {
    waits.end();
  }
}

/** A run, and what every report of it says. */
interface Run {
  readonly about: Pick<Report, 'target' | 'destination' | 'dryRun'>;
  readonly startedMs: number;
  readonly signal: AbortSignal | undefined;
}

function begin(
  { target, ...config }: Config,
  backend: Backend | undefined,
  { dryRun = false, signal }: CollectOptions,
): Run {
  const destination = backend?.label ?? destinationOf({ target, ...config });
  return { about: { target, destination, dryRun }, startedMs: performance.now(), signal };
}

function reportOf(
  { about, startedMs, signal }: Run,
  came: Pick<ReportInput, 'found'> & Partial<ReportInput>,
): Report {
  return makeReport({
    ...about,
    outcomes: [],
    refused: 0,
    warnings: [],
    compression: undefined,
    durationMs: performance.now() - startedMs,
    interrupted: signal?.aborted === true ? String(signal.reason) : undefined,
    ...came,
  });
}

/** Says what was refused, and reports a run that came to nothing. */
function refuse(
  { refusals, refused }: Guarded,
  { counts, warnings }: FoundFiles,
  run: Run,
  on: Listener,
): Error {
  for (const refusal of refusals) on({ type: 'refused', ...refusal });
  const report = reportOf(run, {
    found: {
      ...counts,
      found: counts.found - refused.found,
      ignored: counts.ignored - refused.ignored,
    },
    refused: refused.found + refused.ignored,
    warnings,
  });
  on({ type: 'report', report: { ...report, exitCode: exitCodes.refused } });
  return refusalError(refusals);
}

/** apply → report. */
export async function carryOut(
  prepared: Prepared,
  backend: Backend | undefined,
  options: CollectOptions = {},
): Promise<Report> {
  const { config, found, warnings, compression, manifests, startedMs } = prepared;
  const { dryRun = false, blocked = false, wait = false, on = () => {}, accept, signal } = options;
  const { state = backend } = options;
  const run = { ...begin(config, backend, options), startedMs };
  const later: Warning[] = [];
  const warn = (warning: Warning) => {
    later.push(warning);
    on({ type: 'warning', warning });
  };
  const came = (outcomes: readonly Outcome[], invalidation?: Invalidation) =>
    reportOf(run, {
      outcomes,
      found,
      compression,
      invalidation,
      warnings: [...warnings, ...later],
    });
  const nothing = () =>
    prepared.plan.steps.flat().map((action): Outcome => ({ status: 'not-run', action }));
  const waits = createWaits(on);
  const pass = { onWait: waits.onWait, ...(signal && { signal }) };
  try {
    const idle = dryRun || blocked || backend === undefined;
    const { outcomes, next, unseen } = idle
      ? { outcomes: nothing(), next: prepared.next, unseen: undefined }
      : await act(prepared, { backend, state: state ?? backend, on, warn, accept, pass }).catch(
          (error: unknown) => {
            const report = came(nothing());
            const exitCode = signal?.aborted === true ? report.exitCode : codeOf(error);
            on({ type: 'report', report: { ...report, exitCode } });
            throw error;
          },
        );
    await forgetWrongDigests(config, outcomes);
    const warning = await unseen;
    if (warning !== undefined) warn(warning);
    const invalidation = blocked
      ? undefined
      : await invalidateStale(config, { outcomes, next }, { dryRun, wait, signal });
    if (invalidation !== undefined) on({ type: 'invalidation', invalidation });
    const report = came(outcomes, invalidation);
    on({ type: 'report', report });
    const { local } = config.manifest;
    const isDeployed = report.exitCode === exitCodes.ok || report.exitCode === exitCodes.cdn;
    if (!idle && isDeployed && manifests && local !== undefined) {
      await writeLocalManifests(local, manifests);
    }
    return report;
  } finally {
    waits.end();
  }
}

function codeOf(error: unknown): number {
  return error instanceof CollectError ? error.exitCode : exitCodes.bug;
}

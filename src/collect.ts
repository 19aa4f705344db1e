import { applyPlan, type ApplyOptions } from './apply.ts';
import type { Backend } from './backends/backend.ts';
import { createDigester, digestFiles } from './digest.ts';
import { CollectError, exitCodes, withExitCode } from './errors.ts';
import { explanations } from './explanations/index.ts';
import { findFiles, type FoundFiles } from './find.ts';
import { guardFiles, refusalError, type Guarded } from './guard.ts';
import { createHeadersFor } from './headers.ts';
import { writeLocalManifest } from './local-manifest.ts';
import { makePlan, planWarnings } from './plan.ts';
import { hashFiles } from './processors/hash.ts';
import { markHashedBefore } from './processors/hashed-before.ts';
import { makeReport } from './report.ts';
import { checkDeletes, checkDestination, checkNames } from './safety.ts';
import { readStored } from './stored.ts';
import type { CollectEvent, Config, Listener, Outcome, Plan, Report, Warning } from './types.ts';
import { destinationOf } from './url.ts';

export interface CollectOptions {
  /** Decide, show, and stop. */
  readonly dryRun?: boolean;
  /** An earlier target failed: nothing of this one is tried, and its report says so. */
  readonly blocked?: boolean;
  readonly on?: Listener;
  readonly signal?: AbortSignal | undefined;
}

/** Everything decided and nothing done. */
export interface Prepared {
  readonly config: Config;
  readonly plan: Plan;
  readonly found: FoundFiles['counts'];
  readonly warnings: readonly Warning[];
  /** The bytes of staticfiles.json, where names are hashed. */
  readonly manifest: Uint8Array | undefined;
  readonly startedMs: number;
}

/**
 * Collects one target: finds, plans, applies. Failing files are outcomes in the report, not exceptions.
 * @throws CollectError when something is wrong before the first write (exit codes 3 to 7)
 */
export async function collect(
  config: Config,
  backend: Backend,
  options: CollectOptions = {},
): Promise<Report> {
  return carryOut(await prepare(config, backend, options), backend, options);
}

/** find → guard → process → digest → plan. Without a backend the destination is not consulted. */
export async function prepare(
  config: Config,
  backend: Backend | undefined,
  { dryRun = false, on = () => {}, signal }: CollectOptions = {},
): Promise<Prepared> {
  const startedMs = performance.now();
  const destination = backend?.label ?? destinationOf(config);
  on({ type: 'begin', target: config.target, destination, dryRun, notes: config.notes });
  await checkDestination(config);
  const found = await findFiles(config, on);
  const guarded = await guardFiles(found, config, signal);
  if (guarded.refusals.length > 0) {
    throw refuse(guarded, found, { target: config.target, destination, dryRun, startedMs, on });
  }
  const digester = createDigester({ integrity: config.hash.enabled, signal });
  const processed = config.hash.enabled
    ? await hashFiles(found, config, { digester, signal })
    : { files: await markHashedBefore(found.files), warnings: [], manifest: undefined };
  await checkNames(
    config,
    processed.files.map(({ key }) => key),
  );
  const headersFor = createHeadersFor(config);
  const wanted = await digestFiles(processed.files, { headersFor, digester, signal });
  const listing = config.clear || config.s3.preloadMetadata || config.backend !== 's3';
  const read = () => backend && readStored(backend, wanted, { listing, signal });
  const { stored, unread } = await consult(read, config);
  const plan = makePlan(wanted, {
    stored,
    force: config.force,
    link: config.backend === 'local' && config.local.link,
    keepExisting: config.keepExisting,
    clear: config.clear,
  });
  if (config.clear) checkDeletes(config, plan);
  // A directory keeps no Cache-Control, so that nothing there goes stale.
  const ofPlan = planWarnings(plan).filter(
    ({ code }) => code !== 'STALE_CACHE' || config.backend !== 'local',
  );
  const warnings = [
    ...unread,
    ...config.warnings,
    ...found.warnings,
    ...guarded.warnings,
    ...processed.warnings,
    ...ofPlan,
  ];
  for (const warning of warnings) on({ type: 'warning', warning });
  on({ type: 'planned', plan, destination, dryRun });
  const { manifest } = processed;
  return { config, plan, found: found.counts, warnings, manifest, startedMs };
}

/** Says what was refused, and reports a run that came to nothing. */
function refuse(
  { refusals, refused }: Guarded,
  { counts, warnings }: FoundFiles,
  run: Pick<Report, 'target' | 'destination' | 'dryRun'> & { startedMs: number; on: Listener },
): Error {
  const { startedMs, on, ...about } = run;
  for (const refusal of refusals) on({ type: 'refused', ...refusal });
  const report = makeReport({
    ...about,
    outcomes: [],
    found: {
      ...counts,
      found: counts.found - refused.found,
      ignored: counts.ignored - refused.ignored,
    },
    refused: refused.found + refused.ignored,
    warnings,
    durationMs: performance.now() - startedMs,
    interrupted: undefined,
  });
  on({ type: 'report', report: { ...report, exitCode: exitCodes.refused } });
  return refusalError(refusals);
}

/** What the destination holds. Whoever forces everything needs no right to look. */
async function consult(
  read: () => ReturnType<typeof readStored> | undefined,
  { force, clear }: Config,
): Promise<{ stored: Awaited<ReturnType<typeof readStored>> | undefined; unread: Warning[] }> {
  try {
    return { stored: await read(), unread: [] };
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    if (force && !clear && error.exitCode === exitCodes.permission) {
      const message = `the destination could not be read, so everything is uploaded: ${error.message}`;
      return { stored: undefined, unread: [{ code: 'NOT_CONSULTED', message }] };
    }
    // Nothing was written yet: what ends here has left the destination untouched.
    throw error.exitCode === exitCodes.partial ? withExitCode(error, exitCodes.unreachable) : error;
  }
}

/** apply → report. */
export async function carryOut(
  { config, plan, found, warnings, manifest, startedMs }: Prepared,
  backend: Backend | undefined,
  { dryRun = false, blocked = false, on = () => {}, signal }: CollectOptions = {},
): Promise<Report> {
  const later: Warning[] = [];
  const warn = (warning: Warning) => {
    later.push(warning);
    on({ type: 'warning', warning });
  };
  const idle = dryRun || blocked || backend === undefined;
  if (!idle) on({ type: 'applying', target: config.target, plan });
  const outcomes = idle
    ? plan.steps.flat().map((action): Outcome => ({ status: 'not-run', action }))
    : await applyAlone(plan, backend, {
        concurrency: config.concurrency === 'auto' ? 64 : config.concurrency,
        on: watchAcl(on, warn),
        signal,
      });
  if (isMeantPublic(config) && signal?.aborted !== true) await checkPublic(outcomes, backend, warn);
  const report = makeReport({
    target: config.target,
    destination: backend?.label ?? destinationOf(config),
    dryRun,
    outcomes,
    found,
    refused: 0,
    warnings: [...warnings, ...later],
    durationMs: performance.now() - startedMs,
    interrupted: signal?.aborted === true ? String(signal.reason) : undefined,
  });
  on({ type: 'report', report });
  const { local } = config.manifest;
  if (!idle && report.exitCode === exitCodes.ok && manifest && local !== undefined) {
    await writeLocalManifest(local, manifest);
  }
  return report;
}

/** Applies the plan while no other run writes to the same destination, where the backend can see to that. */
async function applyAlone(
  plan: Plan,
  backend: Backend,
  options: ApplyOptions,
): Promise<readonly Outcome[]> {
  const writes = plan.steps.flat().some(({ type }) => type !== 'skip');
  const end = options.signal?.aborted === true ? undefined : await backend.begin?.({ writes });
  try {
    return await applyPlan(plan, backend, options);
  } finally {
    await end?.();
  }
}

/** Says once, when it happens, that the store takes no ACLs. */
function watchAcl(on: Listener, warn: (warning: Warning) => void): Listener {
  let told = false;
  return (event: CollectEvent) => {
    on(event);
    if (told || event.type !== 'finished' || event.outcome.status !== 'done') return;
    if (event.outcome.result?.acl !== 'dropped') return;
    told = true;
    warn({
      code: 'ACL_DROPPED',
      message: explanations.ACL_DROPPED.what,
      hint: explanations.ACL_DROPPED.fix,
    });
  };
}

/** Whether a visitor should be able to read what was put: by a public ACL, or by a policy where there is none. */
function isMeantPublic({ url, s3 }: Config): boolean {
  return !url.signed && ['auto', 'none', 'public-read', 'public-read-write'].includes(s3.acl);
}

/** Looks at one uploaded object as any visitor would. */
async function checkPublic(
  outcomes: readonly Outcome[],
  backend: Backend | undefined,
  warn: (warning: Warning) => void,
): Promise<void> {
  const sample = outcomes.find(
    ({ status, action }) => status === 'done' && action.type === 'upload',
  );
  const warning = sample && (await backend?.checkPublic?.(sample.action.key));
  if (warning !== undefined) warn(warning);
}

import { hash, randomUUID } from 'node:crypto';
import { createInvalidator, type CdnInvalidator } from './cdn/cdn.ts';
import { collapsePaths } from './cdn/collapse.ts';
import { joinKey } from './keys.ts';
import type { NextReleaseInput } from './next-release.ts';
import { staleKeys } from './stale.ts';
import type { Config, Invalidation, Outcome } from './types.ts';

/** What is to be told to a CDN, and nothing told yet. */
export interface PlannedInvalidation {
  readonly invalidator: CdnInvalidator;
  readonly invalidation: Invalidation;
}

interface InvalidateOptions {
  /** Differs for what is to be invalidated once more. */
  readonly occasion: string;
  /** Until every cache has forgotten. */
  readonly wait: boolean;
  readonly signal: AbortSignal | undefined;
}

/** What a deploy came to. */
export interface Deployed {
  readonly outcomes: readonly Outcome[];
  readonly next: Omit<NextReleaseInput, 'outcomes' | 'nowMs'>;
}

/** After everything else: has the CDN forget what was replaced. Undefined where there is nothing to tell. */
export async function invalidateStale(
  config: Config,
  { outcomes, next }: Deployed,
  options: Pick<InvalidateOptions, 'wait' | 'signal'> & { readonly dryRun: boolean },
): Promise<Invalidation | undefined> {
  const { dryRun, signal } = options;
  if (!dryRun && (!isInPlace(outcomes) || signal?.aborted === true)) return undefined;
  const actions = outcomes
    .filter(({ status }) => dryRun || status === 'done')
    .map(({ action }) => action);
  const planned = await planInvalidation(config, () => staleKeys(actions, next));
  if (planned === undefined || dryRun) return planned?.invalidation;
  return invalidate(planned, { ...options, occasion: randomUUID() });
}

/** Once it is recorded, no later run knows what this one has replaced. */
function isInPlace(outcomes: readonly Outcome[]): boolean {
  return (
    outcomes.every(({ status }) => status === 'done') ||
    outcomes.some(({ status, action }) => status === 'done' && action.type === 'record')
  );
}

/** Undefined where there is no CDN, or nothing to tell it. Sends nothing. */
export async function planInvalidation(
  config: Config,
  keysOf: () => readonly string[],
): Promise<PlannedInvalidation | undefined> {
  const invalidator = await createInvalidator(config);
  const keys = invalidator === undefined ? [] : keysOf();
  if (invalidator === undefined || keys.length === 0) return undefined;
  const { mostWildcards, label, price, encode } = invalidator;
  const { maxPaths } = config.cdn;
  const asked = keys.flatMap((key) => pathsOf(key, config, encode));
  const paths = collapsePaths(asked, { maxPaths, mostWildcards });
  const mostDollars = price(paths.length);
  return { invalidator, invalidation: { cdn: label, paths, mostDollars, status: 'planned' } };
}

/** Tells the CDN. Never throws: the deploy is complete, whatever becomes of this. */
export async function invalidate(
  { invalidator, invalidation }: PlannedInvalidation,
  { occasion, wait, signal }: InvalidateOptions,
): Promise<Invalidation> {
  const { paths } = invalidation;
  const reference = hash('sha256', JSON.stringify([occasion, paths]));
  try {
    const { id } = await invalidator.invalidate(paths, reference, signal);
    if (wait) await invalidator.completed(id, signal);
    return { ...invalidation, status: wait ? 'completed' : 'accepted', id };
  } catch (error) {
    const known = error instanceof Error ? error : new Error(String(error));
    return { ...invalidation, status: 'failed', error: known };
  }
}

/** The paths of its public URLs: a page that is an index has that of its directory, too. */
function pathsOf(
  key: string,
  { url, s3 }: Config,
  encode: CdnInvalidator['encode'],
): readonly string[] {
  const isAbsolute = url.domain === undefined && /^([a-z][a-z0-9+.-]*:)?\/\//i.test(url.base);
  const path = isAbsolute
    ? `${new URL(url.base, 'https://cdn').pathname}${encode(key)}`
    : encode(`/${joinKey(s3.location, key)}`);
  return /\/index\.html$/.test(path) ? [path, path.replace(/index\.html$/, '')] : [path];
}

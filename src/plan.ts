import { explanations } from './explanations/index.ts';
import { isLongCached } from './headers.ts';
import { visible } from './headers-seen.ts';
import { byCodePoint, twinSuffixes } from './keys.ts';
import { rankCount, rankOf } from './order.ts';
import { findPreservable, releasedAs, type PreserveInput } from './preserve.ts';
import { checkPrune, findPrunable, isSameRelease } from './prune.ts';
import { identityOf, recordKey, type Release } from './release.ts';
import type {
  Action,
  Config,
  Delete,
  ObjectHeaders,
  Plan,
  Skip,
  StoredObject,
  UpdateHeaders,
  Upload,
  Wanted,
  Warning,
} from './types.ts';

export interface PlanOptions {
  /** What the destination holds; undefined when it was not consulted. */
  readonly stored: ReadonlyMap<string, StoredObject> | undefined;
  /** Upload even what is unchanged. */
  readonly force: boolean;
  /** A symbolic link to the source is wanted instead of a copy. */
  readonly link: boolean;
  /** Leave objects with other content alone. */
  readonly keepExisting: boolean;
  /** Delete what is stored and not wanted. */
  readonly clear: boolean;
  /** The canned ACL that is asked for; undefined where the backend has none. */
  readonly acl: string | undefined;
  /** Headers can be restated without sending the bytes again. */
  readonly copies: boolean;
  /** Whether a release record is kept, and what the last one said. */
  readonly records: boolean;
  readonly recorded: Release | undefined;
  /** Delete what earlier releases left; undefined: leave it. */
  readonly prune: { readonly config: Config; readonly nowMs: number } | undefined;
  /** Keep what earlier releases need; undefined: keep nothing. */
  readonly preserve: Omit<PreserveInput, 'stored'> | undefined;
  /** What may be put back, by sha-256; undefined: it is uploaded. */
  readonly restore: ReadonlyMap<string, StoredObject> | undefined;
}

/**
 * Decides everything, does nothing: what is to be kept for earlier releases, then files in the order that `rankOf` gives
 * them, then the record, then deletes.
 */
export function makePlan(wanted: readonly Wanted[], options: PlanOptions): Plan {
  const steps: Action[][] = Array.from({ length: rankCount }, () => []);
  for (const file of wanted) {
    const action = decide(file, options);
    steps[rankOf(file, action)]?.push(action);
  }
  const written = steps.flat();
  const { preserve, stored } = options;
  const preserves =
    preserve === undefined || stored === undefined
      ? []
      : findPreservable(written, { ...preserve, stored });
  const deletes = options.clear
    ? orphans(wanted, options.stored ?? new Map())
    : prune(wanted, written, options);
  const record: Action[] = mustRecord([...written, ...deletes], options)
    ? [{ type: 'record', key: recordKey, reason: 'release' }]
    : [];
  return { steps: [preserves, ...steps, record, deletes].filter((step) => step.length > 0) };
}

/** @throws CollectError exit 5 when it would be too much */
function prune(
  wanted: readonly Wanted[],
  actions: readonly Action[],
  { prune: asked, recorded, stored, acl }: PlanOptions,
): Delete[] {
  // Without a release before this one nothing is known to be ours.
  if (asked === undefined || recorded === undefined || stored === undefined) return [];
  const keys = new Set(actions.map(({ key }) => key));
  const kept = new Set(actions.filter(({ reason }) => reason === 'kept').map(({ key }) => key));
  const files = wanted.filter(({ key }) => !kept.has(key));
  const changes = !isSameRelease(files, recorded, acl);
  const { config, nowMs } = asked;
  const input = { previous: recorded, keys, stored, changes, retain: config.retain, nowMs };
  const deletes = findPrunable(input);
  checkPrune(deletes, input, config);
  return deletes;
}

/** Whether the last record does not say what will be there. */
function mustRecord(
  actions: readonly Action[],
  { records, recorded, stored }: PlanOptions,
): boolean {
  if (!records) return false;
  if (actions.some(({ type }) => type !== 'skip')) return true;
  const ours = actions.filter(({ reason }) => reason !== 'kept');
  if (recorded === undefined) return ours.length > 0;
  return (
    ours.length !== recorded.entries.size ||
    ours.some(({ key }) => !recorded.entries.has(key) || isLearned(stored?.get(key)))
  );
}

/** Whether the headers of an object had to be asked for, since no record told them. */
function isLearned(held: StoredObject | undefined): boolean {
  return held?.headers !== undefined && held.recorded !== true;
}

function decide(
  file: Wanted,
  { stored, force, link, keepExisting, preserve, restore, ...options }: PlanOptions,
): Upload | UpdateHeaders | Skip {
  const { key } = file;
  if (stored === undefined) return { type: 'upload', key, file, reason: 'not consulted' };
  const held = stored.get(key);
  const found = restore?.get(file.digests.sha256);
  const kept = found?.size === file.size ? found : undefined;
  const put = (reason: 'new' | 'changed'): Upload | UpdateHeaders =>
    kept === undefined
      ? { type: 'upload', key, file, reason }
      : { type: 'update', key, from: kept.key, file, reason: 'restored', etag: kept.etag };
  if (held === undefined) return put('new');
  if (isSame(file, held, link)) {
    return force
      ? { type: 'upload', key, file, reason: 'forced' }
      : updateOrSkip(file, held, options);
  }
  // What a release of ours left gives way to an earlier one, and is kept for the way back.
  const left = restore && preserve && releasedAs(held, preserve);
  if (keepExisting && !force && left === undefined) return { type: 'skip', key, reason: 'kept' };
  return put('changed');
}

function updateOrSkip(
  file: Wanted,
  held: StoredObject,
  { acl, copies }: Pick<PlanOptions, 'acl' | 'copies'>,
): UpdateHeaders | Skip {
  const { key } = file;
  if (!copies || hasHeaders(held, file.headers, acl)) {
    return { type: 'skip', key, reason: 'unchanged' };
  }
  return { type: 'update', key, from: key, file, reason: 'headers', etag: held.etag };
}

/** Whether nothing that is known of the headers speaks against their being the wanted ones. */
function hasHeaders(held: StoredObject, wanted: ObjectHeaders, acl: string | undefined): boolean {
  if (held.acl !== undefined && held.acl !== acl) return false;
  if (held.headers === undefined) return true;
  const [is, should] = [held.headers, wanted].map((headers) =>
    identityOf(held.recorded === true ? headers : visible(headers)),
  );
  return is === should;
}

function isSame(file: Wanted, held: StoredObject, link: boolean): boolean {
  const { content } = file;
  // What is not a file's own bytes is copied all the same.
  const path = link && content.kind === 'file' ? content.path : undefined;
  if (path !== undefined || held.linkTarget !== undefined) return held.linkTarget === path;
  if (held.size !== file.size) return false;
  if (held.sha256 !== undefined) return held.sha256 === file.digests.sha256;
  if (held.md5 !== undefined) return held.md5 === file.digests.md5;
  return held.etag === file.digests.etag;
}

function orphans(wanted: readonly Wanted[], stored: ReadonlyMap<string, StoredObject>): Delete[] {
  const keys = new Set(wanted.map((file) => file.key));
  return [...stored.keys()]
    .filter((key) => !keys.has(key))
    .sort(byCodePoint)
    .map((key) => ({ type: 'delete', key, reason: 'orphan' }));
}

/** What of a plan its owner should know before it bites. */
export function planWarnings(
  plan: Plan,
  stored: ReadonlyMap<string, StoredObject> = new Map(),
): Warning[] {
  const actions = plan.steps.flat();
  const replacing = actions.flatMap((action) => {
    const replaces = action.reason === 'restored' && stored.has(action.key);
    return action.reason === 'changed' || replaces ? [action.file] : [];
  });
  const stale = replacing.filter(({ headers }) => isLongCached(headers));
  const kept = actions.filter(({ reason }) => reason === 'kept');
  const outdated = outdatedTwins(actions, stored);
  return [
    ...warnAbout(stale, {
      code: 'STALE_CACHE',
      message: `${stale.length} ${stale.length === 1 ? 'file is' : 'files are'} replaced under the same name, but browsers may keep the old bytes for as long as Cache-Control says`,
      hint: explanations.STALE_CACHE.fix,
    }),
    ...warnAbout(kept, {
      code: 'KEPT_EXISTING',
      message: `${kept.length} ${kept.length === 1 ? 'object has' : 'objects have'} other content at the destination and ${kept.length === 1 ? 'was' : 'were'} left alone`,
      hint: explanations.KEPT_EXISTING.fix,
    }),
    ...warnAbout(outdated, {
      code: 'TWINS_OUTDATED',
      message: `${outdated.length} compressed ${outdated.length === 1 ? 'twin of new or changed files is not of this run, and servers would send it' : 'twins of new or changed files are not of this run, and servers would send them'} instead`,
      hint: explanations.TWINS_OUTDATED.fix,
    }),
  ];
}

/** Stored beside files that get other bytes or appear, and not part of the plan. */
function outdatedTwins(
  actions: readonly Action[],
  stored: ReadonlyMap<string, StoredObject>,
): { readonly key: string }[] {
  const written = actions.filter(
    ({ reason }) => reason === 'new' || reason === 'changed' || reason === 'restored',
  );
  const twins = written.flatMap(({ key }) =>
    Object.values(twinSuffixes).map((suffix) => ({ key: key + suffix })),
  );
  const planned = new Set(actions.map(({ key }) => key));
  return twins.filter(({ key }) => stored.has(key) && !planned.has(key));
}

function warnAbout(actions: readonly { readonly key: string }[], warning: Warning): Warning[] {
  return actions.length === 0 ? [] : [{ ...warning, subjects: actions.map(({ key }) => key) }];
}

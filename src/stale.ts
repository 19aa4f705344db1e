import type { NextReleaseInput } from './next-release.ts';
import { identityOf, type Release } from './release.ts';
import type { Action, ObjectHeaders, Wanted } from './types.ts';

/**
 * Keys under which caches may hold something older after a deploy: those that it replaces or deletes, and those that
 * differ from the last record, since what an earlier run that failed has replaced is not in it. A new
 * key is in no cache, and under an immutable one nothing changes. Pure.
 */
export function staleKeys(
  actions: readonly Action[],
  { wanted, stored, previous }: Pick<NextReleaseInput, 'wanted' | 'stored' | 'previous'>,
): string[] {
  const stale = new Set<string>();
  for (const action of actions) {
    if (replaces(action, stored.has(action.key)) && !isImmutable(action.file))
      stale.add(action.key);
    if (action.reason !== 'orphan') continue;
    const headers = previous?.entries.get(action.key)?.headers ?? stored.get(action.key)?.headers;
    if (!saysImmutable(headers)) stale.add(action.key);
  }
  const kept = new Set(actions.filter(({ reason }) => reason === 'kept').map(({ key }) => key));
  for (const file of wanted) {
    if (!kept.has(file.key) && !isImmutable(file) && differs(file, previous)) stale.add(file.key);
  }
  return [...stale];
}

/** Every key of a release under which something else may be stored some day. */
export function mutableKeys({ entries }: Release): string[] {
  return [...entries].filter(([, { headers }]) => !saysImmutable(headers)).map(([key]) => key);
}

function replaces(
  action: Action,
  isStored: boolean,
): action is Extract<Action, { readonly file: Wanted }> {
  if (action.type !== 'upload' && action.type !== 'update') return false;
  // Where nobody looked, it may be there.
  return isStored || action.reason === 'not consulted';
}

function differs({ key, digests, headers }: Wanted, previous: Release | undefined): boolean {
  const before = previous?.entries.get(key);
  if (before === undefined) return false;
  if (before.sha256 !== digests.sha256) return true;
  return before.headers !== undefined && identityOf(before.headers) !== identityOf(headers);
}

function isImmutable({ immutable, headers }: Wanted): boolean {
  return immutable || saysImmutable(headers);
}

function saysImmutable(headers: ObjectHeaders | undefined): boolean {
  return /(?:^|[\s,])immutable\b/.test(headers?.cacheControl ?? '');
}

import { CollectError, exitCodes } from './errors.ts';
import { byCodePoint } from './keys.ts';
import { secondsOf } from './record.ts';
import { identityOf, type Former, type Release } from './release.ts';
import type { Config, Delete, StoredObject, Wanted } from './types.ts';

const secondsPerDay = 86_400;

export interface PruneInput {
  /** The release before this deploy, which tells what is ours. */
  readonly previous: Release;
  /** Keys of this deploy. */
  readonly keys: ReadonlySet<string>;
  readonly stored: ReadonlyMap<string, StoredObject>;
  /** Whether this deploy will be another release than the one before. */
  readonly changes: boolean;
  readonly retain: Config['retain'];
  readonly nowMs: number;
}

/** Whether a deploy of these files is the same release again: what it puts back only repairs that one. Pure. */
export function isSameRelease(
  files: readonly Pick<Wanted, 'key' | 'headers' | 'digests'>[],
  { entries, acl: recorded }: Release,
  acl: string | undefined,
): boolean {
  return (
    recorded === (acl ?? 'none') &&
    entries.size === files.length &&
    files.every(({ key, headers, digests }) => {
      const entry = entries.get(key);
      if (entry?.sha256 !== digests.sha256) return false;
      return entry.headers === undefined || identityOf(entry.headers) === identityOf(headers);
    })
  );
}

/** What may go: ours by the record, in none of the releases to be kept, and long unused. Pure. */
export function findPrunable(input: PruneInput): Delete[] {
  const { previous, keys, stored, changes, retain, nowMs } = input;
  const now = Math.floor(nowMs / 1000);
  const current = previous.sequence + (changes ? 1 : 0);
  const mayGo = ([key, last]: readonly [string, Former]) =>
    !keys.has(key) &&
    isOurs(last, stored.get(key)) &&
    last.sequence <= current - retain.releases &&
    now - last.since >= retain.days * secondsPerDay;
  const leaving = [...previous.entries.keys()].map((key) => {
    return [key, { sequence: previous.sequence, since: now }] as const;
  });
  return [...previous.former, ...leaving]
    .filter(mayGo)
    .map(([key]): Delete => ({ type: 'delete', key, reason: 'orphan' }))
    .sort((a, b) => byCodePoint(a.key, b.key));
}

/** Whether what is stored is still what a release left: after a delete of ours, the key is anybody's. */
function isOurs({ leaving }: Former, held: StoredObject | undefined): boolean {
  if (held === undefined) return false;
  if (leaving === undefined || held.modifiedMs === undefined) return true;
  return secondsOf(held.modifiedMs) === leaving;
}

/** Stops a deploy that would delete much more than one usually does, before it has written anything. @throws CollectError exit 5 */
export function checkPrune(
  deletes: readonly Delete[],
  { previous, keys }: Pick<PruneInput, 'previous' | 'keys'>,
  { retain, acceptDeletes, acceptShrink }: Config,
): void {
  const before = previous.entries.size;
  if (!acceptShrink && keys.size < before / 2) {
    throw new CollectError(
      'SOURCE_SHRANK',
      `the sources have ${keys.size} files, and the last release had ${before}`,
      {
        exitCode: exitCodes.refused,
        hint: 'check that everything was built; if it was, add --accept-shrink',
      },
    );
  }
  const ours = before + previous.former.size;
  const percent = Math.ceil((deletes.length / Math.max(1, ours)) * 100);
  const { maxDeletes, maxDeletePercent } = retain;
  // A handful is never a disaster, whatever its share is.
  const few = deletes.length <= 10;
  const over = deletes.length > maxDeletes || (!few && percent > maxDeletePercent);
  if (!over || deletes.length <= (acceptDeletes ?? 0)) return;
  throw new CollectError(
    'TOO_MANY_DELETES',
    `--prune would delete ${deletes.length} of ${ours} objects (${percent} %), and may delete ${maxDeletes}, or ${maxDeletePercent} %`,
    {
      exitCode: exitCodes.refused,
      hint: `look at them with --dry-run; if they are to go, add --accept-deletes ${deletes.length}`,
    },
  );
}

import { releaseId, type Former, type Release, type ReleaseEntry } from './release.ts';
import { secondsOf } from './record.ts';
import type { Action, ObjectHeaders, Outcome, StoredObject, Wanted } from './types.ts';

export interface NextReleaseInput {
  readonly wanted: readonly Wanted[];
  /** What became of every action so far. */
  readonly outcomes: ReadonlyMap<Action, Outcome>;
  /** What was there before. */
  readonly stored: ReadonlyMap<string, StoredObject>;
  /** Whether `stored` is all there was, so that what is not in it is gone. */
  readonly listed: boolean;
  /** Keys that are deleted once this is recorded. */
  readonly leaving: ReadonlySet<string>;
  readonly previous: Release | undefined;
  readonly acl: string;
  readonly nowMs: number;
  /** How many of the releases before are remembered. */
  readonly keepPast: number;
  /** The sequence of the release that this one is to put back. */
  readonly restores: number | undefined;
}

/** The record of a deploy whose files are all in place. Pure. */
export function makeRelease(input: NextReleaseInput): Release {
  const { previous, acl, nowMs } = input;
  const entries = entriesOf(input);
  const id = releaseId({ entries, acl });
  // What put back some files only, after somebody deleted them, is no other release.
  const isRepair = previous?.id === id;
  const sequence = (previous?.sequence ?? 0) + (isRepair ? 0 : 1);
  const deployedMs = isRepair ? previous.deployedMs : nowMs;
  const past = previous?.past ?? [];
  const left = previous && {
    id: previous.id,
    sequence: previous.sequence,
    deployedMs: previous.deployedMs,
    files: previous.entries.size,
    ...(previous.restores !== undefined && { restores: previous.restores }),
  };
  const restores = isRepair ? previous.restores : input.restores;
  const all = left === undefined || isRepair ? past : [...past, left];
  return {
    id,
    sequence,
    deployedMs,
    acl,
    entries,
    former: formerOf(input, entries),
    past: input.keepPast === 0 ? [] : all.slice(-input.keepPast),
    ...(restores !== undefined && { restores }),
  };
}

function entriesOf({ wanted, outcomes, stored }: NextReleaseInput): Map<string, ReleaseEntry> {
  const entries = new Map<string, ReleaseEntry>();
  const unchanged = new Set<string>();
  for (const outcome of outcomes.values()) {
    const { action } = outcome;
    if (action.type === 'upload' || action.type === 'update') {
      const { file } = action;
      const etag = outcome.status === 'done' ? outcome.result?.etag : undefined;
      entries.set(file.key, entryOf(file, file.headers, { etag }));
    } else if (action.type === 'skip' && action.reason !== 'kept') unchanged.add(action.key);
  }
  // What was written comes with its file; the files of the others are looked for.
  for (const file of unchanged.size === 0 ? [] : wanted) {
    if (!unchanged.has(file.key)) continue;
    const held: Partial<StoredObject> = stored.get(file.key) ?? {};
    entries.set(file.key, entryOf(file, held.headers && file.headers, held));
  }
  return entries;
}

function entryOf(
  { digests: { sha256, etag: usual }, size }: Wanted,
  headers: ObjectHeaders | undefined,
  {
    etag,
    modifiedMs,
  }: { readonly etag?: string | undefined; readonly modifiedMs?: number | undefined },
): ReleaseEntry {
  return {
    sha256,
    size,
    headers,
    etag: etag === usual ? undefined : etag,
    modified: modifiedMs === undefined ? undefined : secondsOf(modifiedMs),
  };
}

/** What is ours and belongs to this release no more. */
function formerOf(
  { previous, stored, listed, leaving, nowMs }: NextReleaseInput,
  entries: ReadonlyMap<string, ReleaseEntry>,
): Map<string, Former> {
  const former = new Map<string, Former>();
  if (previous === undefined) return former;
  const since = secondsOf(nowMs);
  const left = [...previous.entries.keys()].map((key) => {
    return [key, { sequence: previous.sequence, since }] as const;
  });
  for (const [key, one] of [...previous.former, ...left]) {
    const held = stored.get(key);
    if (entries.has(key) || (listed && held === undefined)) continue;
    const modifiedMs = leaving.has(key) ? held?.modifiedMs : undefined;
    const mark = modifiedMs !== undefined && { leaving: secondsOf(modifiedMs) };
    former.set(key, { ...one, ...mark });
  }
  return former;
}

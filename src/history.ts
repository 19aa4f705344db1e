import { CollectError } from './errors.ts';
import { detailsOf } from './explanations/index.ts';
import type { PastRelease, Release } from './release.ts';

/** Every release that a record knows of, newest first; the first is the current one. Pure. */
export function releasesOf({ id, sequence, deployedMs, entries, restores, past }: Release) {
  const current: PastRelease = {
    id,
    sequence,
    deployedMs,
    files: entries.size,
    ...(restores !== undefined && { restores }),
  };
  return [current, ...past.toReversed()] as const;
}

/**
 * The release that a rollback leads to if none is named. The first one leads to the release that was deployed before
 * the current one, and each further one a release further back: never forward again to what was just given up.
 */
export function releaseBefore(release: Release): PastRelease {
  const all = releasesOf(release);
  let from: PastRelease | undefined = all[0];
  while (from?.restores !== undefined) {
    const restored: number = from.restores;
    from = all.find(({ sequence }) => sequence === restored);
  }
  const last = from?.sequence ?? 0;
  const before = all.find(({ id, sequence }) => sequence < last && id !== release.id);
  if (before === undefined) throw noReleases('no release before the current one is known');
  return before;
}

/** The release whose id begins so; of those that are the same, the last. @throws CollectError exit 2 */
export function findRelease(release: Release, id: string): PastRelease {
  const found = releasesOf(release).filter((one) => id !== '' && one.id.startsWith(id));
  const [first] = found;
  if (first !== undefined && found.every((one) => one.id === first.id)) return first;
  const what = first === undefined ? 'no release has the id' : 'several releases have an id like';
  throw new CollectError('RELEASE_UNKNOWN', `${what} ${id}`, detailsOf('RELEASE_UNKNOWN'));
}

export function noReleases(why: string): CollectError {
  return new CollectError('NO_RELEASES', why, detailsOf('NO_RELEASES'));
}

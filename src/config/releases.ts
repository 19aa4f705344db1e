import { explanations } from '../explanations/index.ts';
import type { Warning } from '../types.ts';
import type { Chosen } from './target.ts';

export interface ReleaseSettings {
  /** Whether a record of each deploy is kept. */
  readonly state: boolean;
  /** Whether it can be gone back to. */
  readonly releases: boolean;
  readonly problems: readonly string[];
  readonly warnings: readonly Warning[];
}

/** A configuration for production is used in development too, where files are copied to a directory. */
const notKept: Warning = {
  code: 'RELEASES_NOT_KEPT',
  message: explanations.RELEASES_NOT_KEPT.what,
  hint: explanations.RELEASES_NOT_KEPT.fix,
};

/** What is kept of deploys: prune and releases need the record, and releases come with hashed names. */
export function resolveReleases(
  chosen: Pick<Chosen, 'state' | 'releases'>,
  run: {
    readonly hash: boolean;
    readonly onS3: boolean;
    readonly prune: boolean;
  },
): ReleaseSettings {
  const { hash, onS3, prune } = run;
  const asked = chosen.releases === true;
  const problems: string[] = [];
  if (prune && chosen.state.enabled === false) {
    problems.push('prune needs to know what is ours: leave state out, or set it to true');
  }
  if (asked && chosen.state.enabled === false) {
    problems.push('releases needs the record of each deploy: leave state out, or set it to true');
  }
  const keeps = asked && onS3;
  // A directory and a module of one's own have a record for who asks for one.
  const state = chosen.state.enabled ?? (prune || onS3);
  const releases = keeps || (chosen.releases !== false && hash && state && onS3);
  return { state, releases, problems, warnings: asked && !onS3 ? [notKept] : [] };
}

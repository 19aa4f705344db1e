import { isManifest, isPointer } from './pointers.ts';
import type { Action, StaticFile } from './types.ts';

/**
 * In which step a file is stored. The promise: at every moment a walk from each page that is there finds every asset,
 * whole. What nobody refers to yet may come in any order, but before whatever begins to refer to it. So:
 *
 * 1. What refers to nothing; and what is new under a name that changes with its bytes. Nothing refers to such a name
 *    before a page does, or another file that keeps its name, and those come later. Chains of references are six files
 *    long in Bootstrap and ten in css-tree: under hashed names they take one step, not one for each link.
 * 2. New files that refer to others and keep their names: all that they refer to is there, or is as new as they are.
 * 3. Those that change. Whatever one of them begins to refer to is either in a step before, or was there before under
 *    the same name. Circles need no care: each of them is whole, old or new.
 * 4. What pages ask for and what may itself name pages: web app manifests, import maps. 5. New pages, which nothing
 *    leads to. 6. Changed ones. 7. What lists pages: a service worker that came earlier would keep old pages under
 *    their new revision. 8. The manifest, which names everything.
 *
 * Whether a file refers to others is known from the graph where names are hashed, and told by its type where nobody
 * looked inside. A step without work costs nothing.
 */
export function rankOf(file: StaticFile, action: Pick<Action, 'reason'>): number {
  const rank = (() => {
    if (isManifest(file.name)) return ranks.manifest;
    if (isPointer(file.name)) return pointerRank(file, action);
    const isNew = action.reason === 'new';
    if (!refersToOthers(file) || (file.immutable && isNew)) return ranks.leaves;
    return isNew ? ranks.newReferrers : ranks.changedReferrers;
  })();
  // A compressed twin must not be served in the place of an original that failed.
  return 2 * rank + (file.twinOf === undefined ? 0 : 1);
}

const ranks = {
  leaves: 0,
  newReferrers: 1,
  changedReferrers: 2,
  namedByPages: 3,
  newPages: 4,
  changedPages: 5,
  listsOfPages: 6,
  manifest: 7,
} as const;

/** As many ranks as there are, twins included. */
export const rankCount = 2 * Object.keys(ranks).length;

function pointerRank({ name }: StaticFile, { reason }: Pick<Action, 'reason'>): number {
  if (/\.x?html?$/i.test(name)) return reason === 'new' ? ranks.newPages : ranks.changedPages;
  const base = name.slice(name.lastIndexOf('/') + 1);
  const listsPages =
    /(?:^|[-_.])(?:sw|service[-_]?worker|ngsw[-_]worker)\.js$|^ngsw\.json$|^robots\.txt$|^sitemap/i;
  return listsPages.test(base) ? ranks.listsOfPages : ranks.namedByPages;
}

function refersToOthers({ name, refers }: StaticFile): boolean {
  return refers ?? /\.(?:css|[cm]?js|svg|json|xml)$/i.test(name);
}

/** Whether it belongs to the first step, which many machines may share: until a later one, nothing shows of it. */
export function isFirst(file: StaticFile): boolean {
  return rankOf(file, { reason: 'new' }) === 0;
}

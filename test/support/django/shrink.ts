import type { Tree } from './trees.ts';

/** A smaller tree that still fails: without files, and without pieces of files, that it does not need for that. */
export async function smallest(tree: Tree, fails: (tree: Tree) => Promise<boolean>): Promise<Tree> {
  let small = tree;
  const tryWithout = async (files: Tree['files']) => {
    const smaller = { ...small, files };
    if (!(await fails(smaller))) return false;
    small = smaller;
    return true;
  };
  for (const name of Object.keys(tree.files)) {
    const { [name]: pieces = [], ...others } = small.files;
    if (await tryWithout(others)) continue;
    let kept = pieces;
    for (const piece of pieces) {
      const fewer = kept.filter((one) => one !== piece);
      if (await tryWithout({ ...small.files, [name]: fewer })) kept = fewer;
    }
  }
  return small;
}

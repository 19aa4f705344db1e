/** Passes over the rewritten files after the first. */
const morePasses = 5;

/** The order in which a pass of Django goes through the files: deepest first, else as found. The turn of each. */
export function turnsOf(names: readonly string[]): readonly number[] {
  const depths = names.map((name) => name.split('/').length);
  const order = names.map((_, index) => index);
  order.sort((a, b) => (depths[b] ?? 0) - (depths[a] ?? 0) || a - b);
  const turns: number[] = [];
  for (const [turn, index] of order.entries()) turns[index] = turn;
  return turns;
}

/**
 * The files whose hashed name Django's last pass would still change, so that it gives up; none: it ends.
 * `targets` has, in the order of their turns, the edited files and the edited files whose hashed names they contain.
 *
 * In a pass, a file finds the new names of the files that have had their turn, and the previous names of the others.
 * So its own name changes exactly when one of the names it finds has changed since the pass before. In a circle that
 * goes on for ever; without one, it can take more passes than Django makes.
 */
export function unsettledFiles(
  targets: ReadonlyMap<number, readonly number[]>,
  turns: readonly number[],
): readonly number[] {
  // In the first pass, all of them get a name other than the one their source would have.
  let changed = new Set(targets.keys());
  for (let pass = 0; pass < morePasses && changed.size > 0; pass += 1) {
    const before = changed;
    const now = new Set<number>();
    for (const [file, ones] of targets) {
      const hadTurn = (target: number) => (turns[target] ?? 0) < (turns[file] ?? 0);
      if (ones.some((target) => (hadTurn(target) ? now : before).has(target))) now.add(file);
    }
    changed = now;
  }
  return [...changed];
}

/** The files, each after the files it contains the names of. There are no circles. */
export function targetsFirst(targets: ReadonlyMap<number, readonly number[]>): readonly number[] {
  const order = new Set<number>();
  const stack = [...targets.keys()].reverse();
  for (let file = stack.at(-1); file !== undefined; file = stack.at(-1)) {
    const ones = order.has(file) ? [] : (targets.get(file) ?? []);
    const missing = ones.filter((target) => !order.has(target));
    for (const target of missing) stack.push(target);
    if (missing.length > 0) continue;
    order.add(file);
    stack.pop();
  }
  return [...order];
}

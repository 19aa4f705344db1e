/** The candidate that `word` is most likely a slip of; undefined when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  // One slip in a short word, two in a longer one, three in a very long one: more is another word.
  let limit = wanted.length <= 4 ? 1 : wanted.length <= 12 ? 2 : 3;
  let best: string | undefined;
  for (const candidate of candidates) {
    const apart = distance(wanted, candidate.toLowerCase(), limit);
    if (apart > limit || (apart === limit && best !== undefined)) continue;
    best = candidate;
    limit = apart;
  }
  return best;
}

/** "; did you mean x?", or nothing: for the end of a sentence. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** Damerau-Levenshtein (neighbours swapped count once); anything above `limit` is `limit + 1`. */
function distance(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) > limit) return limit + 1;
  // What both begin with costs nothing, and may be long: COLLECT_STATIC_TARGETS_…
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  const a = one.slice(same);
  const b = other.slice(same);
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      }
      row.push(cost);
    }
    if (Math.min(...row) > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}

/** A small seeded generator (mulberry32): the same seed, the same run. */
export interface Random {
  /** 0 ≤ x < n, whole. */
  below(n: number): number;
  pick<T>(list: readonly T[]): T;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    below,
    pick: <T>(list: readonly T[]) => {
      const picked = list[below(list.length)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
  };
}

/** Runs each case with its own seed; a failure names the seed that brings it back: SEED=n. */
export async function forSeeds<T>(
  seeds: number | readonly number[],
  run: (seed: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  const fixed = process.env['SEED'];
  const all = typeof seeds === 'number' ? Array.from({ length: seeds }, (_, i) => i + 1) : seeds;
  for (const seed of fixed === undefined ? all : [Number(fixed)]) {
    try {
      results.push(await run(seed));
    } catch (error) {
      throw new Error(`SEED=${seed} fails: ${String(error)}`, { cause: error });
    }
  }
  return results;
}

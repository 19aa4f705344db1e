/** Finds any of many words in one pass over bytes, whatever the bytes are (Aho and Corasick, 1975). */
export interface Automaton {
  /** Tells `found` each word that ends in the bytes, and returns the state to go on with. */
  scan(bytes: Uint8Array, state: number, found: (word: number, end: number) => void): number;
}

/** Where a scan begins. */
export const start = 0;

/** Bytes of a word that skipping goes by; without any words at all, the longest skip. */
const longestWord = 256;

/** An automaton for the words; the numbers it tells are their places in the list. */
export function createAutomaton(words: readonly Uint8Array[]): Automaton {
  // Bytes that no word has are all alike, which keeps the table small.
  const classOf = new Uint16Array(256);
  let width = 1;
  for (const word of words) {
    for (const byte of word) classOf[byte] ||= width++;
  }
  const states = 1 + words.reduce((sum, word) => sum + word.length, 0);
  // A state is the offset of its row, so that a step is one addition and one look-up.
  const next = new Int32Array(states * width);
  const ends: number[][] = Array.from({ length: states }, () => []);
  let used = 1;
  for (const [i, word] of words.entries()) {
    let state = 0;
    for (const byte of word) {
      const at = state + (classOf[byte] ?? 0);
      if (next[at] === 0) next[at] = used++ * width;
      state = next[at] ?? 0;
    }
    ends[state / width]?.push(i);
  }
  addFallbacks(next, width, ends);
  const skip = createSkip(words);
  return {
    scan(bytes, from, found) {
      let state = from;
      for (let i = 0; i < bytes.length; i += 1) {
        if (state === start) i = skip(bytes, i);
        state = next[state + (classOf[bytes[i] ?? 0] ?? 0)] ?? 0;
        // Most bytes begin no word.
        if (state === 0) continue;
        for (const word of ends[state / width] ?? []) found(word, i + 1);
      }
      return state;
    },
  };
}

/** Breadth first: where a word breaks off, go on in the longest other word that ends the same way. */
function addFallbacks(next: Int32Array, width: number, ends: number[][]): void {
  const fallback = new Int32Array(ends.length);
  const queue = [...next.subarray(0, width)].filter((state) => state !== 0);
  for (let i = 0; i < queue.length; i += 1) {
    const state = queue[i] ?? 0;
    const back = fallback[state / width] ?? 0;
    ends[state / width]?.push(...(ends[back / width] ?? []));
    for (let letter = 0; letter < width; letter += 1) {
      const to = next[state + letter] ?? 0;
      const instead = next[back + letter] ?? 0;
      if (to === 0) next[state + letter] = instead;
      else {
        fallback[to / width] = instead;
        queue.push(to);
      }
    }
  }
}

/**
 * Where to go on from a place at which no word has begun: most bytes need not be looked at one by one (bench/README.md).
 * As far as the shortest word reaches, none begins where the last two bytes are no pair of those that words begin with.
 */
function createSkip(words: readonly Uint8Array[]): (bytes: Uint8Array, from: number) => number {
  const stride = Math.min(...words.map(({ length }) => length), longestWord) - 1;
  if (stride < 1) return (_, from) => from;
  const pairs = new Uint8Array(256 * 256);
  for (const word of words) {
    for (let at = 1; at <= stride; at += 1) {
      pairs[((word[at - 1] ?? 0) << 8) | (word[at] ?? 0)] = 1;
    }
  }
  return (bytes, from) => {
    let last = from + stride;
    while (last < bytes.length && pairs[((bytes[last - 1] ?? 0) << 8) | (bytes[last] ?? 0)] === 0) {
      last += stride;
    }
    return last - stride;
  };
}

// Calls that wait, for files that are in memory anyway: through libuv's pool each call costs ten times as much
// (bench/README.md). On a cold disk, or one behind a network, they would hold up everything else.
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds. A call that takes longer may have waited for a disk. */
const slow = 5;
/** Calls. One slow one among so many was a pause of our own, to collect garbage, or of the whole machine. */
const near = 8;
/** Questions that are answered with no after slow calls: what comes next is likely to be just as cold. */
const wary = 200;
/** Milliseconds without a turn of the event loop, in which signals, timers and answers wait. */
const longestTurn = 10;

let cold = 0;
let sinceSlow = Infinity;
let turnBegan = 0;

/** Whether calls that wait are likely to answer at once. */
export function isHot(): boolean {
  if (cold === 0) return true;
  cold -= 1;
  return false;
}

/** Runs what waits, and learns from how long it took. */
export function runHot<Result>(run: () => Result): Result {
  const start = performance.now();
  try {
    return run();
  } finally {
    sinceSlow += 1;
    if (performance.now() - start > slow) {
      if (sinceSlow <= near) cold = wary;
      sinceSlow = 0;
    }
  }
}

let breath: Promise<void> | undefined;

/**
 * Between two calls that wait: lets everything else have its turn, now and then. Whoever asks meanwhile waits for the same
 * turn: one after the other, each would go on for as long as all of them may.
 */
export async function breathe(): Promise<void> {
  if (performance.now() - turnBegan < longestTurn) return;
  breath ??= nextTurn().then(() => {
    turnBegan = performance.now();
    breath = undefined;
  });
  await breath;
}

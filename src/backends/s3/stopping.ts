/** What waits for each signal. A signal looks through its own listeners for each one that goes: with hundreds that wait, that takes longer than what they wait for. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `stop` when the signal is aborted, unless what comes back was called before. */
export function whenAborted(signal: AbortSignal, stop: () => void): () => void {
  let all = waiting.get(signal);
  if (all === undefined) {
    const mine = new Set<() => void>();
    all = mine;
    waiting.set(signal, mine);
    const stopAll = () => {
      for (const one of mine) one();
    };
    signal.addEventListener('abort', stopAll, { once: true });
  }
  const kept = all;
  // A function of its own, so that nobody calls off what another one asked for.
  const once = () => {
    stop();
  };
  kept.add(once);
  return () => {
    kept.delete(once);
  };
}

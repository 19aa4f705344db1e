interface Waiting {
  readonly all: Set<() => void>;
  readonly end: () => void;
}

/** What waits for each signal. A signal looks through its own listeners for each one that goes: with hundreds that wait, that takes longer than what they wait for. */
const waiting = new WeakMap<AbortSignal, Waiting>();

/** Calls `stop` when the signal is aborted, unless what comes back was called before. */
export function whenAborted(signal: AbortSignal, stop: () => void): () => void {
  const { all, end } = waiting.get(signal) ?? listen(signal);
  // A function of its own, so that nobody calls off what another one asked for.
  const once = () => {
    stop();
  };
  all.add(once);
  return () => {
    if (all.delete(once) && all.size === 0) end();
  };
}

/** One listener for all that wait, for as long as somebody does. */
function listen(signal: AbortSignal): Waiting {
  const all = new Set<() => void>();
  const stopAll = () => {
    for (const stop of all) stop();
  };
  const end = () => {
    signal.removeEventListener('abort', stopAll);
    waiting.delete(signal);
  };
  const mine = { all, end };
  waiting.set(signal, mine);
  signal.addEventListener('abort', stopAll, { once: true });
  return mine;
}

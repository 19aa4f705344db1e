/** What a wait is rejected with when its signal is aborted, whatever the signal's reason. */
export function stopped(): Error {
  return new DOMException('stopped', 'AbortError');
}

/** Resolves after `ms`; rejects at once when the signal is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(stopped());
      return;
    }
    const onAbort = () => {
      clearTimeout(timer);
      reject(stopped());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Runs something that gets `ms` to end (or, from when it says so, as long as it says), and `linger` once the signal is aborted. It settles in time even if what runs does not: the SDK minds its signal only while a
 * request is under way, not while it looks for credentials.
 */
export function within<Result>(
  ms: number,
  { signal, linger = 0 }: { signal?: AbortSignal | undefined; linger?: number | undefined },
  run: (signal: AbortSignal, extend: (ms: number) => void) => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = new AbortController();
    const end = (reason: Error) => {
      reject(reason);
      stop.abort(reason);
    };
    const timers: NodeJS.Timeout[] = [];
    const stopNow = () => {
      end(stopped());
    };
    const onAbort = () => {
      if (linger > 0) timers.push(setTimeout(stopNow, linger));
      else stopNow();
    };
    const late = () => {
      end(new DOMException('no answer in time', 'TimeoutError'));
    };
    let latest = setTimeout(late, ms);
    timers.push(latest);
    const extend = (more: number) => {
      clearTimeout(latest);
      latest = setTimeout(late, more);
      timers.push(latest);
    };
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    run(stop.signal, extend)
      .then(resolve, reject)
      .finally(() => {
        for (const timer of timers) clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      });
  });
}

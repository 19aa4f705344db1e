import { whenAborted } from './stopping.ts';

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
    const timer = setTimeout(() => {
      callOff?.();
      resolve();
    }, ms);
    const callOff =
      signal &&
      whenAborted(signal, () => {
        clearTimeout(timer);
        reject(stopped());
      });
  });
}

/** How what runs under a limit hears that its time is up, or that it is to stop. */
export interface Stop {
  /** Made when it is asked for: a signal of its own costs more than all else around a small put. */
  readonly signal: AbortSignal;
  readonly over: boolean;
  /** Calls `listener` once instead; at once, if it is over already. */
  tell(listener: (reason: Error) => void): void;
}

/**
 * Runs something that gets `ms` to end (or, from when it says so, as long as it says), and `linger` once the signal is aborted. It settles in time even if what runs does not: the SDK minds its signal only while a
 * request is under way, not while it looks for credentials.
 */
export function within<Result>(
  ms: number,
  { signal, linger = 0 }: { signal?: AbortSignal | undefined; linger?: number | undefined },
  run: (stop: Stop, extend: (ms: number) => void) => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = createStop();
    const end = (reason: Error) => {
      reject(reason);
      stop.now(reason);
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
    const callOff = signal && whenAborted(signal, onAbort);
    const over = () => {
      for (const timer of timers) clearTimeout(timer);
      callOff?.();
    };
    run(stop, extend).finally(over).then(resolve, reject);
  });
}

function createStop(): Stop & { now(reason: Error): void } {
  let controller: AbortController | undefined;
  let why: Error | undefined;
  let listener: ((reason: Error) => void) | undefined;
  return {
    get signal() {
      controller ??= new AbortController();
      if (why !== undefined) controller.abort(why);
      return controller.signal;
    },
    get over() {
      return why !== undefined;
    },
    tell: (told) => {
      listener = told;
      if (why !== undefined) told(why);
    },
    now: (reason) => {
      why ??= reason;
      controller?.abort(reason);
      listener?.(reason);
    },
  };
}

import type { Listener } from './types.ts';

export interface Isolated {
  readonly on: Listener;
  /** To be called when the run has ended. */
  readonly rethrow: () => void;
}

/** A listener whose failures do not become the run's: the first one is kept until the run has ended. */
export function isolate(on: Listener): Isolated {
  const thrown: unknown[] = [];
  const keep = (error: unknown) => {
    if (thrown.length === 0) thrown.push(error);
  };
  const call: (event: Parameters<Listener>[0]) => unknown = on;
  return {
    on: (event) => {
      try {
        const result = call(event);
        // An async function passes for a listener, and nobody else awaits it.
        if (result instanceof Promise) result.catch(keep);
      } catch (error) {
        keep(error);
      }
    },
    rethrow: () => {
      for (const error of thrown) throw error;
    },
  };
}

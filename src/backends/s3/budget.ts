import { whenAborted } from './stopping.ts';

/** A bound on bytes held in memory at once. */
export interface Budget {
  /** Waits, first come first served, until `bytes` fit; resolves to the function that gives them back. */
  acquire(bytes: number, signal?: AbortSignal): Promise<() => void>;
}

interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
}

/** An item larger than `total` counts as `total`: it goes alone instead of waiting for ever. */
export function createBudget(total: number): Budget {
  const queue: Waiting[] = [];
  let free = total;

  const admitAll = () => {
    for (let first = queue[0]; first !== undefined && first.bytes <= free; first = queue[0]) {
      queue.shift();
      free -= first.bytes;
      first.admit();
    }
  };

  const acquire = (wanted: number, signal?: AbortSignal) =>
    new Promise<() => void>((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(abortReason(signal));
        return;
      }
      const bytes = Math.min(wanted, total);
      let given = true;
      const release = () => {
        if (!given) return;
        given = false;
        free += bytes;
        admitAll();
      };
      const waiting: Waiting = {
        bytes,
        admit: () => {
          callOff?.();
          resolve(release);
        },
      };
      const callOff =
        signal &&
        whenAborted(signal, () => {
          queue.splice(queue.indexOf(waiting), 1);
          reject(abortReason(signal));
          admitAll();
        });
      queue.push(waiting);
      admitAll();
    });

  return { acquire };
}

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException('stopped', 'AbortError');
}

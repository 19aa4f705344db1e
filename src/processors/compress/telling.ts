import type { Listener } from '../../types.ts';

/** Milliseconds between two words about how far it is. What is over sooner is worth none. */
const every = 1_000;

export interface Telling {
  /** One more file of so many bytes is looked at, and compressed where that pays. */
  done(size: number): void;
  end(): void;
}

/** Tells every second how many of the files, of these sizes, are compressed, and that it has ended if it told anything. */
export function createTelling(sizes: readonly number[], on: Listener): Telling {
  const startedMs = performance.now();
  const ofFiles = sizes.length;
  const ofBytes = sizes.reduce((sum, size) => sum + size, 0);
  let [files, bytes, told] = [0, 0, false];
  const timer = setInterval(() => {
    told = true;
    const forMs = Math.round(performance.now() - startedMs);
    on({ type: 'compressing', files, ofFiles, bytes, ofBytes, forMs });
  }, every).unref();
  return {
    done(size) {
      files += 1;
      bytes += size;
    },
    end() {
      clearInterval(timer);
      if (told) on({ type: 'compressing', files, ofFiles, bytes, ofBytes, forMs: 0 });
    },
  };
}

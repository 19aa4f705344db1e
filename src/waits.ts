import type { Wait } from './backends/backend.ts';
import type { Listener, WaitReason } from './types.ts';

/** Milliseconds between two words about waiting. What is over sooner is worth none. */
const every = 1_000;

export interface Waits {
  readonly onWait: (wait: Wait) => () => void;
  /** Also for a backend that forgot to say that a wait was over. */
  end(): void;
}

/** Sums up what a backend tells of single requests: 64 of them that wait are one event a second. */
export function createWaits(on: Listener): Waits {
  const waiting = new Set<{ readonly why: WaitReason; readonly sinceMs: number }>();
  let timer: NodeJS.Timeout | undefined;
  let told: WaitReason | undefined;
  const tell = () => {
    const since = [...waiting].map(({ sinceMs }) => sinceMs);
    told = mostCommon([...waiting].map(({ why }) => why)) ?? 'connection';
    const forMs = Math.round(performance.now() - Math.min(...since));
    on({ type: 'waiting', why: told, requests: waiting.size, forMs });
  };
  const end = () => {
    waiting.clear();
    clearInterval(timer);
    timer = undefined;
    if (told !== undefined) on({ type: 'waiting', why: told, requests: 0, forMs: 0 });
    told = undefined;
  };
  return {
    onWait: ({ why, forMs }) => {
      const one = { why, sinceMs: performance.now() - forMs };
      waiting.add(one);
      timer ??= setInterval(tell, every).unref();
      return () => {
        if (waiting.delete(one) && waiting.size === 0) end();
      };
    },
    end,
  };
}

function mostCommon(reasons: readonly WaitReason[]): WaitReason | undefined {
  const times = (one: WaitReason) => reasons.filter((other) => other === one).length;
  return [...new Set(reasons)].sort((a, b) => times(b) - times(a))[0];
}

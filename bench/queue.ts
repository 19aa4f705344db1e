import { setTimeout as sleep } from 'node:timers/promises';

/** Work that says when it is alive: most of a run's time is a peer's waiting for an answer that does not come. */
export type Job = (alive: () => void) => Promise<void>;

/** Runs jobs in order, many side by side, of which few are at work: the waiting of the others costs nothing. */
export async function runJobs(
  jobs: readonly Job[],
  limits: { readonly atOnce: number; readonly atWork: number },
): Promise<void> {
  const waiting = [...jobs];
  const running = new Map<Promise<void>, { seen: number }>();
  for (;;) {
    const atWork = [...running.values()].filter(({ seen }) => performance.now() - seen < 2_000);
    const free = running.size < limits.atOnce && atWork.length < limits.atWork;
    const job = free ? waiting.shift() : undefined;
    if (job !== undefined) {
      const life = { seen: performance.now() };
      const run = job(() => {
        life.seen = performance.now();
      });
      running.set(run, life);
      void run.finally(() => running.delete(run)).catch(() => undefined);
    } else if (running.size === 0) return;
    // A job that fails ends the whole.
    else await Promise.race([sleep(100), ...running.keys()]);
  }
}

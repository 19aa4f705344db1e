import type { Deploy, Ended } from './deploy.ts';
import type { runTrial, World } from './runs.ts';
import { explore, seedsFor } from './shrink.ts';

/** Milliseconds after which a run that has not ended hangs: its patience is over after six seconds of fast time. */
const hangs = 60_000;

export interface Figures {
  readonly failures: readonly string[];
  readonly runs: number;
  readonly requests: number;
  readonly faults: number;
  readonly exits: Readonly<Record<string, number>>;
}

/** Runs a goal's seeds, until `until` if given, and says on the console what came of it. */
export async function measureSchedules(
  goal: string,
  world: World,
  deploy: (deploy: Deploy) => Promise<Ended>,
  options: {
    readonly count: number;
    readonly first?: number;
    readonly until?: number;
    /** Runs side by side: most of a run's time is waiting. */
    readonly atOnce?: number;
    /** Milliseconds after which a run that has not ended hangs. */
    readonly hangs?: number;
    readonly more?: (seed: number) => Parameters<typeof runTrial>[3];
  },
): Promise<Figures> {
  const start = performance.now();
  const failures: string[] = [];
  const exits: Record<string, number> = {};
  let runs = 0;
  let requests = 0;
  let faults = 0;
  const waiting = seedsFor(goal, options.count, options.first);
  const work = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      // Making schedules smaller takes its time, and three tell enough.
      if (performance.now() > (options.until ?? Infinity) || failures.length >= 3) return;
      const run = (place: Deploy) => orHang(deploy(place), options.hangs);
      const { verdict, report } = await explore(world, seed, run, options.more?.(seed));
      if (report !== undefined) failures.push(report);
      runs += 1;
      requests += verdict.requests;
      faults += Object.keys(verdict.faults).length;
      exits[verdict.ended.exitCode] = (exits[verdict.ended.exitCode] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: options.atOnce ?? 4 }, work));
  const seconds = Math.round((performance.now() - start) / 1000);
  const figures = { failures, runs, requests, faults, exits };
  say(goal, { ...figures, failures: failures.length, seconds });
  return figures;
}

/** The figures that the closing note of an issue quotes. */
export function say(goal: string, figures: object): void {
  process.stdout.write(`${goal}: ${JSON.stringify(figures)}\n`);
}

export async function orHang(ended: Promise<Ended>, limit = hangs): Promise<Ended> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<Ended>((resolve) => {
    const nothing = { uploaded: [], skipped: [], uploads: [], output: '' };
    timer = setTimeout(() => {
      resolve({ ...nothing, exitCode: -1, error: 'it hangs' });
    }, limit);
  });
  return Promise.race([ended, hung]).finally(() => {
    clearTimeout(timer);
  });
}

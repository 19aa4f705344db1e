import { setTimeout as sleep } from 'node:timers/promises';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import type { Fault } from '../support/fake-s3/types.ts';
import { say } from './campaign.ts';
import { chance, pick } from './chance.ts';
import { deployBuilt, deployHere, type Deploy } from './deploy.ts';
import { judge } from './oracle.ts';
import { createFiles, createWorld, goOn, plant, type World } from './runs.ts';

export const signals = { SIGKILL: undefined, SIGINT: 130, SIGTERM: 143 } as const;
export type Signal = keyof typeof signals;

/** How the request at which the signal came ends. */
export const ends = {
  'done afterwards': { holdMs: 100 },
  'done, answered late': { delayMs: 100 },
  'done, answer lost': { reset: true, storeAnyway: true },
  dropped: { reset: true },
} satisfies Record<string, Fault>;

/** One moment of one run. */
export interface Point {
  readonly seed: number;
  readonly index: number;
  readonly signal: Signal;
  readonly end: keyof typeof ends;
}

/** Pages, assets, and a file that goes up in parts. */
const siteOf = (seed: number, files: number) => ({
  ...createFiles(files + (seed % 5)),
  'static/film.mp4': 'frames'.repeat(2_800_000 + seed),
});

const concurrencyOf = (seed: number) => 1 + (seed % 3) * 4;

/**
 * Runs the built program with a signal at every request, and looks at what the store holds then and after two more
 * runs. As many sites as it takes to make so many points; those that failed, the smallest first.
 */
export async function interruptEverywhere(
  goal: string,
  {
    points: most,
    until = Infinity,
    files = 12,
  }: {
    readonly points: number;
    readonly until?: number;
    /** About so many small ones. More than 32 go by the fast path. */
    readonly files?: number;
  },
): Promise<string[]> {
  const start = performance.now();
  const failures: { point: Point; problems: readonly string[] }[] = [];
  const points = process.env['POINT'] === undefined ? most : 1;
  let tried = 0;
  for (let seed = 1; tried < points && failures.length === 0; seed += 1) {
    const world = await createWorld(siteOf(seed, files));
    try {
      const waiting = await pointsOf(world, seed, points - tried);
      const work = async () => {
        for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
          if (performance.now() > until) return;
          const problems = await interrupt(world, point);
          if (problems.length > 0) failures.push({ point, problems });
          tried += 1;
        }
      };
      await Promise.all([work(), work()]);
    } finally {
      await world.close();
    }
    if (performance.now() > until) break;
  }
  const seconds = Math.round((performance.now() - start) / 1000);
  say(goal, { points: tried, failures: failures.length, seconds });
  return failures.sort((a, b) => a.point.index - b.point.index).map(describe);
}

function describe({ point, problems }: { point: Point; problems: readonly string[] }): string {
  const { seed, index, signal, end } = point;
  const again = `POINT=${JSON.stringify(point)}`;
  return [`seed ${seed}, ${signal} at request ${index}, ${end} (${again})`, ...problems].join(
    '\n  ',
  );
}

/** Every request of a run that nobody disturbs, times every signal; or the one that is asked for. */
async function pointsOf(world: World, seed: number, most: number): Promise<Point[]> {
  const asked = process.env['POINT'];
  if (asked !== undefined) {
    const point = JSON.parse(asked) as Point;
    return point.seed === seed ? [point] : [];
  }
  const requests = await withStore(world, seed, async ({ fake, place }) => {
    const { exitCode, output } = await deploy(place, seed);
    if (exitCode !== 0) throw new Error(`seed ${seed}, undisturbed: exit ${exitCode}: ${output}`);
    return fake.requests.length;
  });
  const names = Object.keys(ends) as (keyof typeof ends)[];
  const all = Array.from({ length: requests }, (_, index) =>
    (Object.keys(signals) as Signal[]).map((signal) => {
      const end = pick(names, chance(seed, index, signal)) ?? 'dropped';
      return { seed, index, signal, end };
    }),
  ).flat();
  return spread(all, most);
}

/** So many of them, from all over. */
export function spread<Item>(all: readonly Item[], most: number): Item[] {
  const step = Math.max(1, all.length / most);
  return all.filter((_, i) => Math.floor(i / step) > Math.floor((i - 1) / step));
}

interface Store {
  readonly fake: FakeS3;
  readonly place: Deploy;
  readonly before: ReadonlyMap<string, Buffer>;
  readonly planted: number;
}

async function withStore<Result>(
  world: World,
  seed: number,
  use: (store: Store) => Promise<Result>,
): Promise<Result> {
  const fake = await startFakeS3();
  try {
    fake.createBucket('assets');
    const before = plant(fake, world, seed);
    const planted = fake.history('assets').length;
    return await use({
      fake,
      before,
      planted,
      place: { cwd: world.site.dir, fake, bucket: 'assets' },
    });
  } finally {
    await fake.close();
  }
}

const deploy = (place: Deploy, seed: number, more: Parameters<typeof deployBuilt>[2] = {}) =>
  deployBuilt(place, 1, { concurrency: concurrencyOf(seed), ...more });

/** Runs the built program until it ends by the signal, or by itself. */
export async function deployInterrupted(
  place: Deploy,
  { index, signal, end }: Point,
  concurrency: number,
): Promise<{
  readonly claim: Awaited<ReturnType<typeof deployBuilt>>;
  /** 0 if the run never came to that request. */
  readonly sentMs: number;
}> {
  let kill: ((signal: NodeJS.Signals) => boolean) | undefined;
  let sentMs = 0;
  place.fake.clearLog();
  place.fake.fault = (request) => {
    if (request.index !== index) return undefined;
    sentMs = performance.now();
    kill?.(signal);
    return ends[end];
  };
  const onStart = (send: (signal: NodeJS.Signals) => boolean) => void (kill = send);
  const claim = await deployBuilt(place, 1, { concurrency, onStart });
  await sleep(150); // what was held is done by then
  return { claim, sentMs };
}

/** Everything that is wrong about a run that got the signal at this point, and about the two after it. */
function interrupt(world: World, point: Point): Promise<string[]> {
  const { seed, index, signal, end } = point;
  return withStore(world, seed, async ({ fake, place, before, planted }) => {
    const { claim, sentMs } = await deployInterrupted(place, point, concurrencyOf(seed));
    const tookMs = performance.now() - sentMs;
    // The lock is given back beside the look at how the public sees it.
    const last = index >= fake.requests.length - 2;
    const judged = (said: Pick<typeof claim, 'exitCode' | 'uploaded' | 'skipped'>) =>
      judge({
        claim: said,
        site: world.files,
        before,
        objects: fake.objects('assets'),
        history: fake.history('assets').slice(planted),
        writes: [],
        location: 'static',
        // What was on its way when the run was stopped may arrive when that has given the lock back.
        recording: end !== 'done afterwards',
        aclExpected: true,
        // The answers to the last requests and the signal may come in either order.
        answers: [signals[signal] ?? -1, ...(last ? [0] : []), ...(said === claim ? [] : [0])],
      });
    const problems = sentMs === 0 ? ['no signal was sent'] : judged(claim);
    const left = fake.uploads('assets');
    if (signal !== 'SIGKILL') {
      const { counts = {}, exitCode } = claim.reported ?? {};
      if (tookMs > 5_000) problems.push(`it took ${Math.round(tookMs)} ms to end`);
      if (left > 0) problems.push(`${left} multipart uploads are left`);
      if (exitCode !== claim.exitCode) problems.push(`it reports ${String(exitCode)}`);
      if (counts['uploaded'] !== claim.uploaded.length) problems.push('its report counts wrong');
    }
    // These need no process of their own: nobody interrupts them.
    problems.push(...(await goOn(world, place, (next) => deployHere(next))));
    // The whole history, of all three runs: now everything is there, and no page was before what it names.
    problems.push(...judged({ exitCode: 0, uploaded: [], skipped: [] }));
    if (fake.uploads('assets') > left) problems.push('a further multipart upload is left');
    return problems;
  });
}

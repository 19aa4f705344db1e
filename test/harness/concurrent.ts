import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backend, PutOptions } from '../../src/backends/backend.ts';
import { CollectError, exitCodes } from '../../src/errors.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import type { Fault, FaultRequest } from '../support/fake-s3/types.ts';
import { isOwnRecord } from '../support/own-records.ts';
import { orHang, say } from './campaign.ts';
import { chance, pick } from './chance.ts';
import { deployHere, type Ended } from './deploy.ts';
import { faultOf, healing, idOf } from './faults.ts';
import { isRecorded } from './oracle.ts';
import { createWorld, type World } from './runs.ts';
import { seedsFor } from './shrink.ts';

/** What a seed does to its deploys, beside starting them within a moment. */
const hardships = ['none', 'a kill', 'faults'] as const;

/** Builds of one site: the same names, and no two with the same bytes but the one that never changes. */
const buildOf = (name: string) => {
  const files = Array.from({ length: 8 }, (_, i) => [
    `static/${i % 2 === 0 ? 'deep/' : ''}f${i}.${i < 6 ? 'js' : 'html'}`,
    `${name} ${i}`,
  ]);
  return { ...Object.fromEntries(files), 'static/same.txt': 'same' } as Record<string, string>;
};

/**
 * Deploys different builds to one destination at once, none of which waits for the other, so many times. What is wrong
 * about it: builds that mixed, a loser that wrote, a site that is not the last winner's, a next run that fails.
 */
export async function deployAtOnce(
  goal: string,
  { seeds, atOnce = 4 }: { readonly seeds: number; readonly atOnce?: number },
): Promise<string[]> {
  const start = performance.now();
  const builds = await Promise.all(
    ['before', 'one', 'two', 'three'].map((name) => createWorld(buildOf(name))),
  );
  const failures: string[] = [];
  const exits: Record<string, number> = {};
  let runs = 0;
  try {
    const waiting = seedsFor(goal, seeds);
    const work = async () => {
      for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
        if (failures.length >= 3) return;
        const { problems, codes } = await contest(builds, seed);
        if (problems.length > 0) failures.push([`SEED=${seed} fails:`, ...problems].join('\n  '));
        for (const code of codes) exits[code] = (exits[code] ?? 0) + 1;
        runs += 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    for (const build of builds) await build.close();
  }
  const seconds = Math.round((performance.now() - start) / 1000);
  say(goal, { seeds: runs, exits, failures: failures.length, seconds });
  return failures;
}

async function contest(
  [before, ...all]: readonly World[],
  seed: number,
): Promise<{ problems: string[]; codes: readonly number[] }> {
  const fake = await startFakeS3();
  try {
    fake.createBucket('assets');
    const hardship = hardships[seed % hardships.length] ?? 'none';
    // Half of them come to a site that is there already.
    if (before !== undefined && chance(seed, 'before') < 0.5) await deploy(fake, before);
    const planted = fake.history('assets').length;
    fake.clearLog();
    fake.fault = (request) => weather(seed, hardship, request);
    const builds = all.slice(0, 2 + Math.floor(chance(seed, 'count') * 2));
    const killed = hardship === 'a kill' ? Math.floor(chance(seed, 'killed') * builds.length) : -1;
    const ends = await Promise.all(
      builds.map(async (build, i) => {
        await sleep(chance(seed, 'start', i) * 60);
        const at = i === killed ? 1 + Math.floor(chance(seed, 'at') * 30) : Infinity;
        return deploy(fake, build, { lockTimeout: '0' }, (backend) => dyingAt(at, backend));
      }),
    );
    const problems = [
      ...judge({ fake, builds, ends, killed, history: fake.history('assets').slice(planted) }),
      ...(await finish(fake, builds[0])),
    ];
    return { problems, codes: ends.map(({ exitCode }) => exitCode) };
  } finally {
    await fake.close();
  }
}

/** Every answer comes a little sooner or later, so that runs overtake each other; or not at all, until it is asked for again. */
function weather(
  seed: number,
  hardship: (typeof hardships)[number],
  request: FaultRequest,
): Fault | undefined {
  const id = `${request.index} ${idOf(request)}`;
  if (hardship === 'faults' && chance(seed, id) < 0.1) {
    return faultOf(pick(Object.keys(healing), chance(seed, id, 'kind')), request.op);
  }
  const ms = Math.floor(chance(seed, id, 'late') * 20);
  return chance(seed, id, 'which') < 0.5 ? { delayMs: ms } : { holdMs: ms };
}

function deploy(
  fake: FakeS3,
  { site }: World,
  flags: Parameters<typeof deployHere>[0]['flags'] = {},
  wrap: (backend: Backend) => Backend = (backend) => backend,
): Promise<Ended> {
  return orHang(deployHere({ cwd: site.dir, fake, bucket: 'assets', flags }, { wrap }));
}

const asking: readonly (string | symbol)[] = ['put', 'head', 'read', 'copy', 'delete'];

/** A run that is killed at its so manyth call: what is on its way is torn, and nothing more is asked. */
function dyingAt(at: number, real: Backend): Backend {
  const death = new AbortController();
  const killed = new CollectError('BACKEND_FAILED', 'killed', { exitCode: exitCodes.partial });
  let calls = 0;
  return new Proxy(real, {
    get(_, name) {
      const method: unknown = Reflect.get(real, name);
      if (!asking.includes(name) || typeof method !== 'function') return method;
      return (subject: unknown, options: PutOptions = {}): unknown => {
        calls += 1;
        if (calls === at) death.abort(killed);
        if (death.signal.aborted) return Promise.reject(killed);
        const signals = [death.signal, ...(options.signal ? [options.signal] : [])];
        const signal = AbortSignal.any(signals);
        return (method as (...given: unknown[]) => unknown)(subject, { ...options, signal });
      };
    },
  });
}

interface Contest {
  readonly fake: FakeS3;
  readonly builds: readonly World[];
  readonly ends: readonly Ended[];
  /** Place of the run that was killed; -1 for none. */
  readonly killed: number;
  readonly history: ReturnType<FakeS3['history']>;
}

function judge({ fake, builds, ends, killed, history }: Contest): string[] {
  const writers = writersOf(history, builds);
  const problems: string[] = [];
  for (const [i, { exitCode, error }] of ends.entries()) {
    const turns = writers.filter((writer) => writer === i).length;
    if (turns > 1) problems.push(`build ${i} is mixed with another: ${writers.join(' ')}`);
    if (i === killed) continue;
    if (exitCode !== 0 && exitCode !== 10) problems.push(`exit ${exitCode}: ${error ?? ''}`);
    if (exitCode === 10 && turns > 0) problems.push(`build ${i} lost, and wrote`);
    if (exitCode === 0 && turns === 0) problems.push(`build ${i} won, and wrote nothing`);
  }
  if (killed < 0 && !ends.some(({ exitCode }) => exitCode === 0)) problems.push('nobody won');
  const winner = writers.at(-1);
  if (winner !== undefined && ends[winner]?.exitCode === 0) {
    problems.push(...differences(fake, builds[winner]));
  }
  return problems;
}

/** Whose files were written, in order; one after the other counts once. */
function writersOf(history: Contest['history'], builds: readonly World[]): number[] {
  const owners = new Map<string, number>();
  for (const [i, { files }] of builds.entries()) {
    for (const bytes of files.values()) {
      const digest = createHash('sha256').update(bytes).digest('hex');
      owners.set(digest, owners.has(digest) ? -1 : i);
    }
  }
  const writers: number[] = [];
  for (const { key, sha256 = '' } of history) {
    const owner = owners.get(sha256) ?? -1;
    if (owner < 0 || isOwnRecord(key) || owner === writers.at(-1)) continue;
    writers.push(owner);
  }
  return writers;
}

/** In what the site is not this build, which is recorded. */
function differences(fake: FakeS3, build: World | undefined): string[] {
  const objects = fake.objects('assets');
  const files = build?.files ?? new Map<string, Buffer>();
  const wrong = [...files]
    .filter(([key, bytes]) => objects.get(`static/${key}`)?.bytes.equals(bytes) !== true)
    .map(([key]) => `${key} is of another build`);
  return [
    ...wrong,
    ...(isRecorded(objects, files, 'static') ? [] : ['the record is of another build']),
  ];
}

/** In good weather one more deploy, that waits for what a killed one left, makes the site its own. */
async function finish(fake: FakeS3, build: World | undefined): Promise<string[]> {
  if (build === undefined) return ['there is no build'];
  fake.fault = undefined;
  const { exitCode, error } = await deploy(fake, build);
  return [
    ...(exitCode === 0 ? [] : [`the next run ends with ${exitCode}: ${error ?? ''}`]),
    ...differences(fake, build),
  ].map((problem) => `afterwards: ${problem}`);
}

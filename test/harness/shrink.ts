import { readFileSync } from 'node:fs';
import type { Deploy, Ended } from './deploy.ts';
import { runTrial, trialOf, type Faults, type Trial, type Verdict, type World } from './runs.ts';

/** Milliseconds that may be spent on making a failing schedule smaller. */
const patience = 60_000;

/** Seeds that ever failed, by goal: they are run before all others. */
function knownSeeds(goal: string): number[] {
  const all = JSON.parse(readFileSync(new URL('../seeds.json', import.meta.url), 'utf8')) as Record<
    string,
    number[]
  >;
  return all[goal] ?? [];
}

/** The known seeds of a goal, then new ones up to `count` in all; with SEED=n this one alone. */
export function seedsFor(goal: string, count: number, first = 1): number[] {
  const only = process.env['SEED'];
  if (only !== undefined) return [Number(only)];
  const fresh = Array.from({ length: count }, (_, i) => first + i);
  return [...new Set([...knownSeeds(goal), ...fresh])];
}

/** A trial with exactly these faults. */
function replay(trial: Trial, faults: Faults): Trial {
  return { ...trial, faultFor: (id) => faults[id] };
}

/** Runs one seed; what is wrong comes with the seed and the smallest schedule that still fails. */
export async function explore(
  world: World,
  seed: number,
  deploy: (deploy: Deploy) => Promise<Ended>,
  more: Parameters<typeof runTrial>[3] = {},
): Promise<{ verdict: Verdict; report: string | undefined }> {
  const trial = trialOf(seed);
  const verdict = await runTrial(world, trial, deploy, more);
  if (verdict.problems.length === 0) return { verdict, report: undefined };
  const fails = async (faults: Faults) =>
    (await runTrial(world, replay(trial, faults), deploy, more)).problems.length > 0;
  const smallest = await shrink(verdict.faults, fails);
  return { verdict, report: describe(seed, verdict, smallest) };
}

/** Drops faults, first in halves, then one by one, while it still fails. */
async function shrink(
  faults: Faults,
  fails: (faults: Faults) => Promise<boolean>,
): Promise<Faults | undefined> {
  const until = performance.now() + patience;
  let left = Object.entries(faults);
  // Depends on more than its faults (on timing, say): then there is nothing to make smaller.
  if (!(await fails(faults))) return undefined;
  for (
    let size = Math.ceil(left.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let start = 0; start < left.length && performance.now() < until;) {
      const fewer = [...left.slice(0, start), ...left.slice(start + size)];
      if (await fails(Object.fromEntries(fewer))) left = fewer;
      else start += size;
    }
  }
  return Object.fromEntries(left);
}

function describe(seed: number, { problems }: Verdict, smallest: Faults | undefined): string {
  const schedule =
    smallest === undefined
      ? ['(its faults alone do not make it fail again)']
      : Object.entries(smallest).map(([id, kind]) => `${id}: ${kind}`);
  return [
    `SEED=${seed} fails:`,
    ...problems.slice(0, 5),
    'smallest schedule that fails:',
    ...schedule,
  ].join('\n  ');
}

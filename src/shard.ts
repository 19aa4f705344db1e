import { createHash } from 'node:crypto';
import { CollectError, exitCodes } from './errors.ts';
import { isFirst } from './order.ts';
import type { TargetPlan } from './plan-file.ts';
import type { Plan, Wanted } from './types.ts';

/** One of the machines that share a plan. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** What a job runner tells each of its machines: names of variables, and what its first index is. */
const runners = [
  { name: 'Kubernetes', index: 'JOB_COMPLETION_INDEX', count: undefined, first: 0 },
  {
    name: 'AWS Batch',
    index: 'AWS_BATCH_JOB_ARRAY_INDEX',
    count: 'AWS_BATCH_JOB_ARRAY_SIZE',
    first: 0,
  },
  { name: 'GitLab', index: 'CI_NODE_INDEX', count: 'CI_NODE_TOTAL', first: 1 },
] as const;

/** Reads "2/4", "auto" and "auto/4". @throws CollectError USAGE */
export function parseShard(text: string, env: Readonly<Record<string, string | undefined>>): Shard {
  const [first = '', ...rest] = text.split('/');
  const [told] = rest;
  if (rest.length > 1 || (told === undefined && first !== 'auto')) {
    throw usage(`--shard ${text} is not i/n, auto or auto/n`);
  }
  if (first !== 'auto') return checked(wholeOf(first, text), wholeOf(told, text), text);
  const found = runners.filter(({ index }) => (env[index] ?? '') !== '');
  const [runner] = found;
  if (runner === undefined || found.length > 1) {
    const names = (runner === undefined ? runners : found).map(({ index }) => index);
    throw usage(
      `--shard ${text}: ${runner === undefined ? 'none' : 'more than one'} of ${names.join(', ')} is set`,
    );
  }
  const count = told ?? (runner.count && env[runner.count]);
  if (count === undefined) {
    throw usage(`${runner.name} does not tell how many machines there are: --shard auto/n`);
  }
  const index = wholeOf(env[runner.index], runner.index) - runner.first + 1;
  return checked(index, wholeOf(count, runner.count ?? text), text);
}

function checked(index: number, count: number, text: string): Shard {
  if (index >= 1 && index <= count) return { index, count };
  throw usage(`--shard ${text} is shard ${index} of ${count}: they count from 1`);
}

function wholeOf(text: string | undefined, where: string): number {
  if (text !== undefined && /^\d{1,6}$/.test(text)) return Number(text);
  throw usage(`${where}: ${text ?? ''} is no whole number`);
}

function usage(message: string): CollectError {
  return new CollectError('USAGE', message, {
    exitCode: exitCodes.usage,
    hint: 'give each of four machines its own of --shard 1/4, 2/4, 3/4 and 4/4',
  });
}

/** What a request costs, in bytes that could be sent meanwhile. */
const bytesPerRequest = 64 * 1024;

/**
 * What of `now` is this shard's: uploads of the plan's first step under keys that are not there yet. Nothing that
 * anybody sees changes before the last run, so that shards need no lock, and a plan that is given up leaves no harm.
 */
export function takeShard(
  planned: TargetPlan,
  now: { readonly plan: Plan; readonly wanted: readonly Wanted[] },
  shard: Shard,
): Plan {
  const keys = partOf(planned, now.wanted, shard);
  const mine = now.plan.steps.flat().filter(({ key }) => keys.has(key));
  return { steps: mine.length === 0 ? [] : [mine] };
}

/**
 * The same on every machine, and whenever it is asked: it is made of the plan as it was written, not of what is left
 * to do. Largest first, each to the shard with the least so far; equals in the order of a hash, so that neighbours part.
 */
function partOf(
  { steps }: TargetPlan,
  wanted: readonly Wanted[],
  { index, count }: Shard,
): ReadonlySet<string> {
  const first = new Set(wanted.filter(isFirst).map(({ key }) => key));
  const uploads = steps
    .flat()
    .filter(({ action, reason, key }) => action === 'upload' && reason === 'new' && first.has(key))
    .map(({ key, size = 0 }) => ({ key, size, hash: hashOf(key) }))
    .sort((a, b) => b.size - a.size || (a.hash < b.hash ? -1 : 1));
  const loads = Array.from({ length: count }, () => 0);
  const mine = new Set<string>();
  for (const { key, size } of uploads) {
    const least = loads.indexOf(Math.min(...loads));
    loads[least] = (loads[least] ?? 0) + size + bytesPerRequest;
    if (least === index - 1) mine.add(key);
  }
  return mine;
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

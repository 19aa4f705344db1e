import { beforeEach, expect, it, vi } from 'vitest';
import { say } from '../harness/campaign.ts';
import { runHistory } from '../harness/histories.ts';
import { seedsFor } from '../harness/shrink.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  return () => vi.useRealTimers();
});

it('R19: 2,000 random histories of a destination go as a model says', async () => {
  const start = performance.now();
  const failures: string[] = [];
  const { SEED: only, FIRST_SEED: first = '1', LAST_SEED: last = '2000' } = process.env;
  const count = Number(last) - Number(first) + 1;
  const waiting = only === undefined ? seedsFor('R19', count, Number(first)) : [Number(only)];
  let histories = 0;
  const work = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      if (failures.length >= 3) return;
      const mine = seed;
      await runHistory(mine).catch((error: unknown) => {
        failures.push(`SEED=${mine} fails: ${String(error)}`);
      });
      histories += 1;
    }
  };
  await Promise.all([work(), work(), work()]);
  const seconds = Math.round((performance.now() - start) / 1000);
  say('R19', { histories, failures: failures.length, seconds });
  expect(failures).toEqual([]);
});

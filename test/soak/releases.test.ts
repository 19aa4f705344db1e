import { beforeEach, expect, it, vi } from 'vitest';
import { say } from '../harness/campaign.ts';
import { runHistory } from '../harness/histories.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  return () => vi.useRealTimers();
});

it('R19: 2,000 random histories of a destination go as a model says', async () => {
  const start = performance.now();
  const failures: string[] = [];
  let seed = Number(process.env['FIRST_SEED'] ?? 1);
  const last = Number(process.env['LAST_SEED'] ?? 2_000);
  const first = seed;
  const work = async () => {
    while (seed <= last && failures.length < 3) {
      const mine = seed;
      seed += 1;
      await runHistory(mine).catch((error: unknown) => {
        failures.push(`SEED=${mine} fails: ${String(error)}`);
      });
    }
  };
  await Promise.all([work(), work(), work()]);
  const seconds = Math.round((performance.now() - start) / 1000);
  say('R19', { histories: seed - first, failures: failures.length, seconds });
  expect(failures).toEqual([]);
});

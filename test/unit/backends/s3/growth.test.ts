import { expect, it } from 'vitest';
import { createGate } from '../../../../src/backends/s3/gate.ts';
import { createGrowth } from '../../../../src/backends/s3/growth.ts';

const auto = { start: 64, ceiling: 256 };

/** Runs requests against a store that does so many at once in 30 ms, with a queue that never ends; tells the limit after. */
function run(
  requests: number,
  perSecond: (limit: number) => number,
  { waiting = true, load = () => 0.5 }: { waiting?: boolean; load?: (ms: number) => number } = {},
): number {
  let time = 0;
  const growth = createGrowth({ ...auto, now: () => time, load: () => load(time) });
  for (let i = 0; i < requests; i += 1) {
    time += 1000 / perSecond(growth.most);
    growth.ended(waiting);
  }
  return growth.most;
}

it('grows to its ceiling where the network sets the pace', () => {
  expect(run(10_000, (limit) => limit / 0.03)).toBe(256);
});

it('stops at once where more requests do no more', () => {
  expect(run(10_000, () => 2_000)).toBe(96);
});

it('stops where more are no longer worth it', () => {
  expect(run(10_000, (limit) => Math.min(limit, 100) / 0.03)).toBe(144);
});

it('does not grow for what was never held up by it', () => {
  expect(run(10_000, (limit) => limit / 0.03, { waiting: false })).toBe(64);
});

it('does not grow while this machine is what takes the time', () => {
  expect(run(10_000, (limit) => limit / 0.03, { load: () => 1 })).toBe(64);
  expect(run(10_000, (limit) => limit / 0.03, { load: (ms) => (ms < 500 ? 1 : 0.5) })).toBe(256);
});

it('gives way to a store that asks to slow down, and is found again', async () => {
  let time = 0;
  const gate = createGate(256, createGrowth({ ...auto, now: () => time }));
  expect(gate.limit).toBe(64);
  const permit = await gate.enter();
  permit.leave('throttled');
  expect(gate.limit).toBe(32);
  for (let i = 0; i < 20 * 32; i += 1) {
    time += 10;
    (await gate.enter()).leave('ok');
  }
  expect(gate.limit).toBe(64);
});

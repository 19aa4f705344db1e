import { expect, it } from 'vitest';
import { createGate, type Permit } from '../../../../src/backends/s3/gate.ts';

const enterAll = async (gate: ReturnType<typeof createGate>, count: number) =>
  Promise.all(Array.from({ length: count }, () => gate.enter()));

const leaveAll = (permits: readonly Permit[], outcome: 'ok' | 'throttled' | 'failed') => {
  for (const permit of permits) permit.leave(outcome);
};

/** Whether a promise has settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  await new Promise(setImmediate);
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

it('lets in as many as the ceiling says, then the next as one leaves', async () => {
  const gate = createGate(2);
  const [first] = await enterAll(gate, 2);
  const third = gate.enter();
  expect(await settled(third)).toBe(false);
  first?.leave('failed');
  expect(await settled(third)).toBe(true);
});

it('halves once when everything under way is refused at the same time', async () => {
  const gate = createGate(64);
  leaveAll(await enterAll(gate, 64), 'throttled');
  expect(gate.limit).toBe(32);
  leaveAll(await enterAll(gate, 32), 'throttled');
  expect(gate.limit).toBe(16);
});

it('never shrinks below four, nor above a lower ceiling', async () => {
  for (const [ceiling, least] of [
    [64, 4],
    [2, 2],
    [1, 1],
  ] as const) {
    const gate = createGate(ceiling);
    for (let i = 0; i < 10; i += 1) leaveAll([await gate.enter()], 'throttled');
    expect(gate.limit).toBe(least);
  }
});

it('grows by one for twenty successes, up to the ceiling', async () => {
  const gate = createGate(8);
  leaveAll([await gate.enter()], 'throttled');
  const succeed = async (times: number) => {
    for (let i = 0; i < times; i += 1) leaveAll([await gate.enter()], 'ok');
  };
  await succeed(19);
  expect(gate.limit).toBe(4);
  await succeed(1);
  expect(gate.limit).toBe(5);
  await succeed(200);
  expect(gate.limit).toBe(8);
});

it('ends the waiting of whoever is stopped, and of nobody else', async () => {
  const gate = createGate(1);
  const inside = await gate.enter();
  const stop = new AbortController();
  const stoppedOne = gate.enter(stop.signal);
  const other = gate.enter();
  stop.abort('SIGINT');
  await expect(stoppedOne).rejects.toMatchObject({ name: 'AbortError' });
  await expect(gate.enter(stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
  inside.leave('ok');
  expect(await settled(other)).toBe(true);
});

import { expect, it } from 'vitest';
import { createBudget } from '../../../../src/backends/s3/budget.ts';

const tick = () => new Promise((resolve) => setImmediate(resolve));

it('lets in what fits and makes the rest wait, first come first served', async () => {
  const budget = createBudget(10);
  const order: string[] = [];
  const enter = async (name: string, bytes: number) => {
    const release = await budget.acquire(bytes);
    order.push(name);
    return release;
  };
  const first = await enter('first', 6);
  const large = enter('large', 8);
  const small = enter('small', 1);
  await tick();
  expect(order).toEqual(['first']);
  first();
  await Promise.all([large, small]);
  expect(order).toEqual(['first', 'large', 'small']);
});

it('lets an item larger than the whole go alone', async () => {
  const budget = createBudget(10);
  const one = await budget.acquire(1);
  let entered = false;
  const huge = budget.acquire(1_000).then((release) => {
    entered = true;
    return release;
  });
  await tick();
  expect(entered).toBe(false);
  one();
  (await huge)();
  await budget.acquire(10);
});

it('gives bytes back once, however often it is told', async () => {
  const budget = createBudget(10);
  const release = await budget.acquire(10);
  release();
  release();
  await budget.acquire(10);
  let entered = false;
  void budget.acquire(1).then(() => (entered = true));
  await tick();
  expect(entered).toBe(false);
});

it('forgets who stops waiting, and lets the next one in', async () => {
  const budget = createBudget(10);
  const release = await budget.acquire(5);
  const stop = new AbortController();
  const waiting = budget.acquire(10, stop.signal);
  const next = budget.acquire(5);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  await next;
  release();
  await expect(budget.acquire(1, AbortSignal.abort())).rejects.toMatchObject({
    name: 'AbortError',
  });
});

it('never has more in flight than allowed, and ends', async () => {
  const budget = createBudget(64);
  let inFlight = 0;
  let most = 0;
  const work = async (bytes: number) => {
    const release = await budget.acquire(bytes);
    inFlight += bytes;
    most = Math.max(most, inFlight);
    await tick();
    inFlight -= bytes;
    release();
  };
  await Promise.all(Array.from({ length: 200 }, (_, i) => work((i * 7) % 65)));
  expect(most).toBeLessThanOrEqual(64);
  expect(inFlight).toBe(0);
});

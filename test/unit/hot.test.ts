import { beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Hot from '../../src/hot.ts';

let hot: typeof Hot;
let now = 0;
beforeEach(async () => {
  vi.resetModules();
  hot = await import('../../src/hot.ts');
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  return () => {
    clock.mockRestore();
  };
});

const call = (ms: number) => {
  hot.runHot(() => {
    now += ms;
  });
};
/** Answers until the next yes. */
const noes = () => {
  let count = 0;
  while (!hot.isHot()) count += 1;
  return count;
};

describe('whether reads wait for a disk', () => {
  it('is not told by one slow call, which may be a pause of the program or the machine', () => {
    call(30);
    expect(noes()).toBe(0);
    for (let i = 0; i < 100; i += 1) call(1);
    call(30);
    expect(noes()).toBe(0);
  });

  it('is told by two among a few, as of a stat that is quick and a read that is not', () => {
    for (const ms of [1, 7, 1, 7]) call(ms);
    expect(noes()).toBe(200);
    // From then on it is tried again.
    call(1);
    expect(noes()).toBe(0);
  });

  it('is told by a slow call that fails, too', () => {
    const fail = () => {
      now += 7;
      throw new Error('ENOENT');
    };
    expect(() => hot.runHot(fail)).toThrow('ENOENT');
    expect(() => hot.runHot(fail)).toThrow('ENOENT');
    expect(noes()).toBe(200);
  });
});

describe('turns of the event loop', () => {
  it('come as often with many readers as with one', async () => {
    let read = 0;
    let most = 0;
    let reading = true;
    const turn = () => {
      most = Math.max(most, read);
      read = 0;
      if (reading) setImmediate(turn);
    };
    turn();
    const reader = async () => {
      for (let i = 0; i < 50; i += 1) {
        await hot.breathe();
        now += 1; // millisecond, for one file
        read += 1;
      }
    };
    await Promise.all(Array.from({ length: 16 }, reader));
    reading = false;
    // Ten milliseconds, and what the other readers had begun by then.
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(10 + 16);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { mapAtOnce } from '../../src/at-once.ts';

describe('mapAtOnce', () => {
  it('keeps the order of the items, and runs so many at once and no more', async () => {
    let running = 0;
    let most = 0;
    const results = await mapAtOnce([5, 1, 4, 2, 3], 2, async (ms) => {
      most = Math.max(most, ++running);
      await sleep(ms);
      running -= 1;
      return ms * 2;
    });
    expect(results).toEqual([10, 2, 8, 4, 6]);
    expect(most).toBe(2);
  });

  it('begins nothing after a failure, and rejects when what had begun has ended', async () => {
    const ended: number[] = [];
    const work = mapAtOnce([0, 1, 2, 3], 2, async (item) => {
      if (item === 0) throw new Error('first');
      await sleep(5);
      ended.push(item);
    });
    await expect(work).rejects.toThrow('first');
    expect(ended).toEqual([1]);
  });
});

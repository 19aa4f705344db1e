import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { CollectEvent } from '../../src/types.ts';
import { createWaits } from '../../src/waits.ts';

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

function setUp() {
  const events: CollectEvent[] = [];
  return { events, waits: createWaits((event) => events.push(event)) };
}

describe('waiting', () => {
  it('is worth no word when it is over within a second', () => {
    const { events, waits } = setUp();
    const over = waits.onWait({ why: 'throttled', forMs: 0 });
    vi.advanceTimersByTime(900);
    over();
    vi.advanceTimersByTime(60_000);
    expect(events).toEqual([]);
  });

  it('of many requests is one event a second: the commonest reason, how many, since when', () => {
    const { events, waits } = setUp();
    const ends = [
      waits.onWait({ why: 'connection', forMs: 0 }),
      ...Array.from({ length: 3 }, () => waits.onWait({ why: 'throttled', forMs: 400 })),
    ];
    vi.advanceTimersByTime(2_000);
    ends.pop()?.();
    vi.advanceTimersByTime(1_000);
    for (const end of ends) end();
    vi.advanceTimersByTime(60_000);
    const told = { type: 'waiting', why: 'throttled' };
    expect(events).toEqual([
      { ...told, requests: 4, forMs: 1_400 },
      { ...told, requests: 4, forMs: 2_400 },
      { ...told, requests: 3, forMs: 3_400 },
      { ...told, requests: 0, forMs: 0 },
    ]);
  });

  it('ends with the run, also where a backend forgot to say so', () => {
    const { events, waits } = setUp();
    waits.onWait({ why: 'server error', forMs: 0 });
    vi.advanceTimersByTime(1_000);
    waits.end();
    vi.advanceTimersByTime(60_000);
    expect(events).toHaveLength(2);
    expect(events[1]).toMatchObject({ requests: 0 });
  });
});

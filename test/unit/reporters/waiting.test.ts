import { describe, expect, it, vi } from 'vitest';
import { createReporter } from '../../../src/reporters/reporter.ts';
import type { WaitReason } from '../../../src/types.ts';
import { createFakeIo } from '../../support/fake-io.ts';
import { upload } from '../../support/wanted.ts';

/** Half a minute of waiting, told every second, and what is written of it. */
function watch(options: {
  json?: boolean;
  verbosity?: number;
  tty?: boolean;
  why?: WaitReason;
  destination?: string;
}) {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const { json = false, verbosity = 1, tty = false, why = 'throttled' } = options;
  const io = createFakeIo([], { cwd: '/', tty });
  const reporter = createReporter(io, { json, verbosity, color: false, redact: (text) => text });
  const plan = { steps: [[upload('a.css', 'x'.repeat(1000)), upload('b.css', 'x')]] };
  const destination = options.destination ?? 's3://assets/static/';
  reporter.on({ type: 'begin', target: 'static', destination, dryRun: false, notes: [] });
  reporter.on({ type: 'applying', target: 'static', plan });
  for (let second = 1; second <= 30; second += 1) {
    now = second * 1000;
    reporter.on({ type: 'waiting', why, requests: 34, forMs: now });
  }
  reporter.on({ type: 'waiting', why, requests: 0, forMs: 0 });
  if (json) reporter.end(0);
  return { out: io.out(), err: io.err() };
}

describe('waiting', () => {
  it('is a line at once and then every ten seconds where there is no terminal', () => {
    const { err } = watch({});
    expect(err.split('\n').filter((line) => line.includes('waiting'))).toEqual([
      'S3 asks to slow down: 34 requests waiting, 1 s so far',
      'S3 asks to slow down: 34 requests waiting, 11 s so far',
      'S3 asks to slow down: 34 requests waiting, 21 s so far',
    ]);
  });

  it('takes the place of the bar on a terminal, and goes away again', () => {
    const { err } = watch({ tty: true });
    const drawn = err.split('\r\u001b[K');
    expect(drawn.filter((text) => text.includes('waiting'))).toHaveLength(30);
    expect(drawn).toContainEqual(
      expect.stringMatching(/^S3 asks to slow down: 34 requests waiting, 7 s so far; 0\/2 files/),
    );
    expect(drawn.at(-1)).toMatch(/^[█░]+ 0\/2 files/);
    expect(err.split('\n')).toHaveLength(3); // two lines of the beginning, and nothing that stays
  });

  it('is nothing with --quiet, on a terminal either', () => {
    expect(watch({ verbosity: 0 }).err).toBe('');
    expect(watch({ verbosity: 0, tty: true }).err).toBe('');
  });

  it('is an event at once, every ten seconds and at its end with --json', () => {
    const { out } = watch({ json: true });
    const events = out
      .split('\n')
      .filter((line) => line.includes('"waiting"'))
      .map((line) => JSON.parse(line) as object);
    expect(events).toEqual([
      { type: 'waiting', why: 'throttled', requests: 34, forMs: 1_000 },
      { type: 'waiting', why: 'throttled', requests: 34, forMs: 11_000 },
      { type: 'waiting', why: 'throttled', requests: 34, forMs: 21_000 },
      { type: 'waiting', why: 'throttled', requests: 0, forMs: 0 },
    ]);
  });

  it.each([
    ['server error', 'S3 fails'],
    ['connection', 'S3 is not reached'],
    ['unproved answer', 'what answers for S3 proves nothing'],
  ] as const)('says why: %s', (why, words) => {
    expect(watch({ why }).err).toContain(words);
  });

  it('names the destination of a backend of one’s own', () => {
    expect(watch({ destination: 'https://store.example' }).err).toContain(
      'https://store.example asks to slow down',
    );
  });
});

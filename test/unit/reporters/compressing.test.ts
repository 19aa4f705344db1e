import { describe, expect, it } from 'vitest';
import { createReporter } from '../../../src/reporters/reporter.ts';
import type { CollectEvent } from '../../../src/types.ts';
import { createFakeIo } from '../../support/fake-io.ts';

/** What is written of these events. */
function written(
  events: readonly CollectEvent[],
  {
    json = false,
    verbosity = 1,
    tty = false,
  }: { json?: boolean; verbosity?: number; tty?: boolean },
) {
  const io = createFakeIo([], { cwd: '/', tty });
  const reporter = createReporter(io, { json, verbosity, color: false, redact: (text) => text });
  for (const event of events) reporter.on(event);
  if (json) reporter.end(0);
  return { out: io.out(), err: io.err() };
}

/** So many seconds of compressing, told every second. */
function compressing(seconds: number): CollectEvent[] {
  const all = { type: 'compressing', ofFiles: 40, ofBytes: 8_000_000 } as const;
  return [
    ...Array.from({ length: seconds }, (_, i) => {
      return { ...all, files: i, bytes: i * 200_000, forMs: (i + 1) * 1000 };
    }),
    { ...all, files: 40, bytes: 8_000_000, forMs: 0 },
  ];
}

describe('compressing that takes long', () => {
  it('is a line every ten seconds where there is no terminal, and none of what is soon over', () => {
    const { err } = written([...compressing(8), ...compressing(25)], {});
    expect(err.split('\n')).toEqual([
      'compressing: 9 of 40 files, 1.8 MB of 8.0 MB, 10 s so far',
      'compressing: 19 of 40 files, 3.8 MB of 8.0 MB, 20 s so far',
      '',
    ]);
  });

  it('is drawn every second on a terminal, and goes away again', () => {
    const { err } = written(compressing(25), { tty: true });
    const drawn = err.split('\r\u001b[K');
    expect(drawn).toContain('compressing: 2 of 40 files, 400 kB of 8.0 MB, 3 s so far');
    expect(drawn.filter((text) => text.startsWith('compressing'))).toHaveLength(25);
    expect(drawn.at(-1)).toBe('');
    expect(err).not.toContain('\n');
  });

  it('is nothing with --quiet, on a terminal either', () => {
    expect(written(compressing(25), { verbosity: 0 }).err).toBe('');
    expect(written(compressing(25), { verbosity: 0, tty: true }).err).toBe('');
  });

  it('is an event every ten seconds with --json', () => {
    const { out } = written(compressing(25), { json: true });
    const events = out.trim().split('\n');
    expect(events.map((line) => JSON.parse(line) as object)).toEqual([
      { ...compressing(10)[9] },
      { ...compressing(20)[19] },
      { type: 'end', exitCode: 0 },
    ]);
  });
});

describe('what compressing came to', () => {
  const sums = { files: 5, before: 2000, after: 900 };
  const encodings = {
    br: { files: 3, before: 1200, after: 400 },
    gzip: { files: 2, before: 800, after: 500 },
  };

  it.each([
    [7, 0, ''],
    [0, 7, ' (all from the cache)'],
    [2, 5, ' (2 made anew)'],
  ])('is told for each encoding: %i made, %i in the cache', (made, cached, end) => {
    const compression = { ...sums, encodings, made, cached };
    expect(written([{ type: 'compressed', compression }], {}).err).toBe(
      `compressed: 3 files with br, 1.2 kB to 400 B; 2 files with gzip, 800 B to 500 B${end}\n`,
    );
  });
});

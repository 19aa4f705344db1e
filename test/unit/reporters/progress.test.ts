import { describe, expect, it, vi } from 'vitest';
import { createPrettyReporter } from '../../../src/reporters/pretty.ts';
import type { Plan, Upload } from '../../../src/types.ts';
import { createFakeIo } from '../../support/fake-io.ts';
import { upload } from '../../support/wanted.ts';

const planOf = (actions: Upload[]): Plan => ({ steps: [actions] });

/** What is written while two targets are planned and then carried out, a second a file. */
function watch(tty: boolean): string {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const io = createFakeIo([], { cwd: '/', tty });
  const reporter = createPrettyReporter(io, {
    json: false,
    verbosity: 1,
    color: false,
    redact: (text) => text,
  });
  const large = Array.from({ length: 30 }, (_, i) => upload(`${i}.css`, 'x'.repeat(1000)));
  const small = [upload('media.txt', 'M')];
  const targets = [
    { target: 'static', plan: planOf(large) },
    { target: 'media', plan: planOf(small) },
  ];
  for (const { plan } of targets) {
    reporter.on({ type: 'planned', plan, destination: 's3://b/', dryRun: false });
  }
  for (const { target, plan } of targets) {
    reporter.on({ type: 'applying', target, plan });
    for (const action of plan.steps.flat()) {
      now += 1000;
      reporter.on({ type: 'finished', outcome: { status: 'done', action } });
    }
  }
  return io.err();
}

describe('progress', () => {
  it('is counted for each target by itself, although all are planned first', () => {
    const err = watch(true);
    expect(err).toContain('15/30 files, 15 kB of 30 kB, 1.0 kB/s, 15.0 s left');
    expect(err).toContain('30/30 files, 30 kB of 30 kB');
    expect(err).toContain('1/1 files, 1 B of 1 B');
    expect(err).not.toContain('of 1 B, 1.0 kB/s');
  });

  it('is a line every ten seconds where there is no terminal', () => {
    const lines = watch(false)
      .split('\n')
      .filter((line) => line.startsWith('  '));
    expect(lines.map((line) => line.trim().split(',')[0])).toEqual([
      '10/30 files',
      '20/30 files',
      '30/30 files',
    ]);
  });
});

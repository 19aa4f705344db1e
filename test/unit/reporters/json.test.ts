import { expect, it } from 'vitest';
import { createReporter } from '../../../src/reporters/reporter.ts';
import { createFakeIo } from '../../support/fake-io.ts';

function setUp() {
  const io = createFakeIo([], { cwd: '/' });
  const writes: string[] = [];
  const stdout = { ...io.stdout, write: (text: string) => void writes.push(text) };
  const options = { json: true, verbosity: 1, color: false, redact: (text: string) => text };
  return { writes, reporter: createReporter({ ...io, stdout }, options) };
}

const unchanged = (i: number) =>
  ({
    type: 'finished',
    outcome: { status: 'done', action: { type: 'skip', key: `${i}.css`, reason: 'unchanged' } },
  }) as const;

it('tells of 10,000 unchanged files in a few writes, each of whole lines', () => {
  const { writes, reporter } = setUp();
  for (let i = 0; i < 10_000; i += 1) reporter.on(unchanged(i));
  reporter.end(0);
  expect(writes.length).toBeLessThan(20);
  expect(writes.filter((text) => !text.endsWith('\n'))).toEqual([]);
  const lines = writes.join('').trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { key?: string }).key)).toEqual([
    ...Array.from({ length: 10_000 }, (_, i) => `${i}.css`),
    undefined,
  ]);
});

it('tells of what has happened before anything else can', async () => {
  const { writes, reporter } = setUp();
  reporter.on(unchanged(1));
  await Promise.resolve();
  expect(writes.join('')).toContain('"1.css"');
  reporter.error(new Error('wrong'));
  expect(writes.join('')).toContain('"wrong"');
});

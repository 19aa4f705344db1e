import { describe, expect, it } from 'vitest';
import { applyPlan } from '../../src/apply.ts';
import { CollectError } from '../../src/errors.ts';
import { makePlan } from '../../src/plan.ts';
import { makeReport } from '../../src/report.ts';
import type { Outcome, Plan } from '../../src/types.ts';
import { createMemoryBackend } from '../support/memory-backend.ts';
import { planOptions, remove, upload } from '../support/wanted.ts';

const options = { concurrency: 8, on: () => undefined };
const denied = new CollectError('S3_ACCESS_DENIED', 'denied', { exitCode: 6 });
const vanished = new CollectError('SOURCE_VANISHED', 'gone', { exitCode: 4 });

const lines = (outcomes: readonly Outcome[]) =>
  outcomes.map(({ action, status }) => `${action.key} ${status}`);

const exitCode = (outcomes: readonly Outcome[]) =>
  makeReport({
    target: 'static',
    destination: 'memory://',
    dryRun: false,
    outcomes,
    found: { found: outcomes.length, ignored: 0, shadowed: 0 },
    warnings: [],
    durationMs: 1,
    refused: 0,
    interrupted: undefined,
  }).exitCode;

it('has an exit code for more failures than a function takes arguments', () => {
  const failed = { status: 'failed', action: upload('a.css', 'a'), error: denied } as const;
  expect(exitCode(Array.from({ length: 200_000 }, () => failed))).toBe(6);
});

describe('a destination without room', () => {
  it('gets no further write: what was not begun is not run', async () => {
    const full = new CollectError('DESTINATION_FULL', 'no room', { exitCode: 8 });
    const backend = createMemoryBackend({ failOn: { 'b.css': full } });
    const step = ['0', 'a.css', 'b.css', 'c.css'].map((name) => upload(name, name));
    const outcomes = await applyPlan({ steps: [step] }, backend, { ...options, concurrency: 1 });
    expect(lines(outcomes)).toEqual(['0 done', 'a.css done', 'b.css failed', 'c.css not-run']);
  });
});

describe('applyPlan', () => {
  it('puts every file and deletes what the plan says', async () => {
    const backend = createMemoryBackend();
    backend.objects.set('old.css', { bytes: Buffer.from('x'), headers: { contentType: 'a/b' } });
    const plan = { steps: [[upload('a.css'), upload('b.css')], [remove('old.css')]] };
    const outcomes = await applyPlan(plan, backend, options);
    expect(lines(outcomes)).toEqual(['a.css done', 'b.css done', 'old.css done']);
    expect([...backend.objects.keys()].sort()).toEqual(['a.css', 'b.css']);
    expect(exitCode(outcomes)).toBe(0);
  });

  it('does not delete anything, nor publish a page, when an upload failed', async () => {
    const backend = createMemoryBackend({ failOn: { 'b.css': new Error('lost') } });
    const plan: Plan = {
      steps: [[upload('a.css', '1'), upload('b.css', '22')], [upload('i.html')], [remove('old')]],
    };
    const outcomes = await applyPlan(plan, backend, options);
    expect(lines(outcomes)).toEqual([
      'a.css done',
      'b.css failed',
      'i.html not-run',
      'old not-run',
    ]);
    expect(exitCode(outcomes)).toBe(8);
  });

  it('lets the rest of a step go on when one of its files fails', async () => {
    const backend = createMemoryBackend({ failOn: { 'b.css': new Error('lost') } });
    const plan = { steps: [[upload('a.css', '1'), upload('b.css', '22'), upload('c.css', '333')]] };
    expect(lines(await applyPlan(plan, backend, options))).toEqual([
      'a.css done',
      'b.css failed',
      'c.css done',
    ]);
  });

  it('puts the smallest file alone and tries nothing else when that is denied', async () => {
    const backend = createMemoryBackend({ failOn: { 'tiny.css': denied } });
    const plan = { steps: [[upload('big.css', 'big'), upload('tiny.css', '')]] };
    const outcomes = await applyPlan(plan, backend, options);
    expect(backend.puts).toEqual(['tiny.css']);
    expect(lines(outcomes)).toEqual(['big.css not-run', 'tiny.css failed']);
    expect(exitCode(outcomes)).toBe(6);
  });

  it('asks the next file when the smallest cannot be read', async () => {
    const backend = createMemoryBackend({ failOn: { 'tiny.css': vanished } });
    const plan = { steps: [[upload('big.css', 'big'), upload('tiny.css', '')]] };
    const outcomes = await applyPlan(plan, backend, options);
    expect(backend.puts).toEqual(['tiny.css', 'big.css']);
    expect(exitCode(outcomes)).toBe(8);
  });

  it('gives exit 8 to a permission that was lost after something was written', async () => {
    const backend = createMemoryBackend({ failOn: { 'b.css': denied } });
    const plan = { steps: [[upload('a.css', '1'), upload('b.css', '22')]] };
    expect(exitCode(await applyPlan(plan, backend, options))).toBe(8);
  });

  it('runs at most as many puts at once as it may', async () => {
    const backend = createMemoryBackend();
    const plan = { steps: [Array.from({ length: 50 }, (_, i) => upload(`${i}.css`))] };
    await applyPlan(plan, backend, { ...options, concurrency: 4 });
    expect(backend.objects.size).toBe(50);
    expect(backend.most.running).toBe(4);
  });

  it('stops when it is told to, and says what was not tried', async () => {
    const stop = new AbortController();
    const backend = createMemoryBackend();
    const on = () => {
      if (backend.puts.length === 2) stop.abort('SIGINT');
    };
    const plan = { steps: [[upload('a', '1'), upload('b', '22'), upload('c', '333')]] };
    const outcomes = await applyPlan(plan, backend, {
      concurrency: 1,
      on,
      pass: { signal: stop.signal },
    });
    expect(lines(outcomes)).toEqual(['a done', 'b done', 'c not-run']);
  });

  it('has the lock asked for ahead of each step, when the last file before it is on its way', async () => {
    const backend = createMemoryBackend();
    const said: string[] = [];
    const plan = { steps: [[upload('a'), upload('b'), upload('c')], [upload('d')]] };
    await applyPlan(plan, backend, {
      concurrency: 1,
      on: (event) => {
        if (event.type === 'started') said.push(event.action.key);
      },
      ask: () => said.push('ask'),
      check: () => {
        said.push('check');
        return Promise.resolve();
      },
    });
    expect(said).toEqual(['ask', 'a', 'check', 'b', 'ask', 'c', 'check', 'd']);
  });

  it('counts no file as failed when it is stopped while it asks whether the lock is still its own', async () => {
    const stop = new AbortController();
    const backend = createMemoryBackend();
    const outcomes = await applyPlan({ steps: [[upload('a')], [upload('b')]] }, backend, {
      ...options,
      pass: { signal: stop.signal },
      check: () => {
        if (backend.puts.length === 0) return Promise.resolve();
        stop.abort('SIGINT');
        return Promise.reject(new Error('it was stopped'));
      },
    });
    expect(lines(outcomes)).toEqual(['a done', 'b not-run']);
  });
});

it('asks with a leaf even where a page is smaller', async () => {
  const backend = createMemoryBackend({ failOn: { 'a.css': denied } });
  const wanted = [upload('a.css', 'long'), upload('i.html', '')].map(({ file }) => file);
  const plan = makePlan(wanted, planOptions(new Map()));
  await applyPlan(plan, backend, options);
  expect(backend.puts).toEqual(['a.css']);
});

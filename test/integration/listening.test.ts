import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli.ts';
import { collect } from '../../src/collect.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { CollectEvent, Listener } from '../../src/types.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { lastReport } from '../support/deploy-scenario.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import { createMemoryBackend } from '../support/memory-backend.ts';

let fake: FakeS3;
let site: Site;
beforeEach(async () => {
  fake = await startFakeS3();
  fake.createBucket('assets');
  site = await createSite({ 'static/a.css': 'A', 'static/b.css': 'BB', 'package.json': '{}' });
});
afterEach(async () => {
  await fake.close();
  await site.remove();
});

const ioFor = (args: string[], tty = false) =>
  createFakeIo(['--to', 's3://assets/static', ...args], {
    cwd: site.dir,
    tty,
    env: {
      AWS_ACCESS_KEY_ID: fake.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: fake.credentials.secretAccessKey,
      AWS_S3_ENDPOINT_URL: fake.endpoint,
    },
  });

describe('while requests are tried again', () => {
  it.each([
    ['a listing', 'ListObjectsV2'],
    ['an upload', 'PutObject'],
  ])('the user is told: %s', async (_, op) => {
    const io = ioFor([]);
    // It goes on for as long as nothing was said of it.
    fake.fault = (request) =>
      request.op === op && !io.err().includes('waiting') ? { status: 503 } : undefined;
    expect(await main(io)).toBe(0);
    expect(io.err()).toMatch(/^S3 asks to slow down: 1 request waiting, \d s so far$/m);
  });

  it('programs are told with --json, and that it goes on', async () => {
    const io = ioFor(['--json']);
    fake.fault = () => (io.out().includes('waiting') ? undefined : { status: 500 });
    expect(await main(io)).toBe(0);
    const waits = io
      .out()
      .split('\n')
      .filter((line) => line.includes('"type":"waiting"'));
    expect(waits.map((line) => JSON.parse(line) as object)).toMatchObject([
      { why: 'server error', requests: 1 },
      { why: 'server error', requests: 0 },
    ]);
    expect(io.err()).toBe('');
  });
});

describe('a run that is stopped before its first write', () => {
  it('says that nothing was written', async () => {
    const stop = new AbortController();
    fake.fault = () => {
      stop.abort('SIGTERM');
      return { delayMs: 20 };
    };
    const json = { ...ioFor(['--json']), signal: stop.signal };
    expect(await main(json)).toBe(143);
    expect(lastReport(json.out())).toMatchObject({ exitCode: 143, counts: { found: 2 } });
    const pretty = { ...ioFor([]), signal: stop.signal };
    expect(await main(pretty)).toBe(143);
    expect(pretty.out()).toMatch(/incomplete \(exit 143\).*nothing was written/);
    expect(fake.writes()).toEqual([]);
  });
});

describe('a run that is stopped during its first write', () => {
  it('does not say that nothing was written, for the store may have done it', async () => {
    const stop = new AbortController();
    fake.fault = ({ key }) => {
      if (key !== 'static/a.css') return undefined;
      stop.abort('SIGINT');
      return { delayMs: 10_000 };
    };
    const io = { ...ioFor([]), signal: stop.signal };
    expect(await main(io)).toBe(130);
    expect([...fake.objects('assets').keys()]).toEqual(['static/a.css']);
    expect(io.out()).toMatch(/incomplete \(exit 130\).*; every key is whole, old or new\./);
  });
});

describe('a listener that fails', () => {
  const failing = {
    throws: (event: CollectEvent) => {
      throw new Error(`deaf to ${event.type}`);
    },
    rejects: (event: CollectEvent) => Promise.reject(new Error(`deaf to ${event.type}`)),
  };

  it.each(['throws', 'rejects'] as const)(
    'stops nothing, and is told of afterwards: it %s',
    async (how) => {
      const config = await loadConfig({ cwd: site.dir, env: {}, flags: {} });
      const backend = createMemoryBackend();
      const listener: unknown = failing[how];
      const ended = collect(config, backend, { on: listener as Listener });
      await expect(ended).rejects.toThrow('deaf to begin');
      expect([...backend.objects.keys()].sort()).toEqual(['a.css', 'b.css']);
    },
  );
});

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createAttempts, type Request } from '../../../../src/backends/s3/attempt.ts';
import { toCollectError } from '../../../../src/backends/s3/errors.ts';
import { createGate } from '../../../../src/backends/s3/gate.ts';
import { realTime } from '../../../../src/backends/s3/timing.ts';
import { unproved } from '../../../../src/backends/s3/proof.ts';
import { failure, s3Error } from './setup.ts';

const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

const setUp = ({ random }: { random?: () => number } = {}) => {
  const gate = createGate(64);
  const run = createAttempts({
    timing: realTime,
    requestTimeout: 60_000,
    gate,
    ...(random && { random }),
  });
  return { gate, run };
};

/** A request that fails with each of these, the last one for ever; `undefined` is the answer "ok". */
function failing(...errors: (Error | undefined)[]) {
  const attempt = vi.fn(() => {
    const error = errors.length > 1 ? errors.shift() : errors[0];
    return error === undefined ? Promise.resolve('ok') : Promise.reject(error);
  });
  return { attempt, ...about };
}

const about: Omit<Request<string>, 'attempt'> = {
  explain: (error: unknown) => toCollectError(error, { bucket: 'b', operation: 'put', key: 'k' }),
  refresh: undefined,
  writes: true,
  bytes: 0,
  signal: undefined,
};

/** What it came to, and after how many seconds. */
async function outcome(promise: Promise<unknown>) {
  const start = performance.now();
  const result = failure(promise).then((value) => ({
    value,
    seconds: (performance.now() - start) / 1000,
  }));
  await vi.runAllTimersAsync();
  return result;
}

describe('an outage', () => {
  it('of a minute of 503 is survived, also at the start', async () => {
    const { run } = setUp();
    const end = performance.now() + 60_000;
    const slowDown = s3Error('SlowDown', 503);
    const request = {
      ...about,
      attempt: () => (performance.now() < end ? Promise.reject(slowDown) : Promise.resolve('ok')),
    };
    const { value, seconds } = await outcome(run(request));
    expect(value).toEqual({ resolved: 'ok' });
    expect(seconds).toBeGreaterThanOrEqual(60);
    expect(seconds).toBeLessThan(85);
  });

  it('that does not end is given up after two minutes, saying how often it was tried', async () => {
    const { run } = setUp();
    const { value, seconds } = await outcome(run(failing(s3Error('SlowDown', 503))));
    expect(value).toMatchObject({ code: 'S3_THROTTLED', exitCode: 8 });
    expect(value).toHaveProperty('message', expect.stringMatching(/after \d+ attempts in \d+ s$/));
    expect(seconds).toBeGreaterThanOrEqual(120);
    expect(seconds).toBeLessThan(141);
  });

  it('is paid for once: when all has failed for two minutes, the next request fails at once', async () => {
    const { run } = setUp();
    await outcome(run(failing(s3Error('SlowDown', 503))));
    expect((await outcome(run(failing(s3Error('SlowDown', 503))))).seconds).toBe(0);
    expect((await outcome(run(failing(undefined)))).value).toEqual({ resolved: 'ok' });
    expect((await outcome(run(failing(reset)))).seconds).toBeGreaterThan(119);
  });

  it('at which nobody is there ends after ten seconds, unless somebody was there before', async () => {
    const { run } = setUp();
    const { value, seconds } = await outcome(run(failing(refused)));
    expect(value).toMatchObject({ code: 'S3_CONNECTION_REFUSED', exitCode: 7 });
    expect(seconds).toBeGreaterThanOrEqual(10);
    expect(seconds).toBeLessThan(31);
    await outcome(run(failing(undefined)));
    expect((await outcome(run(failing(refused)))).seconds).toBeGreaterThan(119);
  });
});

describe('an attempt', () => {
  it('that is denied is the only one', async () => {
    const { run } = setUp();
    const request = failing(s3Error('AccessDenied', 403));
    expect((await outcome(run(request))).value).toMatchObject({ code: 'S3_ACCESS_DENIED' });
    expect(request.attempt).toHaveBeenCalledTimes(1);
  });

  it('whose answer proves nothing is followed by another', async () => {
    const { run } = setUp();
    const accept = vi.fn().mockImplementationOnce(() => {
      throw unproved('junk');
    });
    const request = { ...failing(undefined), accept };
    expect((await outcome(run(request))).value).toEqual({ resolved: 'ok' });
    expect(request.attempt).toHaveBeenCalledTimes(2);
  });

  it('that never ends is cut off after its deadline, even if it does not mind the signal', async () => {
    const { run } = setUp();
    const attempt = vi.fn(() => new Promise<string>(() => undefined));
    attempt.mockImplementationOnce(() => new Promise(() => undefined));
    attempt.mockImplementationOnce(() => new Promise(() => undefined));
    attempt.mockImplementationOnce(() => Promise.resolve('ok'));
    const { value, seconds } = await outcome(run({ ...about, attempt, bytes: 500 * 1024 }));
    expect(value).toEqual({ resolved: 'ok' });
    // Ten seconds for the bytes each time, 10 and 20 for the answer, and back-offs.
    expect(seconds).toBeGreaterThanOrEqual(50);
    expect(seconds).toBeLessThan(52);
  });

  it('waits as long as the server asks for', async () => {
    const { run } = setUp();
    const busy = s3Error('SlowDown', 503, {}, { 'retry-after': '30' });
    const { seconds } = await outcome(run(failing(busy, undefined)));
    expect(seconds).toBeGreaterThanOrEqual(30);
    expect(seconds).toBeLessThan(31);
  });

  it('that is throttled leaves room for fewer at once', async () => {
    const { run, gate } = setUp();
    await outcome(run(failing(s3Error('SlowDown', 503), undefined)));
    expect(gate.limit).toBe(32);
    await outcome(run(failing(reset, undefined)));
    expect(gate.limit).toBe(32);
  });

  it('with an expired token is followed by one with new credentials, and by no third', async () => {
    const { run } = setUp();
    const refresh = vi.fn(() => Promise.resolve());
    const expired = s3Error('ExpiredToken', 400);
    const once = { ...failing(expired, undefined), refresh };
    expect((await outcome(run(once))).value).toEqual({ resolved: 'ok' });
    const twice = { ...failing(expired), refresh };
    expect((await outcome(run(twice))).value).toMatchObject({ code: 'S3_EXPIRED_TOKEN' });
    expect(refresh).toHaveBeenCalledTimes(2);
    const fixed = failing(expired);
    expect((await outcome(run(fixed))).value).toMatchObject({ code: 'S3_EXPIRED_TOKEN' });
    expect(fixed.attempt).toHaveBeenCalledTimes(1);
  });

  it('that was denied after one that may have been carried out promises nothing', async () => {
    const { run } = setUp();
    const denied = s3Error('AccessDenied', 403);
    const put = await outcome(run(failing(reset, denied)));
    expect(put.value).toMatchObject({ code: 'S3_ACCESS_DENIED', exitCode: 8 });
    const look = await outcome(run({ ...failing(reset, denied), writes: false }));
    expect(look.value).toMatchObject({ code: 'S3_ACCESS_DENIED', exitCode: 6 });
  });
});

describe('a wait', () => {
  it('is told at each failure that another attempt follows, with no moment between, until the end', async () => {
    const { run } = setUp({ random: () => 0.5 });
    let open = 0;
    const told: string[] = [];
    const onWait = ({ why, forMs }: { why: string; forMs: number }) => {
      told.push(`${why} ${forMs > 0 ? 'later' : 'first'}, ${open} open`);
      open += 1;
      return () => (open -= 1);
    };
    const request = { ...failing(s3Error('SlowDown', 503), reset, undefined), onWait };
    expect((await outcome(run(request))).value).toEqual({ resolved: 'ok' });
    expect(told).toEqual(['throttled first, 0 open', 'connection later, 1 open']);
    expect(open).toBe(0);
  });

  it.each([
    [s3Error('SlowDown', 503), 'throttled'],
    [s3Error('InternalError', 500), 'server error'],
    [reset, 'connection'],
    [refused, 'connection'],
    [Object.assign(new Error('slow'), { name: 'TimeoutError' }), 'connection'],
    [s3Error('BadDigest', 400), 'unproved answer'],
    [unproved('junk'), 'unproved answer'],
  ])('has a reason: %s', async (error, why) => {
    const { run } = setUp();
    const onWait = vi.fn(() => () => undefined);
    await outcome(run({ ...failing(error, undefined), onWait }));
    expect(onWait).toHaveBeenCalledExactlyOnceWith({ why, forMs: 0 });
  });

  it('is none where nothing is tried again', async () => {
    const { run } = setUp();
    const onWait = vi.fn(() => () => undefined);
    await outcome(run({ ...failing(s3Error('AccessDenied', 403)), onWait }));
    expect(onWait).not.toHaveBeenCalled();
  });
});

describe('being stopped', () => {
  it.each([
    ['a back-off', failing(s3Error('SlowDown', 503, {}, { 'retry-after': '60' }))],
    ['an attempt', { ...about, attempt: () => new Promise<string>(() => undefined) }],
  ])('ends %s at once', async (_, request) => {
    const { run } = setUp();
    const stop = new AbortController();
    const start = performance.now();
    const result = failure(run({ ...request, signal: stop.signal }));
    await vi.advanceTimersByTimeAsync(1_000);
    stop.abort('SIGINT');
    expect(await result).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
    expect(performance.now() - start).toBe(1_000);
  });

  it('lets no further attempt begin', async () => {
    const { run } = setUp();
    const request = { ...failing(reset), signal: AbortSignal.abort() };
    expect((await outcome(run(request))).value).toMatchObject({ code: 'INTERRUPTED' });
    expect(request.attempt).not.toHaveBeenCalled();
  });
});

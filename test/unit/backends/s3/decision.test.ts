import { describe, expect, it } from 'vitest';
import {
  decide,
  kindOf,
  parseRetryAfter,
  type Failed,
  type Standing,
} from '../../../../src/backends/s3/decision.ts';
import { deadlineOf, realTime } from '../../../../src/backends/s3/timing.ts';

const fresh: Standing = {
  attempts: 1,
  failingFor: 0,
  answered: true,
  refreshable: false,
  refreshed: false,
  skewed: false,
};

const next = (failed: Failed, standing: Partial<Standing> = {}, random = 0.5) =>
  decide(failed, { ...fresh, ...standing }, realTime, random).next;

describe('after a failed attempt there is', () => {
  it.each<[string, Failed, Partial<Standing>, unknown]>([
    ['no other one when it was fatal', { kind: 'fatal' }, {}, 'give up'],
    ['another one after half of 200 ms', { kind: 'transient' }, {}, 100],
    ['another one after half of 400 ms', { kind: 'transient' }, { attempts: 2 }, 200],
    ['another one after half of 12.8 s', { kind: 'throttled' }, { attempts: 7 }, 6_400],
    ['never a longer back-off than 20 s', { kind: 'throttled' }, { attempts: 2_000 }, 10_000],
    ['another one after 119 s', { kind: 'throttled' }, { failingFor: 119_000 }, 100],
    [
      'the last one after 120 s, however long the back-off',
      { kind: 'throttled' },
      { failingFor: 119_000, attempts: 9 },
      1_000,
    ],
    ['none after 120 s', { kind: 'throttled' }, { failingFor: 120_000 }, 'give up'],
    ['one at a first contact that is throttled', { kind: 'throttled' }, { answered: false }, 100],
    [
      'one after a minute of resets at a first contact',
      { kind: 'transient' },
      { answered: false, failingFor: 60_000 },
      100,
    ],
    [
      'one after 9 s when nobody was there yet',
      { kind: 'unreached' },
      { answered: false, failingFor: 9_000 },
      100,
    ],
    [
      'the last one after 10 s, however long the back-off, when nobody was there yet',
      { kind: 'unreached' },
      { answered: false, failingFor: 9_500, attempts: 8 },
      500,
    ],
    [
      'none after 10 s when nobody was there yet',
      { kind: 'unreached' },
      { answered: false, failingFor: 10_000 },
      'give up',
    ],
    [
      'one after a minute when somebody was there before',
      { kind: 'unreached' },
      { failingFor: 60_000 },
      100,
    ],
    ['none with an expired key of the configuration', { kind: 'expired' }, {}, 'give up'],
    ['one with new credentials', { kind: 'expired' }, { refreshable: true }, 'refresh'],
    [
      'none when the new ones have expired too',
      { kind: 'expired' },
      { refreshable: true, refreshed: true },
      'give up',
    ],
    ['one at once with the clock set', { kind: 'skewed' }, {}, 0],
    ['none when that did not help', { kind: 'skewed' }, { skewed: true }, 'give up'],
    ['one when the server wants it', { kind: 'throttled', retryAfter: 3_000 }, {}, 3_100],
    ['one after a minute at the latest', { kind: 'throttled', retryAfter: 1e12 }, {}, 60_100],
  ])('%s', (_, failed, standing, expected) => {
    expect(next(failed, standing)).toBe(expected);
  });
});

it('backs off by anything between nothing and the longest', () => {
  expect(next({ kind: 'transient' }, { attempts: 3 }, 0)).toBe(0);
  expect(next({ kind: 'transient' }, { attempts: 3 }, 0.999)).toBeCloseTo(800, -1);
});

describe('an error is', () => {
  it.each([
    ['S3_ACCESS_DENIED', 403, 'fatal'],
    ['S3_NO_SUCH_BUCKET', 404, 'fatal'],
    ['S3_INVALID_ARGUMENT', 400, 'fatal'],
    ['S3_ACL_NOT_SUPPORTED', 400, 'fatal'],
    ['S3_SIGNATURE_MISMATCH', 403, 'fatal'],
    ['S3_WRONG_REGION', 301, 'fatal'],
    ['S3_UNEXPECTED', undefined, 'fatal'],
    ['S3_NO_CREDENTIALS', undefined, 'fatal'],
    ['INTERRUPTED', undefined, 'fatal'],
    ['S3_THROTTLED', 503, 'throttled'],
    ['S3_SERVER_ERROR', 500, 'transient'],
    ['S3_BAD_DIGEST', 400, 'transient'],
    ['S3_TIMEOUT', 400, 'transient'],
    ['S3_CONNECTION_LOST', undefined, 'transient'],
    ['S3_UNPROVED', undefined, 'transient'],
    ['S3_BAD_LISTING', undefined, 'transient'],
    ['S3_BAD_ANSWER', 200, 'transient'],
    ['S3_BAD_ANSWER', 404, 'fatal'],
    ['S3_PROXY_REFUSED', 403, 'fatal'],
    ['S3_PROXY_REFUSED', 503, 'transient'],
    ['S3_DNS', undefined, 'unreached'],
    ['S3_TLS', undefined, 'unreached'],
    ['S3_CONNECTION_REFUSED', undefined, 'unreached'],
    ['S3_EXPIRED_TOKEN', 400, 'expired'],
    ['S3_CLOCK_SKEW', 403, 'skewed'],
  ])('%s with HTTP %s: %s', (code, status, kind) => {
    expect(kindOf(code, status)).toBe(kind);
  });
});

describe('Retry-After', () => {
  const date = 'Tue, 03 Mar 2026 10:00:00 GMT';
  it.each([
    [undefined, undefined],
    ['0', 0],
    ['3', 3_000],
    ['1000000000', 1e12],
    ['Tue, 03 Mar 2026 10:00:07 GMT', 7_000],
    ['Tue, 03 Mar 2026 09:00:00 GMT', undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['', undefined],
    ['Tue, never', undefined],
  ])('%s is %s ms', (value, expected) => {
    expect(parseRetryAfter(value, date)).toBe(expected);
  });

  it('as a date says nothing without the date of the server', () => {
    expect(parseRetryAfter('Tue, 03 Mar 2026 10:00:07 GMT', undefined)).toBeUndefined();
  });
});

describe('an attempt may take', () => {
  const kiB = 1024;
  it.each([
    ['10 s at first', 60_000, 0, 0, 10_000],
    ['20 s after a timeout', 60_000, 1, 0, 20_000],
    ['never more than configured', 60_000, 8, 0, 60_000],
    ['less than 10 s where less is configured', 500, 0, 0, 500],
    ['a second more for each 50 KiB', 60_000, 0, 500 * kiB, 20_000],
  ])('%s', (_, requestTimeout, timeouts, bytes, expected) => {
    expect(deadlineOf(realTime, requestTimeout, { timeouts, bytes })).toBe(expected);
  });
});

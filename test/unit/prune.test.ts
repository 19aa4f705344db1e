import { describe, expect, it } from 'vitest';
import { checkPrune, findPrunable, isSameRelease, type PruneInput } from '../../src/prune.ts';
import type { Former, Release, ReleaseEntry } from '../../src/release.ts';
import type { Config, StoredObject } from '../../src/types.ts';

const day = 86_400;
const now = 1_800_000_000;
const entry: ReleaseEntry = { sha256: 'a'.repeat(64), size: 1, headers: undefined };

function release(keys: readonly string[], former: Record<string, Former> = {}): Release {
  return {
    id: 'r',
    sequence: 10,
    deployedMs: 0,
    acl: 'none',
    entries: new Map(keys.map((key) => [key, entry])),
    former: new Map(Object.entries(former)),
    past: [],
  };
}

function input(
  previous: Release,
  keys: readonly string[],
  more: Partial<PruneInput> = {},
): PruneInput {
  const all = [...previous.entries.keys(), ...previous.former.keys(), 'theirs'];
  return {
    previous,
    keys: new Set(keys),
    stored: new Map(all.map((key): [string, StoredObject] => [key, { key, size: 1 }])),
    changes: false,
    retain: { releases: 5, days: 30, maxDeletes: 1000, maxDeletePercent: 50 },
    nowMs: now * 1000,
    ...more,
  };
}

const keysOf = (one: PruneInput) => findPrunable(one).map(({ key }) => key);

describe('findPrunable', () => {
  it('takes nothing that is not recorded as ours', () => {
    expect(keysOf(input(release(['a']), ['a']))).toEqual([]);
  });

  it('takes what none of the releases to be kept has, and what is unused for long enough', () => {
    const old = now - 31 * day;
    const previous = release(['a'], {
      both: { sequence: 5, since: old },
      recent: { sequence: 5, since: now - 29 * day },
      kept: { sequence: 6, since: old },
      wanted: { sequence: 1, since: old },
    });
    expect(keysOf(input(previous, ['a', 'wanted']))).toEqual(['both']);
    // One more release, and one less that is kept.
    expect(keysOf(input(previous, ['a', 'wanted'], { changes: true }))).toEqual(['both', 'kept']);
  });

  it('leaves what is gone already', () => {
    const previous = release([], { gone: { sequence: 1, since: 0 } });
    expect(keysOf(input(previous, [], { stored: new Map() }))).toEqual([]);
  });

  it('leaves what was stored after a delete, and takes what the delete did not reach', () => {
    const previous = release([], {
      back: { sequence: 1, since: 0, leaving: 100 },
      still: { sequence: 1, since: 0, leaving: 100 },
      timeless: { sequence: 1, since: 0, leaving: 100 },
    });
    const stored = new Map<string, StoredObject>([
      ['back', { key: 'back', size: 1, modifiedMs: 101_000 }],
      ['still', { key: 'still', size: 1, modifiedMs: 100_500 }],
      ['timeless', { key: 'timeless', size: 1 }],
    ]);
    expect(keysOf(input(previous, [], { stored }))).toEqual(['still', 'timeless']);
  });

  it('takes at once what only the last release had, where one release is kept for no time', () => {
    const retain = { releases: 1, days: 0, maxDeletes: 1000, maxDeletePercent: 50 };
    expect(keysOf(input(release(['a', 'b']), ['a'], { changes: true, retain }))).toEqual(['b']);
  });
});

describe('checkPrune', () => {
  const config = (more: object = {}) =>
    ({
      retain: { releases: 5, days: 30, maxDeletes: 20, maxDeletePercent: 50 },
      acceptDeletes: undefined,
      acceptShrink: false,
      ...more,
    }) as Config;
  const keys = Array.from({ length: 100 }, (_, i) => `k${i}`);
  const deletes = (count: number) =>
    Array.from(
      { length: count },
      (_, i) => ({ type: 'delete', key: `d${i}`, reason: 'orphan' }) as const,
    );
  const check = (count: number, files: number, more: object = {}, before = keys) => {
    checkPrune(
      deletes(count),
      { previous: release(before), keys: new Set(keys.slice(0, files)) },
      config(more),
    );
  };

  it('stops where the sources have shrunk by more than half, unless that is meant', () => {
    expect(() => {
      check(0, 50);
    }).not.toThrow();
    expect(() => {
      check(0, 49);
    }).toThrow(expect.objectContaining({ code: 'SOURCE_SHRANK', exitCode: 5 }));
    expect(() => {
      check(0, 49, { acceptShrink: true });
    }).not.toThrow();
  });

  it('stops before more deletes than a deploy may do, in count or in percent', () => {
    const refused = expect.objectContaining({ code: 'TOO_MANY_DELETES', exitCode: 5 }) as Error;
    expect(() => {
      check(20, 100);
    }).not.toThrow();
    expect(() => {
      check(21, 100);
    }).toThrow(refused);
    const few = keys.slice(0, 24);
    expect(() => {
      check(12, 100, {}, few);
    }).not.toThrow();
    expect(() => {
      check(13, 100, {}, few);
    }).toThrow(refused);
    expect(() => {
      check(10, 100, {}, keys.slice(0, 10));
    }).not.toThrow();
  });

  it('lets pass as many as are accepted', () => {
    expect(() => {
      check(25, 100, { acceptDeletes: 25 });
    }).not.toThrow();
    expect(() => {
      check(26, 100, { acceptDeletes: 25 });
    }).toThrow('26 of 100');
  });
});

describe('isSameRelease', () => {
  const headers = { contentType: 'text/css', cacheControl: 'no-cache' };
  const file = (key: string, more: object = {}) => {
    return { key, headers, digests: { md5: '', etag: '', sha256: entry.sha256 }, ...more };
  };
  const known = { ...release([]), entries: new Map([['a', { ...entry, headers }]]) };

  it('knows a repair from a release, whatever the repair has to put back', () => {
    expect(isSameRelease([file('a')], known, undefined)).toBe(true);
    expect(isSameRelease([file('a', { headers: { ...headers } })], known, 'none')).toBe(true);
  });

  it.each([
    ['another file', [file('a'), file('b')], 'none'],
    ['a file less', [], 'none'],
    ['another name', [file('b')], 'none'],
    ['other bytes', [file('a', { digests: { md5: '', etag: '', sha256: 'b' } })], 'none'],
    ['other headers', [file('a', { headers: { contentType: 'text/css' } })], 'none'],
    ['another ACL', [file('a')], 'public-read'],
  ])('takes %s for another release', (_, files, acl) => {
    expect(isSameRelease(files, known, acl)).toBe(false);
  });
});

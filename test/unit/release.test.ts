import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeRelease } from '../../src/encode-release.ts';
import { decodeRelease, releaseId, type Release } from '../../src/release.ts';

const headers = { contentType: 'text/css', metadata: { team: 'web' }, cacheControl: 'no-cache' };
const release: Release = {
  id: 'f'.repeat(64),
  sequence: 7,
  deployedMs: Date.UTC(2026, 0, 2),
  acl: 'public-read',
  entries: new Map([
    ['b.css', { sha256: '0'.repeat(64), size: 2, headers, etag: 'x-3' }],
    [
      'a.css',
      { sha256: '1'.repeat(64), size: 1, headers: { ...headers }, modified: 1_700_000_000 },
    ],
    ['__proto__', { sha256: '2'.repeat(64), size: 0, headers: undefined }],
  ]),
  former: new Map([
    ['old.css', { sequence: 6, since: 1_600_000_000 }],
    ['older.css', { sequence: 5, since: 1_500_000_000, leaving: 1_400_000_000 }],
  ]),
  past: [
    { id: 'd'.repeat(64), sequence: 5, deployedMs: Date.UTC(2026, 0, 1), files: 4 },
    { id: 'e'.repeat(64), sequence: 6, deployedMs: Date.UTC(2026, 0, 1), files: 3, restores: 4 },
  ],
  restores: 5,
};

const encoded = await encodeRelease(release);

describe('a release record', () => {
  it('says the same when it is read back', () => {
    const read = decodeRelease(encoded);
    expect(read).toEqual({ is: 'release', release });
  });

  it('says the same when it has several thousand rows', async () => {
    for (const count of [0, 1, 1_000, 2_001]) {
      const entry = { sha256: '1'.repeat(64), size: 1, headers };
      const keys = Array.from({ length: count }, (_, i) => `a/${count - i}.css`);
      const many = { ...release, entries: new Map(keys.map((key) => [key, entry])) };
      expect(decodeRelease(await encodeRelease(many))).toEqual({ is: 'release', release: many });
    }
  });

  it('keeps equal headers once', () => {
    const text = gunzipSync(encoded).toString();
    expect(text.split('"no-cache"')).toHaveLength(2);
  });

  it.each([
    ['junk', Buffer.from('junk')],
    ['half of one', encoded.subarray(0, 80)],
    ['another document', gzipSync('{"paths":{}}')],
    ['one without rows', gzipSync('{"format":"collect-static release","version":1}')],
    [
      'one with a row that is none',
      gzipSync(gunzipSync(encoded).toString().replace('["AAAA', '[5,"AAAA')),
    ],
  ])('is known for broken when it is %s', (_, bytes) => {
    expect(decodeRelease(bytes)).toMatchObject({ is: 'broken' });
  });

  it('of a later version is known for that', () => {
    const later = gzipSync('{"format":"collect-static release","version":2,"objects":5}');
    expect(decodeRelease(later)).toEqual({ is: 'newer', version: 2 });
  });
});

describe('a release’s id', () => {
  const idWith = (more: Partial<Release>) => releaseId({ ...release, ...more });

  it('is the same for the same files, in whatever order they were found and headers were set', () => {
    const { cacheControl, contentType, metadata } = headers;
    const turned = new Map(
      [...release.entries].reverse().map(([key, entry]) => {
        const same = entry.headers && { metadata, cacheControl, contentType };
        return [key, { ...entry, headers: same }] as const;
      }),
    );
    expect(idWith({ entries: turned })).toBe(idWith({}));
    expect(idWith({ sequence: 99, deployedMs: 0, past: [] })).toBe(idWith({}));
  });

  it('is another for other bytes, headers, keys or another ACL', () => {
    const [first, ...rest] = [...release.entries];
    const other = (change: object) =>
      idWith({
        entries: new Map([...rest, [first?.[0] ?? '', { ...first?.[1], ...change }] as never]),
      });
    const ids = [
      idWith({}),
      idWith({ acl: 'private' }),
      idWith({ entries: new Map(rest) }),
      other({ sha256: '9'.repeat(64) }),
      other({ headers: { ...headers, cacheControl: 'max-age=1' } }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

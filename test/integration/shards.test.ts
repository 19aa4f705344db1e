import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { SiteFiles } from '../support/create-site.ts';
import { createPlace, run, type Place } from '../support/deploying.ts';

const record = 'static/.collect-static/release.json.gz';
/** What is kept of a release says the same as the record of it. */
const kept = 'static/.collect-static/releases/';

const pictures = Object.fromEntries(
  Array.from({ length: 40 }, (_, i) => [`static/p${i}.png`, `${i} `.repeat(1 + (i % 7) * 3_000)]),
);
const files: SiteFiles = {
  ...pictures,
  'static/app.css': 'a { background: url(p1.png) }',
  'static/index.html': '<link rel=stylesheet href=app.css>',
};

/** Everything about the objects of the site, and what the record says of it beside times. */
function stored({ fake }: Place) {
  const objects = [...fake.objects('assets')].filter(
    ([key]) => key !== record && !key.startsWith(kept),
  );
  const document = JSON.parse(
    gunzipSync(fake.objects('assets').get(record)?.bytes ?? '').toString(),
  ) as { deployed: unknown; objects: Record<string, [string, number, number, ...unknown[]]> };
  const { deployed, ...told } = document;
  expect(deployed).toEqual(expect.any(String));
  return {
    releases: [...fake.objects('assets').keys()].filter((key) => key.startsWith(kept)),
    objects: objects.map(([key, { bytes, headers, acl }]) => {
      const { 'last-modified': time, date, ...others } = headers;
      expect([typeof time, typeof date]).not.toContain('object');
      return { key, text: bytes.toString(), headers: others, acl };
    }),
    record: {
      ...told,
      // The time of what was there before is in it.
      objects: Object.entries(told.objects).map(([key, [digest, size, at]]) => [
        key,
        digest,
        size,
        (told as unknown as { headers: unknown[] }).headers[at],
      ]),
    },
  };
}

const shard = (place: Place, text: string, env = {}) =>
  run(place, ['apply', 'plan.json', '--shard', text], env);

const keysOf = ({ fake }: Place) =>
  fake
    .writes()
    .map(({ key }) => key)
    .sort();

describe('four shards of one plan', () => {
  it.each<[string, { hash?: boolean }]>([
    ['hashed names', { hash: true }],
    ['names as they are', {}],
  ])(
    'and the last run leave what one machine leaves (%s)',
    { timeout: 120_000 },
    async (_, config) => {
      const alone = await createPlace(files, config);
      expect((await run(alone, [])).code).toBe(0);

      const place = await createPlace(files, config);
      await run(place, ['plan', '-o', 'plan.json']);
      // The second loses its connection to everything after its third upload, as if it were killed.
      let sent = 0;
      place.fake.fault = ({ op, key }) => {
        if (op !== 'PutObject' || !/p\d*[13579]\./.test(key)) return undefined;
        sent += 1;
        return sent > 3 ? { status: 403, code: 'AccessDenied' } : undefined;
      };
      const codes = await Promise.all(
        ['1/4', '2/4', '3/4', '4/4'].map(async (text) => (await shard(place, text)).code),
      );
      expect(codes).toContain(8);
      place.fake.fault = undefined;
      const early = [...place.fake.objects('assets').keys()];
      expect(early.filter((key) => !key.includes('/p'))).toEqual(
        early.filter((key) => key.includes('app.') && config.hash === true),
      );
      for (const [i, code] of codes.entries()) {
        if (code !== 0) expect((await shard(place, `${i + 1}/4`)).code).toBe(0);
      }
      place.fake.clearLog();
      expect((await run(place, ['apply', 'plan.json'])).code).toBe(0);
      expect(keysOf(place).filter((key) => key.endsWith('.png'))).toEqual([]);
      expect(stored(place)).toEqual(stored(alone));
    },
  );

  it('share its first step, each file once, and about as many bytes each', async () => {
    const place = await createPlace(files);
    await run(place, ['plan', '-o', 'plan.json']);
    const shares: { key: string; bytes: number }[][] = [];
    for (const text of ['1/4', '2/4', '3/4', '4/4']) {
      place.fake.clearLog();
      expect((await shard(place, text)).code).toBe(0);
      const objects = place.fake.objects('assets');
      shares.push(
        keysOf(place).map((key) => ({ key, bytes: objects.get(key)?.bytes.length ?? 0 })),
      );
    }
    const keys = Object.keys(pictures).sort();
    expect(
      shares
        .flat()
        .map(({ key }) => key)
        .sort(),
    ).toEqual(keys);
    const loads = shares.map((share) => share.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(Math.max(...loads)).toBeLessThan(Math.min(...loads) * 1.3);
  });

  it('upload the same, whatever the others have done before', async () => {
    const [first, later] = [await createPlace(files), await createPlace(files)];
    for (const place of [first, later]) await run(place, ['plan', '-o', 'plan.json']);
    await shard(first, '2/4');
    for (const text of ['1/4', '3/4']) await shard(later, text);
    later.fake.clearLog();
    await shard(later, '2/4');
    expect(keysOf(later)).toEqual(keysOf(first));
  });
});

describe('a shard', () => {
  it('leaves alone what is there already under its name, and all that shows', async () => {
    const place = await createPlace(files);
    await run(place, []);
    await place.site.write({ 'static/p1.png': 'new', 'static/p99.png': 'new' });
    await run(place, ['plan', '-o', 'plan.json']);
    place.fake.clearLog();
    expect((await shard(place, '1/1')).code).toBe(0);
    expect(keysOf(place)).toEqual(['static/p99.png']);
    expect((await run(place, ['apply', 'plan.json'])).code).toBe(0);
    expect(place.fake.objects('assets').get('static/p1.png')?.bytes.toString()).toBe('new');
  });

  it('keeps out of the way of another deploy (LOCK_HELD, exit 10)', async () => {
    const place = await createPlace(files);
    await run(place, ['plan', '-o', 'plan.json']);
    const owner = { pid: 1, start: '1', space: 'elsewhere' };
    const lock = {
      format: 'collect-static lock',
      version: 1,
      id: 'x',
      owner,
      since: '',
      renewed: 1,
    };
    place.fake.put('assets', 'static/.collect-static/lock.json', JSON.stringify(lock));
    place.fake.clearLog();
    const { code, err } = await shard(place, '1/4');
    expect({ code, err }).toMatchObject({ code: 10 });
    expect(err).toContain('LOCK_HELD');
    expect(keysOf(place)).toEqual([]);
  });

  it('refuses a plan that does not hold any more', async () => {
    const place = await createPlace(files);
    await run(place, ['plan', '-o', 'plan.json']);
    await place.site.write({ 'static/app.css': 'changed' });
    expect((await shard(place, '1/4')).code).toBe(5);
    expect(keysOf(place)).toEqual([]);
  });

  it('is refused where it is none', async () => {
    const place = await createPlace(files);
    await run(place, ['plan', '-o', 'plan.json']);
    const { code, err } = await shard(place, '5/4');
    expect({ code, err }).toMatchObject({ code: 2 });
    expect(err).toContain('--shard 5/4 is shard 5 of 4');
  });
});

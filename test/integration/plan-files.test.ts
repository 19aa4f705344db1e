import { readFile, rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { SiteFiles } from '../support/create-site.ts';
import { createPlace, run, type Place } from '../support/deploying.ts';

const record = 'static/.collect-static/release.json.gz';
const files = { 'static/a.css': 'a', 'static/b.png': 'b', 'static/index.html': '<p>' };

interface Doc {
  version: number;
  flags: object;
  targets: {
    target: string;
    destination: string;
    record: string | null;
    steps: { action: string; key: string; reason: string; was?: object }[][];
  }[];
}

const planOf = async ({ site }: Place): Promise<Doc> =>
  JSON.parse(await readFile(site.path('plan.json'), 'utf8')) as Doc;

const actions = ({ targets }: Doc) =>
  targets.flatMap(({ steps }) => steps.flat()).map(({ action, key }) => `${action} ${key}`);

/** What the site's visitors can get. */
const visible = ({ fake }: Place) =>
  [...fake.objects('assets')]
    .filter(([key]) => !key.includes('.collect-static/'))
    .map(([key, { bytes }]) => `${key} ${bytes.toString()}`);

async function planned(site: SiteFiles = files, config: object = {}, args: readonly string[] = []) {
  const place = await createPlace(site, config);
  const made = await run(place, ['plan', '-o', 'plan.json', ...args]);
  expect(made).toMatchObject({ code: 0 });
  return place;
}

const apply = (place: Place, ...args: string[]) => run(place, ['apply', 'plan.json', ...args]);

describe('collect-static plan', () => {
  it('writes down what a deploy would do, and does nothing', async () => {
    const place = await planned();
    expect(actions(await planOf(place))).toEqual([
      'upload b.png',
      'upload a.css',
      'upload index.html',
      'record .collect-static/release.json.gz',
    ]);
    expect(place.fake.writes()).toEqual([]);
  });

  it('can be read: keys in order, digests and headers, a line for each action, no path of this machine', async () => {
    const { site, fake } = await planned();
    const text = await readFile(site.path('plan.json'), 'utf8');
    expect(text).toMatch(
      /^ +\{"action":"upload","headers":\{"cacheControl":"public, max-age=31556926","contentType":"text\/css; charset=utf-8"\},"key":"a\.css","reason":"new","sha256":"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb","size":1\}$/m,
    );
    for (const secret of [site.dir, fake.credentials.accessKeyId, fake.endpoint]) {
      expect(text).not.toContain(secret);
    }
    const sorted = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(sorted);
      if (typeof value !== 'object' || value === null) return value;
      const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
      return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
    };
    const document = JSON.parse(text) as unknown;
    expect(JSON.stringify(document)).toBe(JSON.stringify(sorted(document)));
  });

  it('is the same text for the same files and destination', async () => {
    const place = await planned();
    const first = await readFile(place.site.path('plan.json'), 'utf8');
    expect((await run(place, ['plan'])).out).toBe(first);
  });

  it('goes to stdout without -o, and what is said to people to stderr', async () => {
    const place = await createPlace(files);
    const { out, err } = await run(place, ['plan']);
    expect(actions(JSON.parse(out) as Doc)).toContain('upload a.css');
    expect(err).toMatch(/upload +s3:\/\/assets\/static\/a\.css/);
    expect((await run(place, ['plan', '--json'])).code).toBe(2);
  });

  it('exits with 11 if there is anything to do, where that is asked for', async () => {
    const place = await planned();
    const detailed = () => run(place, ['plan', '--detailed-exitcode', '-o', 'plan.json', '--json']);
    const { code, out } = await detailed();
    expect({ code, end: out.trim().split('\n').at(-1) }).toEqual({
      code: 11,
      end: '{"type":"end","exitCode":11}',
    });
    await apply(place);
    expect((await detailed()).code).toBe(0);
  });

  it('names a local directory from the folder of the config', async () => {
    const place = await planned(files, { backend: 'local', s3: {}, state: false });
    expect((await planOf(place)).targets[0]?.destination).toBe('staticfiles/');
    expect((await apply(place)).code).toBe(0);
    expect(await place.site.list('staticfiles')).toEqual(['a.css', 'b.png', 'index.html']);
  });

  it('says where it cannot be written', async () => {
    const place = await createPlace(files);
    const { code, err } = await run(place, ['plan', '-o', 'nowhere/plan.json']);
    expect({ code, err }).toMatchObject({ code: 2 });
    expect(err).toMatch(/nowhere\/plan\.json \(ENOENT\)/);
  });
});

describe('collect-static apply', () => {
  it('does what the plan says, and finds nothing to do the second time', async () => {
    const place = await planned();
    expect((await apply(place)).code).toBe(0);
    expect(visible(place)).toEqual(['static/a.css a', 'static/b.png b', 'static/index.html <p>']);
    place.fake.clearLog();
    expect((await apply(place)).code).toBe(0);
    expect(place.fake.writes()).toEqual([]);
  });

  it('remembers the flags of the plan that say what to do', async () => {
    const place = await createPlace(files);
    await run(place, []);
    await run(place, ['plan', '--force', '--hash', '-o', 'plan.json']);
    expect((await planOf(place)).flags).toEqual({ force: true, hash: true });
    expect((await apply(place)).code).toBe(0);
    expect(visible(place).filter((line) => line.startsWith('static/a.'))).toHaveLength(2);
  });

  it('is told by plan what to be given again: places, and what is of one machine', async () => {
    const place = await createPlace({ 'my files/a.css': 'a' }, { s3: { bucket: 'other' } });
    const given = ['--to', 's3://assets/static', '--source', 'my files', '--no-default-ignore'];
    const { out } = await run(place, ['plan', '-o', 'plan.json', '--releases', ...given]);
    const [, words = ''] = /to do: collect-static (.*)\n/.exec(out) ?? [];
    expect(words).toBe(
      "apply plan.json --source 'my files' --to s3://assets/static --no-default-ignore --releases",
    );
    expect((await apply(place, '--to', 's3://assets/static')).code).not.toBe(0);
    const told = words.match(/'[^']*'|\S+/g)?.map((word) => word.replaceAll("'", '')) ?? [];
    expect(await run(place, told)).toMatchObject({ code: 0 });
    expect(visible(place)).toContain('static/a.css a');
  });

  it('takes several targets', async () => {
    const place = await planned({ ...files, 'media/m.txt': 'm' }, {}, ['--all']);
    expect((await planOf(place)).targets.map(({ target }) => target)).toEqual(['static', 'media']);
    expect((await apply(place)).code).toBe(0);
    expect(visible(place)).toContain('media/m.txt m');
    expect((await apply(place, '--target', 'static')).code).toBe(2);
  });

  it.each([
    { flag: [], way: 'without the SDK, but for the first', bySdk: 1 },
    {
      flag: ['--no-fast-path'],
      way: 'by the SDK to the last one, where that is asked for',
      bySdk: 40,
    },
  ])('sends many files $way', async ({ flag, bySdk }) => {
    const many = Array.from({ length: 40 }, (_, i) => [`static/${i}.png`, `${i}`] as const);
    const place = await planned(Object.fromEntries(many));
    place.fake.clearLog();
    expect((await apply(place, ...flag)).code).toBe(0);
    const puts = place.fake.requests.filter(
      ({ op, key }) => op === 'PutObject' && /png$/.test(key),
    );
    expect(puts).toHaveLength(40);
    expect(puts.filter(({ headers }) => 'amz-sdk-request' in headers)).toHaveLength(bySdk);
    expect((await run(place, ['apply', '--help'])).out).toContain('--no-fast-path');
  });

  it('goes on where it broke off', async () => {
    const place = await planned();
    place.fake.fault = ({ op, key }) =>
      op === 'PutObject' && key === 'static/index.html'
        ? { status: 403, code: 'AccessDenied' }
        : undefined;
    expect((await apply(place)).code).toBe(8);
    place.fake.fault = undefined;
    expect((await apply(place)).code).toBe(0);
    expect(visible(place)).toContain('static/index.html <p>');
  });
});

describe('apply refuses (PLAN_OUTDATED, exit 5, nothing written)', () => {
  const again = { 'collect.config.json': '' };
  const config = (more: object) => ({
    ...again,
    'collect.config.json': JSON.stringify({
      backend: 's3',
      s3: { bucket: 'assets' },
      state: true,
      ...more,
    }),
  });
  const write = (more: Record<string, string>) => (place: Place) => place.site.write(more);

  it.each<[string, RegExp, (place: Place) => unknown]>([
    ['bytes of a file', /a\.css has other bytes/, write({ 'static/a.css': 'A' })],
    ['a further file', /c\.css is to be stored, too/, write({ 'static/c.css': 'c' })],
    [
      'a file less',
      /a\.css is not to be stored any more/,
      ({ site }) => rm(site.path('static', 'a.css')),
    ],
    [
      'a header of the configuration',
      /a\.css has other headers/,
      write(config({ headers: { 'Cache-Control': 'no-cache' } })),
    ],
    [
      'another location',
      /it is for static → s3:\/\/assets\/static\/, and this run is for static → s3:\/\/assets\/x\//,
      write(config({ s3: { bucket: 'assets', location: 'x' } })),
    ],
    [
      'an object at the destination',
      /index\.html is not as it was/,
      ({ fake }) => {
        fake.put('assets', 'static/index.html', 'somebody else was here');
      },
    ],
    [
      'a deploy that ended since',
      /another deploy ended there/,
      async (place) => {
        await place.site.write({ 'other/o.css': 'o' });
        await run(place, ['--source', 'other', '--to', 's3://assets/static']);
      },
    ],
  ])('after %s', async (_, message, change) => {
    const place = await planned();
    await change(place);
    place.fake.clearLog();
    const { code, err } = await apply(place);
    expect({ code, err }).toMatchObject({ code: 5, err: expect.stringMatching(message) as string });
    expect(err).toContain('error[PLAN_OUTDATED]');
    expect(place.fake.writes()).toEqual([]);
  });

  it('what another deploy changes while it waits for the lock', async () => {
    const place = await planned();
    await place.site.write({ 'other/o.css': 'o' });
    let other: Promise<unknown> | undefined;
    place.fake.fault = ({ op, key }) => {
      if (op !== 'PutObject' || !key.endsWith('lock.json') || other !== undefined) return undefined;
      other = run(place, ['--source', 'other', '--to', 's3://assets/static']);
      return { holdMs: 1_500 };
    };
    const { code, err } = await apply(place);
    await other;
    expect({ code, err }).toMatchObject({ code: 5 });
    expect(err).toContain('PLAN_OUTDATED');
    expect(visible(place)).toEqual(['static/o.css o']);
  });

  it('an unchanged file that changes after the plan', async () => {
    const place = await createPlace(files);
    await run(place, []);
    await place.site.write({ 'static/b.png': 'B' });
    await run(place, ['plan', '-o', 'plan.json']);
    await place.site.write({ 'static/a.css': 'A' });
    expect(await apply(place)).toMatchObject({ code: 5 });
    expect(visible(place)).toContain('static/b.png b');
  });

  it('to delete what was not to be deleted when the plan was made', async () => {
    const place = await createPlace(files, { retain: { releases: 1, days: 0 } });
    await run(place, []);
    await rm(place.site.path('static', 'b.png'));
    await run(place, ['plan', '--no-prune', '-o', 'plan.json']);
    expect(actions(await planOf(place))).toEqual(['record .collect-static/release.json.gz']);
    await place.site.write({
      'plan.json': (await readFile(place.site.path('plan.json'), 'utf8')).replace(
        '"prune":false',
        '"prune":true',
      ),
    });
    const { code, err } = await apply(place);
    expect({ code, err }).toMatchObject({ code: 5 });
    expect(err).toContain('b.png: delete (orphan) is not in the plan');
    expect(place.fake.objects('assets').has('static/b.png')).toBe(true);
  });
});

describe('apply says PLAN_INVALID (exit 2)', () => {
  it.each([
    ['of a file that is not there', undefined, /ENOENT/],
    ['of what is no JSON', '{', /is no JSON/],
    ['of another file', '{"version":1}', /is no plan of collect-static/],
    ['of another format', '{"format":"collect-static plan","version":2}', /of format 2/],
    [
      'of a damaged plan',
      '{"format":"collect-static plan","version":1,"flags":{},"targets":[{}]}',
      /damaged: targets\.0\.target/,
    ],
  ])('%s', async (_, text, message) => {
    const place = await createPlace(files);
    if (text !== undefined) await place.site.write({ 'plan.json': text });
    const { code, err } = await apply(place);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringMatching(message) as string });
    expect(err).toContain('error[PLAN_INVALID]');
  });

  it('not of fields that it does not know', async () => {
    const place = await planned();
    const text = await readFile(place.site.path('plan.json'), 'utf8');
    await place.site.write({
      'plan.json': text.replace('"action":', '"later":1,"action":').replace('{', '{"later":{},'),
    });
    expect((await apply(place)).code).toBe(0);
    expect(place.fake.objects('assets').has(record)).toBe(true);
  });
});

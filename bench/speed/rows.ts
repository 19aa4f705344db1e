import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { changeFiles, createCorpus, createLargeFile, type Corpus } from './corpus.ts';
import { copiesRow, copyAgainRow } from './copies.ts';
import type { Entrant } from './measure.ts';
import { scaleRow, startRow } from './own-rows.ts';
import type { Way } from './server.ts';
import { createEntrants, runOnce, type Deploys, type Workshop } from './workshop.ts';

export interface Row {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly entrants: readonly Entrant[];
  /** How many times as many rounds as the others it gets, for it is short. */
  readonly often?: number;
  /** How many times as long as usual its runs may take. */
  readonly patience?: number;
  /** A run before the first that counts fills what is kept between runs. */
  readonly warmUp?: boolean;
}

export interface Sizes {
  readonly few: number;
  readonly many: number;
  readonly largeBytes: number;
}

export const direct: Way = { roundTripMs: 0, tls: false };
const far: Way = { roundTripMs: 30, tls: false };
const live: Way = { roundTripMs: 20, tls: true };
export const ways = [direct, far, live];

type MakeRow = (shop: Workshop, sizes: Sizes) => Promise<Row>;

/** 1 to 20 KB each, as most of a site is. */
export const smallFile = (chance: number) => 1024 + Math.floor(chance * 19 * 1024);
/** Most are small, a few are large: 40 KB on average. */
const siteFile = (chance: number) => 1024 + Math.floor(chance ** 4 * 195_000);

const corpora = new Map<string, Promise<Corpus>>();

/** A corpus is made once, whatever rows use it. */
export function corpusOf(
  { tmp, say }: Workshop,
  count: number,
): { dir: string; corpus: Promise<Corpus> } {
  const dir = join(tmp, `files-${count}`);
  const make = () => {
    say(`making ${count} files`);
    return createCorpus(join(dir, 'static'), { count, sizeOf: smallFile });
  };
  const corpus = corpora.get(dir) ?? make();
  corpora.set(dir, corpus);
  return { dir, corpus };
}

export const rowMakers: Readonly<Record<string, MakeRow>> = {
  typical: typicalRow,
  'first-0': (shop, { few }) => firstRow(shop, few, direct),
  'first-30': (shop, { few }) => firstRow(shop, few, far),
  'nothing-few': (shop, { few }) => nothingRow(shop, few),
  'nothing-many': (shop, { many }) => nothingRow(shop, many, widest),
  large: largeRow,
  'copy-first': copiesRow,
  'copy-nothing': copyAgainRow,
  scale: scaleRow,
  start: startRow,
};

/** Who can be expected to deal with a hundred thousand files. */
const widest = ['collect-static', 'rclone', 'rclone (Debian 12)', 's5cmd', 'aws s3 sync'];

async function typicalRow(shop: Workshop): Promise<Row> {
  const shape = { count: 1500, sizeOf: siteFile };
  const [before, after] = [join(shop.tmp, 'site-before'), join(shop.tmp, 'site-after')];
  const old = await createCorpus(join(before, 'static'), shape);
  await createCorpus(join(after, 'static'), shape);
  const corpus = await changeFiles(join(after, 'static'), old, 40);
  const changed = [...corpus].filter(([name, { md5 }]) => old.get(name)?.md5 !== md5);
  const row = { id: 'typical', task: 'changes', home: 'new' } as const;
  // What was there before is what the same tool left there, by the shortest way.
  const fill = { ...row, id: 'typical-before', way: direct, dir: before, corpus: old };
  const fillers = await createEntrants(shop, {
    ...fill,
    prepare: (bucket) => shop.server.drop(bucket),
  });
  const filled = new Set<string>();
  const entrants = await createEntrants(shop, {
    ...row,
    way: live,
    dir: after,
    corpus,
    async prepare(bucket, { tool, variant }) {
      const filler = fillers.find((one) => one.tool === tool && one.variant === variant);
      const seed = bucket.replace('typical', fill.id);
      if (filler !== undefined && !filled.has(seed)) await runOnce(filler);
      filled.add(seed);
      await shop.server.copy(seed, bucket);
      const now = Date.now() / 1000;
      for (const [name] of changed) await utimes(join(after, 'static', name), now, now);
    },
  });
  const megabytes = Math.round([...corpus.values()].reduce((sum, { size }) => sum + size, 0) / 1e6);
  return {
    id: 'typical',
    title: 'A typical deploy',
    about: `${corpus.size.toLocaleString('en')} files, ${megabytes} MB, 40 of them changed since the last deploy; a round trip of ${live.roundTripMs} ms, TLS, a home directory without caches`,
    entrants,
  };
}

async function firstRow(shop: Workshop, count: number, way: Way): Promise<Row> {
  const { dir, corpus } = corpusOf(shop, count);
  const id = `first-${way.roundTripMs}`;
  const entrants = await createEntrants(shop, {
    id,
    task: 'first',
    way,
    dir,
    corpus: await corpus,
    home: 'new',
    prepare: (bucket) => shop.server.drop(bucket),
  });
  return {
    id,
    title: `First upload, a round trip of ${way.roundTripMs} ms`,
    about: `${count.toLocaleString('en')} files of 1–20 KB into an empty bucket, HTTP`,
    entrants,
  };
}

async function nothingRow(shop: Workshop, count: number, only?: readonly string[]): Promise<Row> {
  const { dir, corpus } = corpusOf(shop, count);
  const id = `nothing-${only === undefined ? 'few' : 'many'}`;
  const about = { way: direct, dir, corpus: await corpus, home: 'kept' } as const;
  const [filler] = await createEntrants(
    { ...shop, tools: ['collect-static'] },
    { ...about, id: `${id}-before`, task: 'first', prepare: () => Promise.resolve() },
  );
  if (filler !== undefined) await runOnce(filler);
  const deploys: Deploys = {
    ...about,
    id,
    task: 'nothing',
    prepare: (bucket) => shop.server.copy(`${id}-before-0`, bucket),
    ...(only && { only }),
  };
  const entrants = (await createEntrants(shop, deploys)).map((entrant) => ({
    ...entrant,
    async check() {
      const checked = await entrant.check();
      const puts = checked.requests?.['PUT'] ?? 0;
      return puts === 0 ? checked : { ...checked, problem: `it uploaded ${puts} files` };
    },
  }));
  return {
    id,
    title: `Nothing changed, ${count.toLocaleString('en')} files`,
    about: `files of 1–20 KB, all of them in the bucket already, HTTP, a round trip of 0 ms; home directories are kept between runs`,
    entrants,
    warmUp: true,
  };
}

async function largeRow(shop: Workshop, { largeBytes }: Sizes): Promise<Row> {
  const dir = join(shop.tmp, 'large');
  const path = join(dir, 'static', 'film.mp4');
  shop.say(`making a file of ${largeBytes} bytes`);
  await createLargeFile(path, largeBytes);
  const hash = createHash('md5');
  await pipeline(createReadStream(path), hash);
  const entrants = await createEntrants(shop, {
    id: 'large',
    task: 'large',
    way: direct,
    dir,
    corpus: new Map([['film.mp4', { size: largeBytes, md5: hash.digest('hex') }]]),
    home: 'new',
    prepare: (bucket) => shop.server.drop(bucket),
  });
  return {
    id: 'large',
    title: 'One large file',
    about: `${(largeBytes / 2 ** 30).toFixed(1)} GiB into an empty bucket, HTTP, a round trip of 0 ms`,
    entrants,
  };
}

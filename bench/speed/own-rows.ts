import { join } from 'node:path';
import process from 'node:process';
import { bin } from './commands.ts';
import type { Entrant } from './measure.ts';
import { corpusOf, direct, type Row, type Sizes } from './rows.ts';
import { createEntrants, type Workshop } from './workshop.ts';

/** The same upload of few files and of many: what grows with their number. */
export async function scaleRow(shop: Workshop, { few, many }: Sizes): Promise<Row> {
  const entrants: Entrant[] = [];
  for (const count of [few, many]) {
    const { dir, corpus } = corpusOf(shop, count);
    const [ours] = await createEntrants(
      { ...shop, tools: ['collect-static'] },
      {
        id: `scale-${count}`,
        task: 'first',
        way: direct,
        dir,
        corpus: await corpus,
        home: 'new',
        prepare: (bucket) => shop.server.drop(bucket),
      },
    );
    if (ours !== undefined)
      entrants.push({ ...ours, variant: `${count.toLocaleString('en')} files` });
  }
  return {
    id: 'scale',
    title: 'Ten times as many files',
    about: 'files of 1–20 KB into an empty bucket, HTTP, a round trip of 0 ms',
    entrants,
    patience: 10,
  };
}

const starters = ['collect-static', 'rclone', 's5cmd', 'aws s3 sync'];

/** What a run costs that has next to nothing to do. */
export async function startRow(shop: Workshop): Promise<Row> {
  const { dir, corpus } = corpusOf(shop, 20);
  const deploys = await createEntrants(shop, {
    id: 'start',
    task: 'first',
    way: direct,
    dir,
    corpus: await corpus,
    home: 'new',
    only: starters,
    prepare: (bucket) => shop.server.drop(bucket),
  });
  const bare = (tool: string, variant: string, ...words: string[]): Entrant => ({
    tool,
    variant,
    checks: 'fixed',
    version: '',
    command: [process.execPath, ...words],
    shown: `${tool} ${variant}`,
    dir,
    env: { HOME: join(shop.tmp, 'homes') },
    prepare: () => Promise.resolve(),
    check: () => Promise.resolve({}),
  });
  return {
    id: 'start',
    title: 'Starting',
    about:
      'a Node that does nothing, `--help`, and 20 files into an empty bucket, HTTP, a round trip of 0 ms',
    entrants: [
      bare('node', '-e 0', '-e', '0'),
      bare('collect-static', '--help', bin, '--help'),
      ...deploys.map((one) => ({
        ...one,
        variant: `20 files${one.variant && ', '}${one.variant}`,
      })),
    ],
    often: 3,
  };
}

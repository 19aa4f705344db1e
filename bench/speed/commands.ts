import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { cacheControl, type Peer, type Place } from '../peer.ts';
import { peers } from '../peers.ts';
import type { Entrant } from './measure.ts';

/** What a row asks for: a first upload, one of few changes, one of none, a single large file, a copy. */
export type Task = 'first' | 'changes' | 'nothing' | 'large';

export interface Command {
  /** As in peers.ts, where its installation and its configuration are. */
  readonly peer: Peer;
  readonly variant: string;
  readonly checks: Entrant['checks'];
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

export const bin = fileURLToPath(new URL('../../bin/collect-static.js', import.meta.url));

/** The deploys of rows go to `static/` in the bucket; sources are in `static/`. */
export function commandsOf(task: Task, { bucket }: Place): readonly Command[] {
  const to = `s3://${bucket}/static`;
  const node = process.execPath;
  return [
    make('collect-static', '', 'verifies', [node, bin, '--to', to]),
    ...(task === 'nothing'
      ? [
          make('collect-static', 'without its cache', 'verifies', [
            node,
            bin,
            '--to',
            to,
            '--no-cache',
          ]),
        ]
      : []),
    ...['rclone', 'rclone (Debian 12)'].flatMap((name) => rclone(name, task, bucket)),
    ...s5cmd(task, to),
    ...aws(task, to),
    ...(task === 'large' ? [] : others(bucket)),
  ];
}

const byName = new Map(peers.map((peer) => [peer.name, peer]));

function make(
  name: string,
  variant: string,
  checks: Entrant['checks'],
  words: readonly string[],
  more: Pick<Command, 'env' | 'files'> = {},
): Command {
  const peer = byName.get(name);
  if (peer === undefined) throw new Error(`there is no peer ${name}`);
  return { peer, variant, checks, words, ...more };
}

/** It looks at every object again after a put, unless told not to: what was skipped then is the proof. */
function rclone(name: string, task: Task, bucket: string): Command[] {
  const to = `:s3:${bucket}/static`;
  const common = [
    'static',
    to,
    '--s3-no-check-bucket',
    '--header-upload',
    `Cache-Control: ${cacheControl}`,
  ];
  const fast = ['--s3-no-head'];
  if (task === 'first') {
    return ['64', '256'].flatMap((transfers) => {
      const words = ['rclone', 'copy', ...common, '--no-check-dest', '--transfers', transfers];
      return [
        make(name, `${transfers} transfers, --s3-no-head`, 'skips', [...words, ...fast]),
        make(name, `${transfers} transfers`, 'verifies', words),
      ];
    });
  }
  if (task === 'large') {
    const words = [
      'rclone',
      'copy',
      ...common,
      '--no-check-dest',
      '--s3-upload-concurrency',
      '8',
      '--s3-chunk-size',
      '16M',
    ];
    return [
      make(name, 'no checksum, --s3-no-head', 'skips', [
        ...words,
        '--s3-disable-checksum',
        ...fast,
      ]),
      make(name, '', 'verifies', words),
    ];
  }
  const many = ['--fast-list', '--transfers', '64', '--checkers', '64'];
  const words = ['rclone', 'sync', ...common, ...many, '--checksum'];
  if (task === 'nothing') {
    const sizes = ['rclone', 'sync', ...common, ...many, '--size-only'];
    return [make(name, '--size-only', 'skips', sizes), make(name, '--checksum', 'verifies', words)];
  }
  return [
    make(name, '--checksum --s3-no-head', 'skips', [...words, ...fast]),
    make(name, '--checksum', 'verifies', words),
  ];
}

/** `sync` compares sizes and times, and no content. */
function s5cmd(task: Task, to: string): Command[] {
  const words = (workers: string, ...command: string[]) => [
    's5cmd',
    '--numworkers',
    workers,
    ...command,
    '--cache-control',
    cacheControl,
    'static/',
    `${to}/`,
  ];
  if (task === 'first') {
    return ['64', '256'].map((workers) =>
      make('s5cmd', `${workers} workers`, 'fixed', words(workers, 'cp')),
    );
  }
  if (task === 'large') {
    return [
      make('s5cmd', '', 'fixed', words('256', 'cp')),
      make(
        's5cmd',
        '16 parts at once',
        'fixed',
        words('256', 'cp', '--concurrency', '16', '--part-size', '16'),
      ),
    ];
  }
  return [make('s5cmd', '', 'fixed', words('256', 'sync'))];
}

/** It compares sizes and times, and no content. */
function aws(task: Task, to: string): Command[] {
  const words = ['aws', 's3', 'sync', 'static', to, '--cache-control', cacheControl];
  const large = ['aws', 's3', 'cp', '--recursive', 'static', to, '--cache-control', cacheControl];
  const command = task === 'large' ? large : words;
  const config = '[default]\ns3 =\n  max_concurrent_requests = 64\n  max_queue_size = 10000\n';
  const tuned = { files: { 'aws.ini': config }, env: { AWS_CONFIG_FILE: 'aws.ini' } };
  return [
    make('aws s3 sync', '', 'fixed', command),
    make('aws s3 sync', 'max_concurrent_requests = 64', 'fixed', command, tuned),
  ];
}

function others(bucket: string): Command[] {
  const plain = [
    's3cmd',
    'Django + django-storages',
    'Django + django-storages + collectfasta',
    's3-sync-client',
  ];
  const widened = [
    ['s3deploy', '64 workers', ['-workers', '64']],
    ['hugo deploy', '64 workers', ['--workers', '64']],
  ] as const;
  return [
    ...plain.map((name) => make(name, '', 'fixed', byName.get(name)?.deploys(bucket) ?? [])),
    ...widened.map(([name, variant, more]) =>
      make(name, variant, 'fixed', [...(byName.get(name)?.deploys(bucket) ?? []), ...more]),
    ),
  ];
}

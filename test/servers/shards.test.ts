import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createSite } from '../support/create-site.ts';

const radosgw = inject('radosgw');

/** Enough for a shard to be still at it when it is killed. */
const files = {
  ...Object.fromEntries(
    Array.from({ length: 600 }, (_, i) => [`static/p${i}.png`, `${i} `.repeat(2_000 + i)]),
  ),
  'static/app.css': 'a { background: url(p1.png) }',
  'static/index.html': '<link rel=stylesheet href=app.css>',
};

describe.skipIf('missing' in radosgw)('four shards of one plan, against radosgw', () => {
  if ('missing' in radosgw) return;
  const { endpoint, credentials } = radosgw;
  const client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true });

  /** Keys with ETags; and the record, without times. */
  const stored = async (Bucket: string) => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
    const Key = 'static/.collect-static/release.json.gz';
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const { id, acl, sequence, headers, objects } = JSON.parse(gunzipSync(bytes).toString()) as {
      objects: Record<string, unknown[]>;
    } & Record<string, unknown>;
    return {
      objects: Contents.filter((object) => object.Key !== Key).map((object) => [
        object.Key,
        // What is kept of a release has its time in it.
        object.Key?.includes('/releases/') === true ? 'a release' : object.ETag,
      ]),
      record: { id, acl, sequence, headers },
      entries: Object.entries(objects).map(([key, entry]) => [key, ...entry.slice(0, 2)]),
    };
  };

  it('one of them killed and run again, leave what one machine leaves', async () => {
    const site = await createSite({
      'package.json': '{}',
      'collect.config.json': JSON.stringify({ backend: 's3', state: true, hash: true }),
      ...files,
    });
    onTestFinished(() => site.remove());
    const buckets = ['alone', 'shards'].map((name) => `${name}-${process.pid}`);
    for (const Bucket of buckets) await client.send(new CreateBucketCommand({ Bucket }));
    const [alone = '', shared = ''] = buckets;
    const start = (bucket: string, args: string[], onStart?: (kill: () => void) => void) =>
      runCli(args, {
        cwd: site.dir,
        timeoutMs: 120_000,
        env: {
          AWS_STORAGE_BUCKET_NAME: bucket,
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_S3_ENDPOINT_URL: endpoint,
        },
        ...(onStart && {
          onStart: (kill) => {
            onStart(() => kill('SIGKILL'));
          },
        }),
      });
    const shard = (i: number, onStart?: (kill: () => void) => void) =>
      start(shared, ['apply', 'plan.json', '--shard', `${i}/4`], onStart);
    const count = async () =>
      (await client.send(new ListObjectsV2Command({ Bucket: shared }))).KeyCount ?? 0;

    expect(await start(alone, [])).toMatchObject({ code: 0 });
    expect(await start(shared, ['plan', '-o', 'plan.json'])).toMatchObject({ code: 0 });
    const killed = await shard(2, (kill) => {
      void (async () => {
        while ((await count()) < 20) await sleep(5);
        kill();
      })();
    });
    expect(killed.signal).toBe('SIGKILL');
    expect(await count()).toBeGreaterThanOrEqual(20);
    const others = await Promise.all([1, 3, 4].map((i) => shard(i)));
    expect(others.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(await shard(2)).toMatchObject({ code: 0 });

    const last = await start(shared, ['apply', 'plan.json', '--json']);
    expect(last.code, last.stdout).toBe(0);
    const { counts } = JSON.parse(
      last.stdout.split('\n').find((line) => line.startsWith('{"type":"report"')) ?? '{}',
    ) as { counts: Record<string, number> };
    // What keeps its name and refers to others, the page and the manifests.
    expect(counts['uploaded']).toBe(4);
    expect(await stored(shared)).toEqual(await stored(alone));
  });
});

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, inject, it } from 'vitest';
import { main } from '../../src/cli.ts';
import { say } from '../harness/campaign.ts';
import { createSite, type SiteFiles } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';

const radosgw = inject('radosgw');

/** 2,000 files, 40 of them pages. */
function build(version: number): SiteFiles {
  const assets = Array.from({ length: 1_960 }, (_, i) => {
    const text = i % 20 === 0 ? `${i} of build ${version}` : `${i}`;
    return [`static/a/${i}.js`, `// ${text}\n`.repeat(50)] as const;
  });
  const pages = Array.from({ length: 40 }, (_, i) => {
    return [`static/${i}.html`, `<script src="a/${i}.js"></script><p>build ${version}`] as const;
  });
  return Object.fromEntries([...assets, ...pages]);
}

describe.skipIf('missing' in radosgw)('a rollback on Ceph radosgw', () => {
  if ('missing' in radosgw) return;
  const { endpoint, credentials } = radosgw;

  it.each([
    ['with names that stay', {}, 98 + 40],
    ['with hashed names', { hash: { keep: 'hashed' } }, 40 + 2],
  ])('of 2,000 files %s puts everything back', async (name, more, least) => {
    const client = new S3Client({
      endpoint,
      credentials,
      region: 'us-east-1',
      forcePathStyle: true,
    });
    const bucket = `rollback-${process.pid}-${name.length}`;
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    client.destroy();
    const config = { releases: true, ...more };
    const site = await createSite({
      'package.json': '{}',
      'collect.config.json': JSON.stringify(config),
    });
    const run = async (...args: string[]) => {
      const io = createFakeIo([...args, '--to', `s3://${bucket}/static`, '--json'], {
        cwd: site.dir,
        env: {
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_S3_ENDPOINT_URL: endpoint,
        },
      });
      const start = performance.now();
      const code = await main(io);
      return { code, out: io.out(), ms: Math.round(performance.now() - start) };
    };
    try {
      await site.write(build(1));
      const first = await run();
      expect(first.code).toBe(0);
      await site.write(build(2));
      expect((await run()).code).toBe(0);
      const back = await run('rollback');
      expect(back.code).toBe(0);
      const updated = Number(/"updated":(\d+)/.exec(back.out)?.[1]);
      expect(updated).toBeGreaterThanOrEqual(least);
      const verified = await run('verify');
      expect(verified.out).toContain('"problems":0');
      say('rollback on radosgw', {
        site: name,
        updated,
        firstMs: first.ms,
        backMs: back.ms,
        verifyMs: verified.ms,
      });
    } finally {
      await site.remove();
    }
  });
});

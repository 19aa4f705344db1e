import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { describeBackend } from '../support/backend-contract.ts';
import { createSite } from '../support/create-site.ts';
import { describeDeploy, lastReport } from '../support/deploy-scenario.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { s3Subject } from '../support/s3-subject.ts';

const radosgw = inject('radosgw');

describe.skipIf('missing' in radosgw)('Ceph radosgw', () => {
  if ('missing' in radosgw) return;
  const { endpoint, credentials } = radosgw;
  let buckets = 0;
  const createBucket = async () => {
    const client = new S3Client({
      endpoint,
      credentials,
      region: 'us-east-1',
      forcePathStyle: true,
    });
    const Bucket = `rgw-${(buckets += 1)}-${process.pid}`;
    await client.send(new CreateBucketCommand({ Bucket }));
    client.destroy();
    return Bucket;
  };

  const place = async () => ({
    endpoint,
    credentials,
    bucket: await createBucket(),
    location: 'static',
  });
  describeBackend('radosgw', async () => s3Subject(await place()));
  describeBackend('radosgw, by the fast path', async () =>
    s3Subject({ ...(await place()), fastAfter: 0 }),
  );
  describeDeploy('radosgw', () => ({ endpoint, credentials, createBucket }));

  it('restates the headers of 1,000 files by copies, ACL and metadata too, under a lock, and then does nothing', async () => {
    const bucket = await createBucket();
    const names = Array.from({ length: 1_000 }, (_, i) => `static/d${i % 10}/f${i}.css`);
    const site = await createSite(Object.fromEntries(names.map((name) => [name, name])));
    onTestFinished(() => site.remove());
    const deploy = async (seconds: number) => {
      const headers = { 'Cache-Control': `max-age=${seconds}`, 'x-amz-meta-team': 'web' };
      await site.write({ 'collect.config.json': JSON.stringify({ headers }) });
      const io = createFakeIo(['--to', `s3://${bucket}/static`, '--json'], {
        cwd: site.dir,
        env: {
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_S3_ENDPOINT_URL: endpoint,
        },
      });
      expect(await main(io), io.err()).toBe(0);
      return { counts: lastReport(io.out()).counts, out: io.out() };
    };
    const [nothing, all] = [{ uploaded: 0, updated: 0 }, { uploaded: 1_000 }];
    const first = await deploy(60);
    expect(first.counts).toMatchObject(all);
    expect(first.out).not.toContain('LOCK_');
    expect(first.out).not.toContain('RECORD_');
    expect((await deploy(60)).counts).toMatchObject(nothing);
    expect((await deploy(90)).counts).toMatchObject({ uploaded: 0, updated: 1_000 });
    for (const name of names.filter((_, i) => i % 50 === 0)) {
      // Without a signature: anybody may read it.
      const answer = await fetch(`${endpoint}/${bucket}/${name}`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('max-age=90');
      expect(answer.headers.get('content-type')).toBe('text/css; charset=utf-8');
      expect(answer.headers.get('x-amz-meta-team')).toBe('web');
      expect(await answer.text()).toBe(name);
    }
    const own = ['lock.json', 'release.json.gz'].map((name) => `static/.collect-static/${name}`);
    const answers = await Promise.all(own.map((key) => fetch(`${endpoint}/${bucket}/${key}`)));
    // No lock is left, and the record is nobody else's to read.
    expect(answers.map(({ status }) => status)).toEqual([expect.toBeOneOf([403, 404]), 403]);
    expect((await deploy(90)).counts).toMatchObject({ ...nothing, skipped: 1_000 });
  });
});

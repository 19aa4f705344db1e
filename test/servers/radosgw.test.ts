import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, inject } from 'vitest';
import { describeBackend } from '../support/backend-contract.ts';
import { describeDeploy } from '../support/deploy-scenario.ts';
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
});

import { afterAll, beforeAll } from 'vitest';
import { describeDeploy } from '../support/deploy-scenario.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';

let s3: FakeS3;
let buckets = 0;
beforeAll(async () => {
  s3 = await startFakeS3();
});
afterAll(() => s3.close());

describeDeploy('a fake S3', () => ({
  endpoint: s3.endpoint,
  credentials: s3.credentials,
  writes: () => s3.writes().map(({ bucket, key }) => `${bucket}/${key}`),
  createBucket: () => {
    const name = `deploy-${(buckets += 1)}`;
    s3.createBucket(name);
    return Promise.resolve(name);
  },
}));

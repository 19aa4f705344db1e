import { afterAll, beforeAll } from 'vitest';
import { describeBackend } from '../support/backend-contract.ts';
import { startFakeS3, type BucketOptions, type FakeS3 } from '../support/fake-s3/index.ts';
import { s3Subject } from '../support/s3-subject.ts';

let s3: FakeS3;
let buckets = 0;
beforeAll(async () => {
  s3 = await startFakeS3();
});
afterAll(() => s3.close());

const personalities: Record<string, BucketOptions> = {
  'as AWS': {},
  'ACLs disabled, as new buckets on AWS': { aclsDisabled: true },
  'SSE-KMS: no ETag is an MD5': { kms: true },
  'ACLs refused, as Backblaze B2': { rejectAclHeader: 'invalid-argument' },
  'ACLs not implemented': { rejectAclHeader: 'not-implemented' },
  'no checksums, as many compatible stores': { checksums: 'reject' },
};

for (const [name, options] of Object.entries(personalities)) {
  describeBackend(`S3, ${name}`, () => {
    const bucket = `contract-${(buckets += 1)}`;
    s3.createBucket(bucket, options);
    const { endpoint, credentials } = s3;
    return s3Subject({ endpoint, credentials, bucket, location: 'static' });
  });
}

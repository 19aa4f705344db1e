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

/** Pages of a thousand keys take a while to fill, and are the same whatever else a store does. */
const pageSize = 20;
const personalities: Record<string, BucketOptions> = {
  'as AWS': {},
  'ACLs disabled, as new buckets on AWS': { aclsDisabled: true, pageSize },
  'SSE-KMS: no ETag is an MD5': { kms: true, pageSize },
  'ACLs refused, as Backblaze B2': { rejectAclHeader: 'invalid-argument', pageSize },
  'ACLs not implemented': { rejectAclHeader: 'not-implemented', pageSize },
  'conditions of writes ignored': { conditionalWrites: 'ignored', pageSize },
  'no checksums, as many compatible stores': { checksums: 'reject', pageSize },
};

const paths = { 'by the SDK': undefined, 'by the fast path': 0 };
const cases = Object.entries(personalities).flatMap(([name, options]) =>
  Object.entries(paths).map(([path, fastAfter]) => ({ name, options, path, fastAfter })),
);

for (const { name, options, path, fastAfter } of cases) {
  const setUp = () => {
    const bucket = `contract-${(buckets += 1)}`;
    s3.createBucket(bucket, options);
    const { endpoint, credentials } = s3;
    const place = { endpoint, credentials, bucket, location: 'static' };
    return s3Subject({ ...place, ...(fastAfter !== undefined && { fastAfter }) });
  };
  const decidesRaces = options.conditionalWrites === undefined;
  describeBackend(`S3, ${path}, ${name}`, setUp, { ...options, decidesRaces });
}

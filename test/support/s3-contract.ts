import { afterAll, beforeAll } from 'vitest';
import { describeBackend } from './backend-contract.ts';
import { startFakeS3, type BucketOptions, type FakeS3 } from './fake-s3/index.ts';
import { s3Subject } from './s3-subject.ts';

/** Pages of a thousand keys take a while to fill, and are the same whatever else a store does. */
const pageSize = 20;
/** What S3 is elsewhere. */
export const otherStores: Readonly<Record<string, BucketOptions>> = {
  'ACLs disabled, as new buckets on AWS': { aclsDisabled: true, pageSize },
  'SSE-KMS: no ETag is an MD5': { kms: true, pageSize },
  'ACLs refused, as Backblaze B2': { rejectAclHeader: 'invalid-argument', pageSize },
  'ACLs not implemented': { rejectAclHeader: 'not-implemented', pageSize },
  'conditions of writes ignored': { conditionalWrites: 'ignored', pageSize },
  'no checksums, as many compatible stores': { checksums: 'reject', pageSize },
};
export const aws: Readonly<Record<string, BucketOptions>> = { 'as AWS': { pageSize } };
export const awsWithItsPages: typeof aws = { 'as AWS, with pages of a thousand': {} };

const paths = { 'by the SDK': undefined, 'by the fast path': 0 };
export type Path = keyof typeof paths;

/** The contract over each of these stores, whose puts take this path. */
export function describeS3(path: Path, stores: Readonly<Record<string, BucketOptions>>): void {
  let s3: FakeS3;
  let buckets = 0;
  beforeAll(async () => {
    s3 = await startFakeS3();
  });
  afterAll(() => s3.close());

  const fastAfter = paths[path];
  for (const [name, options] of Object.entries(stores)) {
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
}

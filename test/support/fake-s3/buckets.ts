import { S3Error } from './errors.ts';
import { replyXml } from './request.ts';
import type { Reply, S3Request } from './request.ts';
import { createBucket as makeBucket } from './store.ts';
import type { Bucket, Store } from './store.ts';
import { element, makeDocument, parent } from './xml.ts';

/** As in every region but us-east-1, a second time is 409; no bucket here gets AWS's defaults of 2023 unasked. */
export function createBucket({ bucket: name, headers }: S3Request, store: Store): Reply {
  if (store.buckets.has(name)) {
    throw new S3Error(
      409,
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      { BucketName: name },
    );
  }
  if (!/^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/.test(name)) {
    throw new S3Error(400, 'InvalidBucketName', 'The specified bucket is not valid.', {
      BucketName: name,
    });
  }
  const aclsDisabled = headers['x-amz-object-ownership'] === 'BucketOwnerEnforced';
  store.buckets.set(name, makeBucket(name, { aclsDisabled }));
  return { status: 200, headers: { location: `/${name}` } };
}

export function headBucket(_: S3Request, bucket: Bucket, store: Store): Reply {
  return { status: 200, headers: { 'x-amz-bucket-region': bucket.options.region ?? store.region } };
}

export function deleteBucket(_: S3Request, bucket: Bucket, store: Store): Reply {
  if (bucket.objects.size > 0) {
    throw new S3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty', {
      BucketName: bucket.name,
    });
  }
  store.buckets.delete(bucket.name);
  return { status: 204 };
}

export function getBucketLocation(_: S3Request, bucket: Bucket, store: Store): Reply {
  const region = bucket.options.region ?? store.region;
  // us-east-1 is the region without a name.
  return replyXml(
    `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${region === 'us-east-1' ? '' : region}</LocationConstraint>`,
  );
}

export function listBuckets(_: S3Request, store: Store): Reply {
  const buckets = [...store.buckets.values()].map(({ name, created }) =>
    parent('Bucket', element('Name', name), element('CreationDate', created.toISOString())),
  );
  return replyXml(makeDocument('ListAllMyBucketsResult', parent('Buckets', ...buckets)));
}

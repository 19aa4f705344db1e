import type { Claim } from './authenticate.ts';
import { accessDenied, noSuchKey, S3Error } from './errors.ts';
import type { S3Request } from './request.ts';
import type { Bucket, Store, StoredObject } from './store.ts';

/** The bucket of a request, which is one the caller may address at all. */
export function findBucket(store: Store, request: S3Request): Bucket {
  const bucket = store.buckets.get(request.bucket);
  if (bucket === undefined) {
    throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', {
      BucketName: request.bucket,
    });
  }
  const expected = request.headers['x-amz-expected-bucket-owner'];
  const { owner } = bucket.options;
  if (expected !== undefined && owner !== undefined && expected !== owner) throw accessDenied();
  return bucket;
}

/**
 * A request signed for another region than the bucket's. Signed for this endpoint's region, it is right here and the bucket is
 * elsewhere: 301, as from `s3.<region>.amazonaws.com`. Signed for any other, the signature itself is wrong: 400. Signed for the
 * bucket's region it is served, since this endpoint is all there is.
 */
export function checkRegion(store: Store, name: string, claim: Claim): void {
  const bucket = store.buckets.get(name);
  const region = bucket?.options.region ?? store.region;
  if (claim.region === region) return;
  const headers: Record<string, string> = bucket ? { 'x-amz-bucket-region': region } : {};
  if (claim.region === store.region) {
    throw new S3Error(
      301,
      'PermanentRedirect',
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
      { Endpoint: `${name}.s3.${region}.amazonaws.com`, Bucket: name },
      headers,
    );
  }
  throw new S3Error(
    400,
    'AuthorizationHeaderMalformed',
    `The authorization header is malformed; the region '${claim.region}' is wrong; expecting '${region}'`,
    { Region: region },
    headers,
  );
}

/** Anonymous callers may read what is public and nothing else; signed ones everything but what the bucket denies. */
export function requireAction(request: S3Request, bucket: Bucket, action: string): void {
  if (request.anonymous) {
    const object = bucket.objects.get(request.key);
    if (
      action === 's3:GetObject' &&
      (object ? isPublic(bucket, object) : bucket.options.publicRead)
    )
      return;
    throw accessDenied();
  }
  const isDenied = bucket.options.deny?.some((rule) => {
    const [denied, part = ''] = rule.split(' ');
    return denied === action && request.key.includes(part);
  });
  if (isDenied !== true) return;
  throw accessDenied(
    `User: arn:aws:iam::123456789012:user/deploy is not authorized to perform: ${action} on resource: "arn:aws:s3:::${bucket.name}/${request.key}" because no identity-based policy allows the ${action} action`,
  );
}

/** The object of a request. Who may not list is not told whether it exists. */
export function findObject(request: S3Request, bucket: Bucket, key = request.key): StoredObject {
  const object = bucket.objects.get(key);
  if (object !== undefined) return object;
  if (request.anonymous || bucket.options.deny?.includes('s3:ListBucket')) throw accessDenied();
  throw noSuchKey(key);
}

export function isPublic({ options }: Bucket, object: Pick<StoredObject, 'acl'>): boolean {
  if (options.publicRead) return true;
  return !options.aclsDisabled && !options.ignoreAcls && object.acl.startsWith('public-read');
}

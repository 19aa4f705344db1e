// No import of the SDK: `collect-static url` answers without loading it.

import { isIP } from 'node:net';
import { encodePath, joinKey } from '../../keys.ts';
import { partitionOf } from '../../policy.ts';
import type { S3Options, UrlOptions } from '../../types.ts';

type Addressing = Pick<S3Options, 'bucket' | 'endpoint' | 'forcePathStyle'>;

/** The bucket's root, with a slash at its end. Without a region: the global host, which leads to any of them. */
export function bucketUrl(s3: Addressing, region: string | undefined): string {
  const { bucket } = s3;
  const endpoint = new URL(s3.endpoint ?? `https://${awsHost(region)}`);
  const root = `${endpoint.protocol}//${endpoint.host}${trimEnd(endpoint.pathname)}`;
  if (s3.forcePathStyle || !fitsHost(bucket, endpoint)) return `${root}/${encodePath(bucket)}/`;
  return `${endpoint.protocol}//${bucket}.${endpoint.host}${trimEnd(endpoint.pathname)}/`;
}

/** The object's address in its bucket. */
export function objectUrl(
  s3: Addressing & Pick<S3Options, 'location'>,
  region: string | undefined,
  key: string,
): string {
  return `${bucketUrl(s3, region)}${encodeKey(joinKey(s3.location, key))}`;
}

/** Where the public would read the object: at the custom domain, else in the bucket. */
export function publicUrl(
  s3: Addressing & Pick<S3Options, 'location'>,
  url: Pick<UrlOptions, 'domain' | 'protocol'>,
  region: string | undefined,
  key: string,
): string {
  if (url.domain === undefined) return objectUrl(s3, region, key);
  return `${url.protocol}//${url.domain}/${encodeKey(joinKey(s3.location, key))}`;
}

function awsHost(region: string | undefined): string {
  if (region === undefined) return 's3.amazonaws.com';
  return `s3.${region}.amazonaws.com${partitionOf(region) === 'aws-cn' ? '.cn' : ''}`;
}

/** S3's wildcard certificate covers one label: a bucket with dots goes in the path under https, as in the SDK. */
function fitsHost(bucket: string, endpoint: URL): boolean {
  if (isIP(endpoint.hostname.replace(/^\[|\]$/g, '')) !== 0) return false;
  const labels = endpoint.protocol === 'http:' ? bucket.split('.') : [bucket];
  return (
    bucket.length >= 3 &&
    bucket.length <= 63 &&
    labels.every((label) => /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label))
  );
}

/** As SigV4 wants it: everything but unreserved characters is encoded, also `!'()*`. */
function encodeKey(objectKey: string): string {
  return encodePath(objectKey).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function trimEnd(path: string): string {
  return path.replace(/\/+$/, '');
}

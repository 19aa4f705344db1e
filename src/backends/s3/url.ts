// No import of the SDK: `collect-static url` answers without loading it.

import { isIP } from 'node:net';
import { encodePath, joinKey } from '../../keys.ts';
import { partitionOf } from '../../policy.ts';
import type { S3Options, UrlOptions } from '../../types.ts';
import { configuredUrl } from '../../url.ts';

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
  return `${bucketUrl(s3, region)}${encodePath(joinKey(s3.location, key))}`;
}

/** Where the public would read the object: where the configuration says, else in the bucket. */
export function publicUrl(
  s3: Addressing & Pick<S3Options, 'location'>,
  url: UrlOptions,
  region: string | undefined,
  key: string,
): string {
  return configuredUrl({ ...url, signed: false }, s3.location, key) ?? objectUrl(s3, region, key);
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

function trimEnd(path: string): string {
  return path.replace(/\/+$/, '');
}

import { createHash } from 'node:crypto';
import { S3ServiceException } from '@aws-sdk/client-s3';
import type { Backend, PutRequest } from '../../../../src/backends/backend.ts';
import { createS3Backend } from '../../../../src/backends/s3/index.ts';
import { realTime, type Timing } from '../../../../src/backends/s3/timing.ts';
import { partsOf, singlePutLimit } from '../../../../src/parts.ts';
import type { S3Options, UrlOptions } from '../../../../src/types.ts';

export const s3Options: S3Options = {
  bucket: 'assets',
  location: 'static',
  region: 'us-east-1',
  endpoint: undefined,
  forcePathStyle: false,
  profile: undefined,
  acl: 'auto',
  preloadMetadata: true,
  expectedBucketOwner: undefined,
  caFile: undefined,
  connectTimeout: 1_000,
  requestTimeout: 1_000,
  credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
  proxy: {},
};

const urlOptions: UrlOptions = {
  base: '/static/',
  domain: undefined,
  protocol: 'https:',
  signed: false,
  expiresIn: 3600,
};

/** A backend that tries everything once, unless told otherwise. */
export function createBackend(
  s3: Partial<S3Options> = {},
  url: Partial<UrlOptions> = {},
  timing: Partial<Timing> = { budget: 0, firstContact: 0 },
): Promise<Backend> {
  return createS3Backend({
    s3: { ...s3Options, ...s3 },
    url: { ...urlOptions, ...url },
    concurrency: 'auto',
    timing: { ...realTime, ...timing },
  });
}

export function md5(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest();
}

/** What is asked of `put` for these bytes, digests included. */
export function request(
  key: string,
  content: string | Uint8Array,
  rest: Partial<PutRequest> = {},
): PutRequest {
  const bytes = Buffer.from(content);
  return {
    key,
    content: { kind: 'bytes', bytes },
    headers: { contentType: 'text/plain; charset=utf-8' },
    digests: {
      md5: md5(bytes).toString('hex'),
      sha256: createHash('sha256').update(bytes).digest('hex'),
      etag: etagOf(bytes),
    },
    ...rest,
  };
}

/** The ETag S3 gives these bytes, uploaded in our parts. */
export function etagOf(bytes: Buffer): string {
  if (bytes.length <= singlePutLimit) return md5(bytes).toString('hex');
  const parts = partsOf(bytes.length).map(({ start, end }) => md5(bytes.subarray(start, end)));
  return `${md5(Buffer.concat(parts)).toString('hex')}-${parts.length}`;
}

/** An answer as the SDK gives it. */
export function ok<Fields extends object>(
  fields: Fields,
): Fields & { $metadata: { httpStatusCode: number } } {
  return { ...fields, $metadata: { httpStatusCode: 200 } };
}

/** An error as the SDK throws it: with S3's document copied onto it and the HTTP answer hidden in it. */
export function s3Error(
  name: string,
  status: number,
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
): S3ServiceException {
  const error = new S3ServiceException({
    name,
    $fault: 'client',
    message: 'UnknownError',
    $metadata: { httpStatusCode: status, requestId: 'REQ1' },
  });
  Object.assign(error, { Code: name }, fields);
  const $response = { value: { statusCode: status, headers }, enumerable: false };
  Object.defineProperty(error, '$response', $response);
  return error;
}

/** The code and exit code a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => ({ resolved: value }),
    (error: unknown) => error,
  );
}

export async function all<Item>(items: AsyncIterable<Item> | undefined): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items ?? []) found.push(item);
  return found;
}

import type { HeadObjectCommandOutput, PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { ObjectHeaders, S3Options } from '../../types.ts';

/** User metadata that holds the sha-256 of the stored bytes: what tells "unchanged" where an ETag is no MD5. */
export const sha256Metadata = 'collect-static-sha256';

/** What PutObject and CreateMultipartUpload have in common. */
export type ObjectParams = Pick<
  PutObjectCommandInput,
  | 'ACL'
  | 'CacheControl'
  | 'ContentDisposition'
  | 'ContentEncoding'
  | 'ContentLanguage'
  | 'ContentType'
  | 'ExpectedBucketOwner'
  | 'Expires'
  | 'Metadata'
  | 'ServerSideEncryption'
  | 'SSEKMSKeyId'
  | 'StorageClass'
  | 'Tagging'
  | 'WebsiteRedirectLocation'
>;

/** Headers in the SDK's words. The SDK's unions of known values are wider on the wire: stores have their own. */
export function objectParams(
  s3: Pick<S3Options, 'expectedBucketOwner'>,
  headers: ObjectHeaders,
  sha256: string,
  acl: string | undefined,
): ObjectParams {
  return {
    ACL: acl as ObjectParams['ACL'],
    CacheControl: headers.cacheControl,
    ContentDisposition: headers.contentDisposition,
    ContentEncoding: headers.contentEncoding,
    ContentLanguage: headers.contentLanguage,
    ContentType: headers.contentType,
    ExpectedBucketOwner: s3.expectedBucketOwner,
    Expires: headers.expires === undefined ? undefined : new Date(headers.expires),
    Metadata: { ...headers.metadata, [sha256Metadata]: sha256 },
    ServerSideEncryption: headers.serverSideEncryption as ObjectParams['ServerSideEncryption'],
    SSEKMSKeyId: headers.kmsKeyId,
    StorageClass: headers.storageClass as ObjectParams['StorageClass'],
    Tagging: headers.tagging,
    WebsiteRedirectLocation: headers.websiteRedirect,
  };
}

/** The headers that an object has; what S3 does not tell of one (its tags) is not among them. */
export function headersOf(answer: HeadObjectCommandOutput): ObjectHeaders {
  const theirs = Object.entries(answer.Metadata ?? {}).filter(([name]) => name !== sha256Metadata);
  const known = {
    cacheControl: answer.CacheControl,
    contentEncoding: answer.ContentEncoding,
    contentDisposition: answer.ContentDisposition,
    contentLanguage: answer.ContentLanguage,
    expires: answer.ExpiresString,
    metadata: theirs.length === 0 ? undefined : Object.fromEntries(theirs),
    storageClass: answer.StorageClass,
    serverSideEncryption: answer.ServerSideEncryption,
    kmsKeyId: answer.SSEKMSKeyId,
    websiteRedirect: answer.WebsiteRedirectLocation,
  };
  const given = Object.entries(known).filter(([, value]) => value !== undefined);
  return { contentType: answer.ContentType ?? '', ...Object.fromEntries(given) };
}

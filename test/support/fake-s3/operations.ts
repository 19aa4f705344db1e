import { findBucket, requireAction } from './access.ts';
import { getObjectAcl, putObjectAcl } from './acl.ts';
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  headBucket,
  listBuckets,
} from './buckets.ts';
import { completeMultipartUpload } from './complete.ts';
import { copyObject } from './copy.ts';
import { deleteObjects } from './delete.ts';
import { accessDenied, notImplemented } from './errors.ts';
import { listObjects, listObjectsV2 } from './list.ts';
import {
  abortMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
  uploadPart,
  uploadPartCopy,
} from './multipart.ts';
import { deleteObject, getObject, getObjectTagging, headObject, putObject } from './objects.ts';
import type { Reply, S3Request } from './request.ts';
import type { Bucket, Store } from './store.ts';

interface Operation {
  /** What a policy has to allow; without one, the operation asks for itself. */
  readonly action?: string;
  readonly writes?: true;
  readonly run: (request: S3Request, bucket: Bucket, store: Store) => Reply;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  PutObject: { action: 's3:PutObject', writes: true, run: putObject },
  CopyObject: { action: 's3:PutObject', writes: true, run: copyObject },
  GetObject: { action: 's3:GetObject', run: (request, bucket) => getObject(request, bucket) },
  HeadObject: { action: 's3:GetObject', run: headObject },
  DeleteObject: { action: 's3:DeleteObject', writes: true, run: deleteObject },
  DeleteObjects: { writes: true, run: deleteObjects },
  GetObjectAcl: { action: 's3:GetObjectAcl', run: getObjectAcl },
  PutObjectAcl: { action: 's3:PutObjectAcl', writes: true, run: putObjectAcl },
  GetObjectTagging: { action: 's3:GetObjectTagging', run: getObjectTagging },
  CreateMultipartUpload: { action: 's3:PutObject', writes: true, run: createMultipartUpload },
  UploadPart: { action: 's3:PutObject', writes: true, run: uploadPart },
  UploadPartCopy: { action: 's3:PutObject', writes: true, run: uploadPartCopy },
  CompleteMultipartUpload: { action: 's3:PutObject', writes: true, run: completeMultipartUpload },
  AbortMultipartUpload: { action: 's3:AbortMultipartUpload', run: abortMultipartUpload },
  ListParts: { action: 's3:ListMultipartUploadParts', run: listParts },
  ListMultipartUploads: { action: 's3:ListBucketMultipartUploads', run: listMultipartUploads },
  ListObjectsV2: { action: 's3:ListBucket', run: listObjectsV2 },
  ListObjects: { action: 's3:ListBucket', run: listObjects },
  HeadBucket: { action: 's3:ListBucket', run: headBucket },
  GetBucketLocation: { action: 's3:GetBucketLocation', run: getBucketLocation },
  DeleteBucket: { action: 's3:DeleteBucket', writes: true, run: deleteBucket },
};

/** Method, what the path names, and the query parameters that make another operation of it. */
const NAMES: Readonly<Record<string, string>> = {
  'GET service': 'ListBuckets',
  'PUT bucket': 'CreateBucket',
  'HEAD bucket': 'HeadBucket',
  'DELETE bucket': 'DeleteBucket',
  'GET bucket': 'ListObjects',
  'GET bucket list-type': 'ListObjectsV2',
  'GET bucket location': 'GetBucketLocation',
  'GET bucket uploads': 'ListMultipartUploads',
  'POST bucket delete': 'DeleteObjects',
  'PUT object': 'PutObject',
  'GET object': 'GetObject',
  'HEAD object': 'HeadObject',
  'DELETE object': 'DeleteObject',
  'GET object acl': 'GetObjectAcl',
  'PUT object acl': 'PutObjectAcl',
  'GET object tagging': 'GetObjectTagging',
  'POST object uploads': 'CreateMultipartUpload',
  'PUT object partNumber&uploadId': 'UploadPart',
  'POST object uploadId': 'CompleteMultipartUpload',
  'DELETE object uploadId': 'AbortMultipartUpload',
  'GET object uploadId': 'ListParts',
};

/** Every sub-resource of S3: other query parameters (a cache buster, `x-id`) change nothing. */
const SUBRESOURCES = new Set(
  'accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle list-type location logging metadataTable metrics notification object-lock ownershipControls partNumber policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention select session tagging torrent uploadId uploads versionId versioning versions website'.split(
    ' ',
  ),
);

export function nameOperation(
  method: string,
  { bucket, key, query }: Pick<S3Request, 'bucket' | 'key' | 'query'>,
  headers: Readonly<Record<string, string>>,
): string {
  const scope = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const parameters = Object.keys(query).filter((name) => SUBRESOURCES.has(name));
  const id = `${method} ${scope} ${parameters.sort().join('&')}`.trimEnd();
  const name = NAMES[id] ?? id;
  if (headers['x-amz-copy-source'] === undefined) return name;
  return { PutObject: 'CopyObject', UploadPart: 'UploadPartCopy' }[name] ?? name;
}

export function isWrite(op: string): boolean {
  return op === 'CreateBucket' || OPERATIONS[op]?.writes === true;
}

/** Does what an authenticated (or openly anonymous) request asks for. */
export function runOperation(request: S3Request, store: Store): Reply {
  if (request.op === 'ListBuckets' || request.op === 'CreateBucket') {
    if (request.anonymous) throw accessDenied();
    return request.op === 'ListBuckets'
      ? listBuckets(request, store)
      : createBucket(request, store);
  }
  const operation = OPERATIONS[request.op];
  if (operation === undefined) throw notImplemented();
  const bucket = findBucket(store, request);
  if (operation.action !== undefined) requireAction(request, bucket, operation.action);
  else if (request.anonymous) throw accessDenied();
  return operation.run(request, bucket, store);
}

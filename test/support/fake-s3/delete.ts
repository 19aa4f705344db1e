import { requireAction } from './access.ts';
import { invalidRequest, malformedXml, S3Error } from './errors.ts';
import { checkKey } from './object-headers.ts';
import { replyXml } from './request.ts';
import type { Reply, S3Request } from './request.ts';
import { deleteObject } from './store.ts';
import type { Bucket } from './store.ts';
import { claimedAlgorithm, verifyBody } from './verify.ts';
import { childrenOf, element, makeDocument, parent, parseXml, textOf } from './xml.ts';

const MAX_KEYS = 1000;

/** DeleteObjects: 200 whatever becomes of the single keys. */
export function deleteObjects(request: S3Request, bucket: Bucket): Reply {
  if (request.headers['content-md5'] === undefined && claimedAlgorithm(request) === undefined) {
    throw invalidRequest(
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    );
  }
  verifyBody(request, bucket);
  const root = parseXml(request.payload.bytes?.toString() ?? '');
  const wanted = childrenOf(root, 'Object');
  if (root.name !== 'Delete' || wanted.length === 0 || wanted.length > MAX_KEYS)
    throw malformedXml();
  const quiet = textOf(root, 'Quiet') === 'true';
  const results = wanted.map((node) => {
    const key = textOf(node, 'Key') ?? '';
    const etag = textOf(node, 'ETag');
    const problem = deleteOne({ ...request, key }, bucket, etag);
    if (problem === undefined) return quiet ? '' : parent('Deleted', element('Key', key));
    return parent(
      'Error',
      element('Key', key),
      element('Code', problem.code),
      element('Message', problem.message),
    );
  });
  return replyXml(makeDocument('DeleteResult', ...results));
}

function deleteOne(
  request: S3Request,
  bucket: Bucket,
  etag: string | undefined,
): S3Error | undefined {
  try {
    requireAction(request, bucket, 's3:DeleteObject');
    checkKey(request.key);
    const held = bucket.objects.get(request.key);
    if (etag !== undefined && held?.etag !== etag.replaceAll('"', '')) {
      return new S3Error(
        412,
        'PreconditionFailed',
        'At least one of the pre-conditions you specified did not hold',
      );
    }
    deleteObject(bucket, request.key);
    return undefined;
  } catch (error) {
    if (error instanceof S3Error) return error;
    throw error;
  }
}

import { exitCodes } from '../../errors.ts';
import type { ErrorContext, Explanation, Operation } from './errors.ts';
import type { Failure } from './failure.ts';

/**
 * The store takes no ACLs: AWS says so by name; B2 and Ceph say InvalidArgument, others NotImplemented,
 * and where such an answer names what it means, that must be the ACL.
 */
export function refusesAcl(failure: Failure, { aclSent }: ErrorContext): Explanation | undefined {
  const certain = failure.name === 'AccessControlListNotSupported';
  const likely =
    aclSent !== undefined &&
    ((failure.name === 'InvalidArgument' && failure.status === 400) || failure.status === 501) &&
    (failure.element('ArgumentName') ?? failure.element('Header') ?? acl).toLowerCase() === acl;
  if (!certain && !likely) return undefined;
  return {
    code: 'S3_ACL_NOT_SUPPORTED',
    exitCode: exitCodes.permission,
    why: certain
      ? "the bucket has ACLs disabled (S3's default since April 2023)"
      : `the request with the ACL "${aclSent ?? ''}" was refused, as stores do that take no ACLs`,
    hint: 'set s3.acl to "auto" or "none" and make the location readable with a bucket policy: collect-static policy --bucket',
  };
}

const acl = 'x-amz-acl';

/** A 401 or 403: which permission is missing for what was asked. */
export function explainDenial(failure: Failure, context: ErrorContext): Explanation | undefined {
  const denied =
    failure.status === 403 || failure.status === 401 || failure.name === 'AccessDenied';
  if (!denied) return undefined;
  const { aclSent, expectedBucketOwner, operation } = context;
  const owner =
    expectedBucketOwner === undefined
      ? ''
      : `; s3.expectedBucketOwner (${expectedBucketOwner}) must be the bucket's owner`;
  if (operation === 'put' && aclSent !== undefined && aclSent !== 'private') {
    return {
      code: 'S3_ACCESS_DENIED_ACL',
      exitCode: exitCodes.permission,
      why: `access denied to a put with the ACL "${aclSent}": either the bucket blocks public ACLs (Block Public Access), or the credentials lack s3:PutObjectAcl or s3:PutObject`,
      hint: `set s3.acl to "none" and use a bucket policy (collect-static policy --bucket), or allow the actions of collect-static policy --iam${owner}`,
    };
  }
  return {
    code: 'S3_ACCESS_DENIED',
    exitCode: exitCodes.permission,
    why: `access denied; ${missing[operation]}`,
    hint: `allow it with the policy that "collect-static policy --iam" prints${owner}`,
  };
}

const missing: Readonly<Record<Operation, string>> = {
  put: 'the credentials lack s3:PutObject',
  list: 'the credentials lack s3:ListBucket, so what is stored cannot be told',
  head: 'the credentials are wrong, or lack s3:GetObject, or s3:ListBucket without which S3 does not say that an object is absent',
  delete: 'the credentials lack s3:DeleteObject',
  credentials: 'the role or session may not be used',
};

/** The bucket lies in another region than the request was signed for. */
export function explainRegion(
  failure: Failure,
  { bucket, region }: ErrorContext,
): Explanation | undefined {
  const actual = failure.header('x-amz-bucket-region') ?? failure.element('Region');
  const redirected = failure.status === 301 || failure.status === 307;
  const elsewhere = actual !== undefined && actual !== region;
  const named = regionErrors.includes(failure.name);
  if (
    !named &&
    !redirected &&
    !(failure.status === 400 && elsewhere && failure.name === 'Unknown')
  ) {
    return undefined;
  }
  return {
    code: 'S3_WRONG_REGION',
    exitCode: exitCodes.unreachable,
    why: elsewhere
      ? `bucket ${bucket} is in ${actual}, the request was for ${region ?? 'another region'}`
      : `bucket ${bucket} is not where the request went (${region ?? 'no region'})`,
    hint: elsewhere
      ? `set s3.region (AWS_S3_REGION_NAME, --region) to ${actual}`
      : "set s3.region (AWS_S3_REGION_NAME, --region) to the bucket's region, and check the endpoint",
  };
}

const regionErrors = [
  'PermanentRedirect',
  'TemporaryRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
  'IncorrectEndpoint',
];

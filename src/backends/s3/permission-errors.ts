import { explained } from './explained.ts';
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
  return explained(
    'S3_ACL_NOT_SUPPORTED',
    certain
      ? "the bucket has ACLs disabled (S3's default since April 2023)"
      : `the request with the ACL "${aclSent ?? ''}" was refused, as stores do that take no ACLs`,
  );
}

const acl = 'x-amz-acl';

/** A 401 or 403: which permission is missing for what was asked. */
export function explainDenial(failure: Failure, context: ErrorContext): Explanation | undefined {
  const denied =
    failure.status === 403 || failure.status === 401 || failure.name === 'AccessDenied';
  if (!denied) return undefined;
  const { aclSent, expectedBucketOwner, operation } = context;
  if (operation === 'put' && aclSent !== undefined && aclSent !== 'private') {
    return withOwner(
      explained(
        'S3_ACCESS_DENIED_ACL',
        `access denied to a put with the ACL "${aclSent}": either the bucket blocks public ACLs (Block Public Access), or the credentials lack s3:PutObjectAcl or s3:PutObject`,
      ),
      expectedBucketOwner,
    );
  }
  return withOwner(
    explained('S3_ACCESS_DENIED', `access denied; ${missing[operation]}`),
    expectedBucketOwner,
  );
}

function withOwner(explanation: Explanation, owner: string | undefined): Explanation {
  if (owner === undefined) return explanation;
  const { hint } = explanation;
  return {
    ...explanation,
    hint: `${hint}; s3.expectedBucketOwner (${owner}) must be the bucket's owner`,
  };
}

const missing: Readonly<Record<Operation, string>> = {
  put: 'the credentials lack s3:PutObject',
  list: 'the credentials lack s3:ListBucket, so what is stored cannot be told',
  head: 'the credentials are wrong, or lack s3:GetObject, or s3:ListBucket without which S3 does not say that an object is absent',
  read: 'the credentials lack s3:GetObject, or s3:ListBucket without which S3 does not say that an object is absent',
  copy: 'the credentials lack s3:GetObject or s3:PutObject',
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
  const why = elsewhere
    ? `bucket ${bucket} is in ${actual}, the request was for ${region ?? 'another region'}`
    : `bucket ${bucket} is not where the request went (${region ?? 'no region'})`;
  return {
    ...explained('S3_WRONG_REGION', why),
    ...(elsewhere && { hint: `set s3.region (AWS_S3_REGION_NAME, --region) to ${actual}` }),
  };
}

const regionErrors = [
  'PermanentRedirect',
  'TemporaryRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
  'IncorrectEndpoint',
];

import type { S3Options } from './types.ts';

/** What the policies are made for. */
export type PolicyTarget = Pick<S3Options, 'bucket' | 'location'> &
  Partial<Pick<S3Options, 'acl' | 'region' | 'preloadMetadata'>>;

/** What a configuration's headers ask for beyond storing objects. */
export interface PolicyNeeds {
  /** Key id, alias or ARN, as the configuration names it. */
  readonly kmsKeyId?: string | undefined;
  readonly tagging?: boolean;
  /** A release record is kept, and a lock taken and given back. */
  readonly locks?: boolean;
  /** Where record and lock are, if not among the objects. */
  readonly state?: Pick<S3Options, 'bucket' | 'location'> | undefined;
  /** Objects are deleted. */
  readonly deletes?: boolean;
  /** Id of a CloudFront distribution that is told what was replaced. */
  readonly distribution?: string | undefined;
}

export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal?: '*';
  readonly Action: readonly string[];
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** The least IAM policy with which this configuration can be deployed. */
export function iamPolicy(s3: PolicyTarget, needs: PolicyNeeds = {}): Policy {
  return {
    Version: '2012-10-17',
    Statement: [
      listing(s3),
      objects(s3, needs),
      ...removal(s3, needs),
      ...keeping(s3, needs),
      ...encryption(s3, needs.kmsKeyId),
      ...invalidation(s3, needs.distribution),
    ],
  };
}

/** The bucket policy with which anyone may read the location's objects. */
export function bucketPolicy(s3: PolicyTarget): Policy {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'PublicRead',
        Effect: 'Allow',
        Principal: '*',
        Action: ['s3:GetObject'],
        Resource: objectArn(s3),
      },
    ],
  };
}

/** `aws`, or the partition a region belongs to: their ARNs differ. */
export function partitionOf(region: string | undefined): 'aws' | 'aws-cn' | 'aws-us-gov' {
  if (region?.startsWith('cn-') === true) return 'aws-cn';
  return region?.startsWith('us-gov-') === true ? 'aws-us-gov' : 'aws';
}

function listing(s3: PolicyTarget): Statement {
  const base = {
    Sid: 'ListLocation',
    Effect: 'Allow',
    Action: ['s3:ListBucket'],
    Resource: bucketArn(s3),
  } as const;
  // A HEAD of an absent object is a 404 only for who may list, and it carries no prefix
  // that a condition could look at: with one HEAD per file the condition would deny all of them.
  if (s3.location === '' || s3.preloadMetadata === false) return base;
  return { ...base, Condition: { StringLike: { 's3:prefix': [`${s3.location}/*`] } } };
}

function objects(s3: PolicyTarget, needs: PolicyNeeds): Statement {
  const acls = s3.acl !== 'none';
  return {
    Sid: 'StoreObjects',
    Effect: 'Allow',
    Action: [
      's3:PutObject',
      ...(acls ? ['s3:PutObjectAcl'] : []),
      ...(needs.tagging === true ? ['s3:PutObjectTagging'] : []),
      's3:GetObject',
      // What verify compares.
      ...(acls ? ['s3:GetObjectAcl'] : []),
      's3:AbortMultipartUpload',
    ],
    Resource: objectArn(s3),
  };
}

/** Without --prune only the lock is ever deleted. */
function removal(s3: PolicyTarget, needs: PolicyNeeds): Statement[] {
  const { locks = false, deletes = false, state } = needs;
  const locked = locks && state === undefined;
  if (!locked && !deletes) return [];
  const Resource = deletes ? objectArn(s3) : ownArn(s3);
  return [{ Sid: 'DeleteObjects', Effect: 'Allow', Action: ['s3:DeleteObject'], Resource }];
}

/** What another place for record and lock takes. */
function keeping(s3: PolicyTarget, { locks = false, state }: PolicyNeeds): Statement[] {
  if (!locks || state === undefined) return [];
  const place = { ...s3, ...state };
  const Action = [
    's3:PutObject',
    ...(s3.acl === 'none' ? [] : ['s3:PutObjectAcl']),
    's3:GetObject',
    's3:DeleteObject',
    's3:AbortMultipartUpload',
  ];
  return [
    { ...listing(place), Sid: 'ListState' },
    { Sid: 'KeepState', Effect: 'Allow', Action, Resource: ownArn(place) },
  ];
}

function encryption(s3: PolicyTarget, kmsKeyId: string | undefined): Statement[] {
  if (kmsKeyId === undefined) return [];
  const base = {
    Sid: 'EncryptObjects',
    Effect: 'Allow',
    // Decrypt is what completing a multipart upload takes.
    Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
  } as const;
  const keys = `arn:${partitionOf(s3.region)}:kms:*:*:key/`;
  if (!kmsKeyId.startsWith('alias/')) {
    return [{ ...base, Resource: kmsKeyId.startsWith('arn:') ? kmsKeyId : keys + kmsKeyId }];
  }
  return [
    {
      ...base,
      Resource: `${keys}*`,
      Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [kmsKeyId] } },
    },
  ];
}

/** The account is not known here: a distribution's id is its own in any. */
function invalidation(s3: PolicyTarget, distribution: string | undefined): Statement[] {
  if (distribution === undefined) return [];
  return [
    {
      Sid: 'InvalidateDistribution',
      Effect: 'Allow',
      Action: ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'],
      Resource: `arn:${partitionOf(s3.region)}:cloudfront::*:distribution/${distribution}`,
    },
  ];
}

function bucketArn(s3: PolicyTarget): string {
  return `arn:${partitionOf(s3.region)}:s3:::${s3.bucket}`;
}

function objectArn(s3: PolicyTarget): string {
  return `${bucketArn(s3)}/${s3.location === '' ? '' : `${s3.location}/`}*`;
}

/** What the tool keeps there for itself. */
function ownArn(s3: PolicyTarget): string {
  return objectArn(s3).replace(/\*$/, '.collect-static/*');
}

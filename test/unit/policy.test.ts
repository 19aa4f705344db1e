import { describe, expect, it } from 'vitest';
import { bucketPolicy, iamPolicy } from '../../src/policy.ts';

const s3 = { bucket: 'assets', location: 'static', acl: 'auto' };

describe('the IAM policy', () => {
  it('allows what a deploy does, below the location, and nothing else', () => {
    expect(iamPolicy(s3)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'ListLocation',
          Effect: 'Allow',
          Action: ['s3:ListBucket'],
          Resource: 'arn:aws:s3:::assets',
          Condition: { StringLike: { 's3:prefix': ['static/*'] } },
        },
        {
          Sid: 'StoreObjects',
          Effect: 'Allow',
          Action: [
            's3:PutObject',
            's3:PutObjectAcl',
            's3:GetObject',
            's3:GetObjectAcl',
            's3:AbortMultipartUpload',
          ],
          Resource: 'arn:aws:s3:::assets/static/*',
        },
      ],
    });
  });

  it('leaves out the ACL where none is sent', () => {
    expect(JSON.stringify(iamPolicy({ ...s3, acl: 'none' }))).not.toContain('Acl');
  });

  it('covers the whole bucket where the location is its root', () => {
    const [listing, objects] = iamPolicy({ ...s3, location: '' }).Statement;
    expect(listing).not.toHaveProperty('Condition');
    expect(objects?.Resource).toBe('arn:aws:s3:::assets/*');
  });

  it('puts no condition on listing where every file is looked up by itself', () => {
    expect(iamPolicy({ ...s3, preloadMetadata: false }).Statement[0]).not.toHaveProperty(
      'Condition',
    );
  });

  it.each([
    ['arn:aws:kms:eu-west-1:1:key/k', 'arn:aws:kms:eu-west-1:1:key/k'],
    ['1234-abcd', 'arn:aws:kms:*:*:key/1234-abcd'],
    ['alias/site', 'arn:aws:kms:*:*:key/*'],
  ])('allows to encrypt with the key %s', (kmsKeyId, Resource) => {
    expect(iamPolicy(s3, { kmsKeyId }).Statement[2]).toMatchObject({
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Resource,
    });
  });

  it('allows tags where objects are tagged', () => {
    expect(iamPolicy(s3, { tagging: true }).Statement[1]?.Action).toContain('s3:PutObjectTagging');
  });
});

describe('the IAM policy for a record and a lock', () => {
  const deletions = { Action: ['s3:DeleteObject'], Resource: 'arn:aws:s3:::assets/static/*' };

  it('allows to take back the lock, and nothing else', () => {
    expect(iamPolicy(s3, { locks: true }).Statement.slice(2)).toMatchObject([
      { ...deletions, Resource: 'arn:aws:s3:::assets/static/.collect-static/*' },
    ]);
  });

  it('that are elsewhere allows what they take there, and there alone', () => {
    const state = { bucket: 'records', location: 'site' };
    const kept = [
      {
        Sid: 'ListState',
        Effect: 'Allow',
        Action: ['s3:ListBucket'],
        Resource: 'arn:aws:s3:::records',
        Condition: { StringLike: { 's3:prefix': ['site/*'] } },
      },
      {
        Sid: 'KeepState',
        Effect: 'Allow',
        Action: [
          's3:PutObject',
          's3:PutObjectAcl',
          's3:GetObject',
          's3:DeleteObject',
          's3:AbortMultipartUpload',
        ],
        Resource: 'arn:aws:s3:::records/site/.collect-static/*',
      },
    ];
    const later = (needs: object) => iamPolicy(s3, { state, ...needs }).Statement.slice(2);
    expect(later({ locks: true })).toEqual(kept);
    expect(later({ locks: true, deletes: true })).toEqual([
      expect.objectContaining(deletions),
      ...kept,
    ]);
    expect(later({})).toEqual([]);
  });
});

describe('the bucket policy', () => {
  it('lets anyone read the location, and only that', () => {
    expect(bucketPolicy(s3)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'PublicRead',
          Effect: 'Allow',
          Principal: '*',
          Action: ['s3:GetObject'],
          Resource: 'arn:aws:s3:::assets/static/*',
        },
      ],
    });
  });

  it.each([
    ['cn-north-1', 'arn:aws-cn:s3:::assets/static/*'],
    ['us-gov-west-1', 'arn:aws-us-gov:s3:::assets/static/*'],
    ['eu-west-1', 'arn:aws:s3:::assets/static/*'],
  ])('names resources as their partition does (%s)', (region, Resource) => {
    expect(bucketPolicy({ ...s3, region }).Statement[0]?.Resource).toBe(Resource);
  });
});

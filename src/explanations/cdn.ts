import { exitCodes } from '../errors.ts';
import type { CodeExplanation } from './explanation.ts';

const { config, cdn } = exitCodes;

/** The CDN in front of the bucket. */
export const ofTheCdn = {
  NO_CDN: {
    what: 'the command is about a CDN, and none is configured',
    why: 'collect-static invalidate tells a CloudFront distribution in front of an S3 bucket to forget what it has.',
    fix: 'set cdn.distribution, and the backend to s3',
    exit: [config],
  },
  CDN_DENIED: {
    what: 'the CDN does not allow the invalidation',
    why: 'The credentials are those that the bucket is written with. They lack cloudfront:CreateInvalidation or cloudfront:GetInvalidation for the distribution, or are wrong. The deploy itself is complete.',
    fix: 'allow it with the policy that collect-static policy --iam prints, then run collect-static invalidate',
    exit: [cdn],
  },
  CDN_FAILED: {
    what: 'the CDN did not take the invalidation, or did not complete it',
    why: 'It was not reachable, there is no such distribution, or it has too many invalidations in progress (15 wildcards, 3,000 paths). The deploy itself is complete, but visitors may get the old files for as long as the CDN keeps them.',
    fix: 'run collect-static invalidate',
    exit: [cdn],
  },
} as const satisfies Readonly<Record<string, CodeExplanation>>;

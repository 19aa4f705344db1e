import { CollectError, exitCodes } from '../errors.ts';
import { detailsOf } from '../explanations/index.ts';
import { bucketPolicy, iamPolicy, type PolicyNeeds } from '../policy.ts';
import type { Config } from '../types.ts';
import type { CommandContext } from './context.ts';
import { load, type CommonFlags } from './flags.ts';

/** `policy [--iam|--bucket]`: the policies this config needs, as JSON to paste. No network. */
export async function runPolicy(context: CommandContext, flags: CommonFlags): Promise<number> {
  const { io } = context;
  const { configs } = await load(context, flags, { needsSources: false });
  const [config] = configs;
  if (config.s3.bucket === '') {
    const message = 'a policy is about a bucket, and none is configured';
    throw new CollectError('NO_BUCKET', message, detailsOf('NO_BUCKET'));
  }
  const both = flags.iam !== true && flags.bucket !== true;
  const policies = [
    ...(both || flags.iam === true
      ? [
          {
            title: 'IAM policy: what the deploying user needs',
            policy: iamPolicy(config.s3, grants(config)),
          },
        ]
      : []),
    ...(both || flags.bucket === true
      ? [{ title: 'Bucket policy: anyone may read', policy: bucketPolicy(config.s3) }]
      : []),
  ];
  for (const { title, policy } of policies) {
    if (both && flags.json !== true) io.stdout.write(`# ${title}\n`);
    io.stdout.write(
      `${flags.json === true ? JSON.stringify(policy) : JSON.stringify(policy, null, 2)}\n`,
    );
  }
  return exitCodes.ok;
}

/** What the configured headers ask for beyond a plain put. */
function grants({ headers, rules, s3, state, prune, cdn }: Config): PolicyNeeds {
  const all = [headers, ...rules.map((rule) => rule.headers)];
  const kmsKeyId = all
    .map((one) => one['x-amz-server-side-encryption-aws-kms-key-id'])
    .find((id) => id !== undefined);
  const tagging = all.some((one) => one['x-amz-tagging'] !== undefined);
  const place = { bucket: state.bucket ?? s3.bucket, location: state.location ?? s3.location };
  const isElsewhere = place.bucket !== s3.bucket || place.location !== s3.location;
  return {
    kmsKeyId,
    tagging,
    locks: state.enabled,
    state: isElsewhere ? place : undefined,
    deletes: prune,
    distribution: cdn.distribution,
  };
}

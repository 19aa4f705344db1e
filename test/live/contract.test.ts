import { randomBytes } from 'node:crypto';
import { afterAll, describe } from 'vitest';
import { describeBackend, type ContractSubject } from '../support/backend-contract.ts';
import { s3Subject } from '../support/s3-subject.ts';

// npm run test:live: the contract against any bucket. Everything is put below a prefix of its own and deleted after.
const {
  LIVE_BUCKET: bucket,
  LIVE_ENDPOINT: endpoint,
  LIVE_REGION: region,
  LIVE_ACL: acl,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
} = process.env;

const ready = bucket && accessKeyId && secretAccessKey;
if (!ready) {
  process.stdout.write(
    'skipped: set LIVE_BUCKET, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and LIVE_ENDPOINT, LIVE_REGION, LIVE_ACL)\n',
  );
}

describe.skipIf(!ready)('a live bucket', () => {
  if (!ready) return;
  const run = randomBytes(4).toString('hex');
  const subjects: ContractSubject[] = [];
  afterAll(async () => {
    for (const { backend } of subjects) {
      const keys: string[] = [];
      for await (const { key } of backend.list?.() ?? []) keys.push(key);
      await backend.delete?.(keys);
      await backend.close?.();
    }
  });
  describeBackend(`${bucket} at ${endpoint ?? 'AWS'}`, async () => {
    const subject = await s3Subject({
      endpoint,
      credentials: { accessKeyId, secretAccessKey },
      bucket,
      location: `collect-static-live-${run}/${subjects.length}`,
      ...(region && { region }),
      ...(acl && { acl }),
    });
    subjects.push(subject);
    return subject;
  });
});

import process from 'node:process';
import { startFakeS3 } from '../support/fake-s3/index.ts';
import { isOwnRecord } from '../support/own-records.ts';

// The program of server-process.ts: a fake S3 that keeps digests instead of the site's bodies, and counts instead of a log.

const fake = await startFakeS3({
  discardBodiesOver: 0,
  keepsBodyOf: isOwnRecord,
  keepLog: false,
});
// Checksums in JavaScript would take longer than what is measured.
fake.createBucket('assets', { checksums: 'none' });
const counts: Record<string, number> = {};
fake.fault = ({ op }) => {
  counts[op] = (counts[op] ?? 0) + 1;
  return undefined;
};
process.on('message', (key: string) => {
  const objects = fake.objects('assets');
  const object = objects.get(key);
  process.send?.({
    objects: [...objects.keys()].filter((one) => !isOwnRecord(one)).length,
    record: [...objects.values()].find(({ key: one }) => one.endsWith('/release.json.gz'))?.size,
    counts,
    uploads: fake.uploads('assets'),
    parts: object?.parts ?? (object && [{ size: object.size, sha256: object.sha256 }]),
  });
});
process.on('disconnect', () => process.exit());
process.send?.({ endpoint: fake.endpoint, credentials: fake.credentials });

import { buckets } from '../test/harness/faults.ts';
import { readSite } from '../test/harness/oracle.ts';
import type { BucketOptions } from '../test/support/fake-s3/types.ts';
import { deployOnce, sit, type Candidate, type Reference } from './exam.ts';
import { cacheControl } from './peer.ts';

/** A site as it is now and as it was two days ago: other bytes, equal sizes. */
export interface Sites {
  readonly now: string;
  readonly before: string;
}

export type Rehearsed =
  | {
      readonly reference: Reference;
      /** Kinds of bucket that the peer cannot deploy to in good weather, as far as its command line goes. */
      readonly refused: readonly BucketOptions[];
    }
  | { readonly reason: string };

/** Whoever cannot deploy in good weather is not examined: that would say nothing of faults. */
export async function rehearse(candidate: Candidate, sites: Sites): Promise<Rehearsed> {
  const before = await deployOnce(candidate, sites.before);
  const after = await deployOnce(candidate, sites.now);
  for (const { exitCode, said } of [before, after]) {
    if (exitCode !== 0) return { reason: `exit ${exitCode ?? 'by deadline'}: ${said}` };
  }
  const reference = { before: before.objects, after: after.objects };
  const problem = await problemOf(reference, sites);
  if (problem !== undefined) return { reason: problem };
  const refused: BucketOptions[] = [];
  for (const bucket of buckets) {
    const calm = { seed: 0, bucket, faultFor: () => undefined };
    const { outcome, wrong, missing, said } = await sit(candidate, sites.now, reference, calm);
    if (outcome === 'right') continue;
    if (Object.keys(bucket).length === 0) {
      return { reason: `${outcome} (wrong: ${wrong.join()}; missing: ${missing.join()}): ${said}` };
    }
    refused.push(bucket);
  }
  return { reference, refused };
}

/** The site's own bytes are the measure here, later on it is the reference. */
async function problemOf(reference: Reference, sites: Sites): Promise<string | undefined> {
  const pairs = [
    [sites.before, reference.before],
    [sites.now, reference.after],
  ] as const;
  for (const [dir, objects] of pairs) {
    const site = await readSite(dir);
    if (site.size !== objects.size) return `${objects.size} objects for ${site.size} files`;
    for (const [key, bytes] of site) {
      const object = objects.get(`static/${key}`);
      if (object?.bytes.equals(bytes) !== true) return `${key} differs`;
      const told = object.headers['cache-control'];
      // Pages are no-cache with collect-static, whatever the other files are told.
      const right = told === cacheControl || (key.endsWith('.html') && told === 'no-cache');
      if (!right) return `${key} has Cache-Control: ${told ?? '(none)'}`;
    }
  }
  return undefined;
}

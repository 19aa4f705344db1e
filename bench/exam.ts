import { startFakeS3, type FakeS3 } from '../test/support/fake-s3/index.ts';
import type { FakeObject } from '../test/support/fake-s3/types.ts';
import { faultOf } from '../test/harness/faults.ts';
import { plantedAt, type Trial } from '../test/harness/runs.ts';
import type { Peer } from './peer.ts';
import { createFolder, runProgram, type Ended } from './program.ts';

const bucket = 'assets';

/** A peer as installed, and what it is given. */
export interface Candidate {
  readonly peer: Peer;
  readonly env: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
}

type Objects = ReadonlyMap<string, FakeObject>;

/** What the peer itself stored in good weather: of the site as it was two days ago, and as it is now. */
export interface Reference {
  readonly before: Objects;
  readonly after: Objects;
}

export interface Run {
  readonly outcome: 'right' | 'lie' | 'failure' | 'no end';
  readonly exitCode: number | undefined;
  readonly seconds: number;
  readonly requests: number;
  readonly faults: number;
  /** Keys that do not hold what the peer was to put there. */
  readonly wrong: readonly string[];
  readonly missing: readonly string[];
  /** The last fault that a wrong or missing key met, and how many keys did. */
  readonly after: Readonly<Record<string, number>>;
  readonly said: string;
}

/** Deploys into an empty bucket in good weather, and shows what is there then. */
export async function deployOnce(
  candidate: Candidate,
  site: string,
): Promise<{ readonly objects: Objects } & Ended> {
  const fake = await startFakeS3();
  try {
    fake.createBucket(bucket);
    const ended = await deploy(candidate, fake, site);
    return { objects: fake.objects(bucket), ...ended };
  } finally {
    await fake.close();
  }
}

/** One schedule, on a store that holds what an earlier deploy of the same peer left there. */
export async function sit(
  candidate: Candidate,
  site: string,
  reference: Reference,
  trial: Pick<Trial, 'seed' | 'bucket' | 'faultFor'>,
  onRequest: () => void = () => undefined,
): Promise<Run> {
  const fake = await startFakeS3();
  try {
    fake.createBucket(bucket, trial.bucket);
    plant(fake, reference, trial);
    const met: { op: string; key: string; kind: string }[] = [];
    fake.fault = (request) => {
      onRequest();
      const { op, key } = request;
      const kind = op === 'GetObject' ? undefined : trial.faultFor('', request);
      const fault = faultOf(kind, op);
      if (kind !== undefined && fault !== undefined) met.push({ op, key, kind });
      return fault;
    };
    const { exitCode, seconds, said } = await deploy(candidate, fake, site);
    const { wrong, missing } = compare(fake.objects(bucket), reference.after);
    const lastOf = (key: string) => {
      const last =
        met.findLast((fault) => fault.key === key) ?? met.findLast((fault) => fault.key === '');
      return last === undefined ? 'no fault' : `${last.op} ${last.kind}`;
    };
    return {
      outcome: outcomeOf(exitCode, wrong.length + missing.length),
      exitCode,
      seconds: Math.round(seconds),
      requests: fake.requests.length,
      faults: met.length,
      wrong,
      missing,
      after: count([...wrong, ...missing].map(lastOf)),
      said,
    };
  } finally {
    await fake.close();
  }
}

/** Nothing but the bytes and the two headers counts: both as the peer itself stores them when nothing goes wrong. */
function compare(
  objects: Objects,
  reference: Objects,
): { readonly wrong: string[]; readonly missing: string[] } {
  const keys = [...reference.keys()];
  return {
    missing: keys.filter((key) => !objects.has(key)),
    wrong: keys.filter((key) => {
      const [object, right] = [objects.get(key), reference.get(key)];
      if (object === undefined || right === undefined) return false;
      const headers = ['content-type', 'cache-control'];
      return (
        !object.bytes.equals(right.bytes) ||
        headers.some((name) => object.headers[name] !== right.headers[name])
      );
    }),
  };
}

function outcomeOf(exitCode: number | undefined, bad: number): Run['outcome'] {
  if (exitCode === undefined) return 'no end';
  if (exitCode !== 0) return 'failure';
  return bad > 0 ? 'lie' : 'right';
}

async function deploy({ peer, env, deadlineMs }: Candidate, fake: FakeS3, site: string) {
  const { endpoint, credentials } = fake;
  const place = { bucket, endpoint };
  const folder = await createFolder(site, peer.files?.(place) ?? {});
  try {
    return await runProgram(peer.deploys(bucket), {
      dir: folder.dir,
      env: {
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_REGION: 'us-east-1',
        AWS_ENDPOINT_URL: endpoint,
        AWS_EC2_METADATA_DISABLED: 'true',
        ...env,
        ...peer.env?.(place),
      },
      deadlineMs,
    });
  } finally {
    await folder.remove();
  }
}

const aDay = 24 * 3_600_000;

/** The same keys are there as in R1, with the headers of the peer's own earlier deploy. */
function plant(fake: FakeS3, { before, after }: Reference, { seed }: { readonly seed: number }) {
  for (const [objectKey, object] of after) {
    const planted = plantedAt(seed, objectKey.slice('static/'.length), object.size);
    if (planted === undefined) continue;
    const version = planted === 'old' ? (before.get(objectKey) ?? object) : object;
    fake.put(bucket, objectKey, version.bytes, {
      ...version.headers,
      'x-amz-acl': version.acl,
      ...(planted === 'old' && { 'last-modified': new Date(Date.now() - aDay).toUTCString() }),
    });
  }
}

function count(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

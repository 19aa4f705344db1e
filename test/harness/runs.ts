import { createSite, type Site } from '../support/create-site.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import type { BucketOptions } from '../support/fake-s3/types.ts';
import { isOwnRecord } from '../support/own-records.ts';
import type { Deploy, Ended } from './deploy.ts';
import { faultAt, faultOf, idOf, weatherOf } from './faults.ts';
import { headersOf, isRecorded, judge, readSite } from './oracle.ts';
import { chance } from './chance.ts';

const bucket = 'assets';
const isUnfinished: readonly string[] = ['CreateMultipartUpload', 'UploadPart'];

/** A site of small files of which every tenth is a page. */
export function createFiles(count: number): Record<string, string> {
  const extensions = ['css', 'js', 'svg', 'txt', 'png', 'css', 'js', 'txt', 'js', 'html'];
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => {
      const name = `static/${i % 7 === 0 ? 'deep/er/' : ''}f${i}.${extensions[i % 10] ?? 'txt'}`;
      return [name, `${i} `.repeat(Math.floor(chance(i, 'size') ** 3 * 3_000))];
    }),
  );
}

export interface World {
  readonly site: Site;
  readonly files: ReadonlyMap<string, Buffer>;
  close(): Promise<void>;
}

export async function createWorld(files: Record<string, string>): Promise<World> {
  const site = await createSite({ ...files, 'package.json': '{}' });
  return { site, files: await readSite(site.path('static')), close: () => site.remove() };
}

/** The faults of a run: which kind each attempt met. */
export type Faults = Readonly<Record<string, string>>;

export interface Verdict {
  readonly problems: readonly string[];
  readonly ended: Ended;
  readonly faults: Faults;
  readonly requests: number;
}

/** A store of its own for one run: what it held before is made from the seed. */
export interface Trial {
  readonly seed: number;
  readonly bucket: BucketOptions;
  /** Whether the run must succeed. */
  readonly mustHeal: boolean;
  readonly faultFor: (
    id: string,
    request: Parameters<NonNullable<FakeS3['fault']>>[0],
  ) => string | undefined;
}

export function trialOf(seed: number): Trial {
  const weather = weatherOf(seed);
  return {
    seed,
    bucket: weather.bucket,
    mustHeal: weather.heals,
    faultFor: (_, request) => faultAt(weather, request),
  };
}

export async function runTrial(
  world: World,
  trial: Trial,
  deploy: (deploy: Deploy) => Promise<Ended>,
  more: {
    /** Whether what failed is to be completed by a further run. */
    readonly again?: boolean;
    /** false: the same dry run was tried before. */
    readonly rehearsal?: boolean;
    readonly minPartBytes?: number;
  } = {},
): Promise<Verdict> {
  const { minPartBytes } = more;
  const fake = await startFakeS3(minPartBytes === undefined ? {} : { minPartBytes });
  try {
    fake.createBucket(bucket, trial.bucket);
    const before = plant(fake, world, trial.seed);
    const planted = fake.history(bucket).length;
    const place = { cwd: world.site.dir, fake, bucket };
    const rehearsed = more.rehearsal === false ? [] : await rehearse(world, place, deploy);
    fake.clearLog();
    const faults: Record<string, string> = {};
    fake.fault = (request) => {
      const id = idOf(request);
      // An object of the site is read to see whether anybody may: after the run, as it were.
      const isLook = request.op === 'GetObject' && !isOwnRecord(request.key);
      const kind = isLook ? undefined : trial.faultFor(id, request);
      const fault = faultOf(kind, request.op);
      if (kind !== undefined && fault !== undefined) faults[id] = kind;
      return fault;
    };
    const ended = await deploy(place);
    const requests = fake.requests.length;
    const judged = () =>
      judge({
        claim: ended,
        site: world.files,
        before,
        objects: fake.objects(bucket),
        history: fake.history(bucket).slice(planted),
        writes: fake
          .writes()
          .filter(({ op, key }) => !isUnfinished.includes(op) && !isOwnRecord(key)),
        location: 'static',
        recording: trial.mustHeal,
        aclExpected: (trial.bucket.aclsDisabled ?? trial.bucket.rejectAclHeader ?? false) === false,
      });
    const problems = [...rehearsed, ...judged()];
    if (trial.mustHeal && ended.exitCode !== 0) {
      problems.push(`exit ${ended.exitCode} although every fault heals: ${ended.error ?? ''}`);
    }
    if (fake.uploads(bucket) > 0) problems.push('a multipart upload is left');
    if (ended.exitCode === 0) {
      problems.push(...(await runAgain(world, place, deploy)));
    } else if (more.again === true) {
      problems.push(...(await goOn(world, place, deploy)));
    }
    return { problems, ended, faults, requests };
  } finally {
    await fake.close();
  }
}

type DeployOnce = (deploy: Deploy) => Promise<Ended>;

/** In good weather: a dry run tells what the next one writes, that one completes the site, and another writes nothing. */
export async function goOn(world: World, place: Deploy, deploy: DeployOnce): Promise<string[]> {
  place.fake.fault = undefined;
  return [
    ...(await rehearse(world, place, deploy)),
    ...(await runAgain(world, place, deploy)),
    ...(await runAgain(world, place, deploy)),
  ];
}

/** Object keys that are not as they are to be. */
function missing({ files }: World, { fake }: Deploy): string[] {
  const stored = fake.objects(bucket);
  return [...files.keys()]
    .map((key) => `static/${key}`)
    .filter((key) => {
      const bytes = files.get(key.slice('static/'.length));
      return bytes !== undefined && stored.get(key)?.bytes.equals(bytes) !== true;
    })
    .sort();
}

/** R18: a dry run sends no write, and lists what is missing and nothing else. */
async function rehearse(world: World, place: Deploy, deploy: DeployOnce): Promise<string[]> {
  place.fake.clearLog();
  const expected = missing(world, place);
  const { exitCode, uploads, error } = await deploy({ ...place, dryRun: true });
  const writes = [...writesOf(place.fake), ...ownWritesOf(place.fake)];
  const planned = uploads.map((key) => `static/${key}`).sort();
  return [
    ...(exitCode === 0 ? [] : [`a dry run ends with ${exitCode}: ${error ?? ''}`]),
    ...(writes.length === 0 ? [] : [`a dry run wrote ${writes.join(' ')}`]),
    ...differences('a dry run would write', planned, expected),
  ];
}

/**
 * R17: a run in good weather writes what is missing, and nothing else; of a complete site that is recorded nothing at
 * all. It leaves no lock.
 */
async function runAgain(world: World, place: Deploy, deploy: DeployOnce): Promise<string[]> {
  place.fake.fault = undefined;
  place.fake.clearLog();
  const expected = missing(world, place);
  const complete =
    expected.length === 0 && isRecorded(place.fake.objects(bucket), world.files, 'static');
  const { exitCode, error } = await deploy(place);
  const own = ownWritesOf(place.fake);
  const locked = place.fake.objects(bucket).has('static/.collect-static/lock.json');
  return [
    ...(exitCode === 0 ? [] : [`the next run ends with ${exitCode}: ${error ?? ''}`]),
    ...(complete && own.length > 0 ? [`the next run wrote ${own.join(' ')} for nothing`] : []),
    ...(!complete && locked ? ['the next run left a lock'] : []),
    ...(isRecorded(place.fake.objects(bucket), world.files, 'static')
      ? []
      : ['it wrote no record']),
    ...differences('the next run wrote', writesOf(place.fake), expected),
  ];
}

/** Keys of the site that a run wrote. */
function writesOf(fake: FakeS3): string[] {
  return allWritesOf(fake).filter((key) => !isOwnRecord(key));
}

/** Keys that a run wrote, and that are none of the site. */
function ownWritesOf(fake: FakeS3): string[] {
  return allWritesOf(fake).filter(isOwnRecord);
}

/** What arrived before a run asked for a listing was sent by the one before, and given up there. */
function allWritesOf(fake: FakeS3): string[] {
  const first = fake.requests.findIndex(({ op }) => op === 'ListObjectsV2');
  const late = new Set(fake.requests.slice(0, first));
  const writes = fake.writes().filter((request) => !late.has(request));
  return [...new Set(writes.map(({ key }) => key))].sort();
}

function differences(what: string, is: readonly string[], expected: readonly string[]): string[] {
  const extra = is.filter((key) => !expected.includes(key));
  const left = expected.filter((key) => !is.includes(key));
  if (extra.length + left.length === 0) return [];
  return [`${what} ${extra.join(' ')} for nothing, and not ${left.join(' ')}`];
}

/** Some keys are there already: a few as they are to be, a few with other bytes of the same size. */
export function plant(fake: FakeS3, { files }: World, seed: number): Map<string, Buffer> {
  const before = new Map<string, Buffer>();
  for (const [key, bytes] of files) {
    const planted = plantedAt(seed, key, bytes.length);
    if (planted === undefined) continue;
    const version = planted === 'old' ? Buffer.alloc(bytes.length, 'old') : bytes;
    before.set(key, version);
    fake.put(bucket, `static/${key}`, version, {
      ...headersOf(key, version),
      'x-amz-acl': 'public-read',
    });
  }
  return before;
}

/** What the store holds of a key before a run, if anything. */
export function plantedAt(seed: number, key: string, size: number): 'old' | 'same' | undefined {
  const roll = chance(seed, 'plant', key);
  if (roll > 0.15) return undefined;
  return roll < 0.1 && size > 0 ? 'old' : 'same';
}

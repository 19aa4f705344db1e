import { createSite, type Site } from '../support/create-site.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import type { BucketOptions } from '../support/fake-s3/types.ts';
import type { Deploy, Ended } from './deploy.ts';
import { faultAt, faultOf, idOf, weatherOf } from './faults.ts';
import { headersOf, judge, readSite } from './oracle.ts';
import { chance } from './chance.ts';

const bucket = 'assets';

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
  more: { readonly again?: boolean; readonly minPartBytes?: number } = {},
): Promise<Verdict> {
  const { minPartBytes } = more;
  const fake = await startFakeS3(minPartBytes === undefined ? {} : { minPartBytes });
  try {
    fake.createBucket(bucket, trial.bucket);
    const before = plant(fake, world, trial.seed);
    const planted = fake.history(bucket).length;
    const faults: Record<string, string> = {};
    fake.fault = (request) => {
      const id = idOf(request);
      const kind = request.op === 'GetObject' ? undefined : trial.faultFor(id, request);
      const fault = faultOf(kind, request.op);
      if (kind !== undefined && fault !== undefined) faults[id] = kind;
      return fault;
    };
    const place = { cwd: world.site.dir, fake, bucket };
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
          .filter(({ op }) => op !== 'CreateMultipartUpload' && op !== 'UploadPart'),
        location: 'static',
        aclExpected: (trial.bucket.aclsDisabled ?? trial.bucket.rejectAclHeader ?? false) === false,
      });
    const problems = judged();
    if (trial.mustHeal && ended.exitCode !== 0) {
      problems.push(`exit ${ended.exitCode} although every fault heals: ${ended.error ?? ''}`);
    }
    if (more.again === true) problems.push(...(await goOn(world, fake, place, deploy)));
    return { problems, ended, faults, requests };
  } finally {
    await fake.close();
  }
}

/** The next run, in good weather, completes the site and sends nothing twice; the one after it sends no write. */
export async function goOn(
  world: World,
  fake: FakeS3,
  place: Deploy,
  deploy: (deploy: Deploy) => Promise<Ended>,
): Promise<string[]> {
  fake.fault = undefined;
  const stored = fake.objects(bucket);
  const missing = [...world.files].filter(
    ([key, bytes]) => stored.get(`static/${key}`)?.bytes.equals(bytes) !== true,
  );
  const problems: string[] = [];
  for (const expected of [missing.map(([key]) => `static/${key}`), []]) {
    fake.clearLog();
    const { exitCode, error } = await deploy(place);
    if (exitCode !== 0) problems.push(`the next run ends with ${exitCode}: ${error ?? ''}`);
    // What arrives before this run has asked for a listing was sent by the one before, and given up there.
    const first = fake.requests.findIndex(({ op }) => op === 'ListObjectsV2');
    const late = new Set(fake.requests.slice(0, first));
    const writes = fake.writes().filter((request) => !late.has(request));
    const written = [...new Set(writes.map(({ key }) => key))];
    if (written.sort().join() !== [...expected].sort().join()) {
      const extra = written.filter((key) => !expected.includes(key));
      const left = expected.filter((key) => !written.includes(key));
      problems.push(`the next run wrote ${extra.join(' ')} for nothing, and not ${left.join(' ')}`);
    }
  }
  return problems;
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

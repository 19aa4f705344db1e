import { onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { createSite, type Site, type SiteFiles } from './create-site.ts';
import { createFakeIo } from './fake-io.ts';
import { startFakeS3, type FakeS3 } from './fake-s3/index.ts';

export interface Place {
  readonly site: Site;
  readonly fake: FakeS3;
}

/** One line of what `--json` prints; tests say which fields theirs have. */
export interface Line {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A store with an empty bucket "assets". */
export async function startStore(): Promise<FakeS3> {
  const fake = await startFakeS3();
  fake.createBucket('assets');
  return fake;
}

/** A project that keeps releases, unless the files have another configuration; gone when the test ends. */
export async function createProject(files: SiteFiles): Promise<Site> {
  const site = await createSite({ 'package.json': '{}', ...withReleases(), ...files });
  onTestFinished(() => site.remove());
  return site;
}

/** The configuration of a project that keeps releases, and more. */
export function withReleases(more: object = {}): SiteFiles {
  return { 'collect.config.json': JSON.stringify({ releases: true, ...more }) };
}

/** A project of that bucket, both gone when the test ends. */
export async function createPlace(files: SiteFiles, config: object = {}): Promise<Place> {
  const site = await createProject({
    'collect.config.json': JSON.stringify({
      backend: 's3',
      s3: { bucket: 'assets' },
      state: true,
      ...config,
    }),
    ...files,
  });
  const fake = await startStore();
  onTestFinished(() => fake.close());
  return { site, fake };
}

export function environment(fake: FakeS3): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: fake.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: fake.credentials.secretAccessKey,
    AWS_S3_ENDPOINT_URL: fake.endpoint,
  };
}

/** One run of the program, in this process. */
export async function run(
  { site, fake }: Place,
  args: readonly string[],
  env: Record<string, string> = {},
) {
  const io = createFakeIo(args, {
    cwd: site.dir,
    env: { ...environment(fake), ...env },
  });
  const code = await main(io);
  return { code, out: io.out(), err: io.err() };
}

/** One run to "s3://assets/static", and what it said in JSON; the log of the store is of this run alone. */
export async function runInJson(place: Place, args: readonly string[]) {
  place.fake.clearLog();
  const { code, out } = await run(place, [...args, '--to', 's3://assets/static', '--json']);
  const lines = out.split('\n').filter((line) => line !== '');
  return { code, lines: lines.map((line) => JSON.parse(line) as Line) };
}

import { createSite } from '../support/create-site.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import { isOwnRecord } from '../support/own-records.ts';
import { deployInterrupted, ends, spread, type Point, type Signal } from './boundaries.ts';
import { say } from './campaign.ts';
import { chance, pick } from './chance.ts';
import { deployBuilt, deployHere } from './deploy.ts';
import { walkFrom, type Tree } from './link-checker.ts';

/** Sources of one build by name; each text tells of which it is. */
type Build = ReadonlyMap<string, string>;

/** Two builds of a site: of some names they have the same bytes, of most they have not. */
function buildOf(version: string): Build {
  const page = (more: string) =>
    `<!doctype html><title>${version}</title><link rel="stylesheet" href="css/app.css">
<script type="module" src="js/app.js"></script><img src="img/same.svg">${more}`;
  const svg = (id: string) => `<svg xmlns="http://www.w3.org/2000/svg" id="${id}"/>`;
  return new Map([
    ['index.html', page('<img src="img/logo.svg">')],
    ['about.html', page('')],
    ['css/app.css', `@import "base.css"; .v${version} { background: url(../img/logo.svg) }`],
    ['css/base.css', `.v${version} { background: url(../img/same.svg) }`],
    ['js/app.js', `import { lib } from './lib.js'; lib('${version}');`],
    ['js/lib.js', `import './app.js'; export const lib = () => '${version}';`],
    ['img/logo.svg', svg(`v${version}`)],
    ['img/same.svg', svg('same')],
    ['robots.txt', `# ${version}`],
  ]);
}

export const builds = [buildOf('1'), buildOf('2')] as const;
const stopping: readonly Signal[] = ['SIGKILL', 'SIGTERM'];

/**
 * Replaces one build by the next with the built program, which gets a signal at every request; then walks from each page
 * that is stored, as a browser would: it is of one build, and so is everything that it leads to. The same after the next run,
 * when all of it is of the next build.
 */
export async function walkEverywhere(goal: string, points: number): Promise<string[]> {
  const start = performance.now();
  const config = JSON.stringify({ hash: { keep: 'hashed' } });
  const site = await createSite({ 'package.json': '{}', 'collect.config.json': config });
  const failures: string[] = [];
  try {
    await site.write(sourcesOf(builds[0]));
    const before = await withStore(new Map(), async (fake) => {
      const { exitCode, error } = await deployHere({ cwd: site.dir, fake, bucket: 'assets' });
      if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${error ?? ''}`);
      return fake.objects('assets');
    });
    await site.write(sourcesOf(builds[1]));
    const requests = await withStore(before, async (fake) => {
      await deployBuilt({ cwd: site.dir, fake, bucket: 'assets' }, 1, { concurrency: 2 });
      return fake.requests.length;
    });
    const waiting = spread(pointsOf(requests), points);
    const tried = waiting.length;
    const work = async () => {
      for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
        const problems = await withStore(before, (fake) => interrupt(site.dir, fake, point));
        const { signal, index, end } = point;
        failures.push(...problems.map((one) => `${signal} at request ${index}, ${end}: ${one}`));
      }
    };
    await Promise.all([work(), work()]);
    const seconds = Math.round((performance.now() - start) / 1000);
    say(goal, { requests, points: tried, failures: failures.length, seconds });
    return failures;
  } finally {
    await site.remove();
  }
}

export const sourcesOf = (build: Build) =>
  Object.fromEntries([...build].map(([name, text]) => [`static/${name}`, text]));

function pointsOf(requests: number): Point[] {
  const names = Object.keys(ends) as (keyof typeof ends)[];
  return Array.from({ length: requests }, (_, index) =>
    stopping.map((signal) => {
      const end = pick(names, chance(1, index, signal)) ?? 'dropped';
      return { seed: 1, index, signal, end };
    }),
  ).flat();
}

async function withStore<Result>(
  before: ReturnType<FakeS3['objects']>,
  use: (fake: FakeS3) => Promise<Result>,
): Promise<Result> {
  const fake = await startFakeS3();
  try {
    fake.createBucket('assets');
    for (const [key, { bytes, headers, acl, modified }] of before) {
      const more = { 'x-amz-acl': acl, 'last-modified': modified.toUTCString() };
      fake.put('assets', key, bytes, { ...headers, ...more });
    }
    return await use(fake);
  } finally {
    await fake.close();
  }
}

async function interrupt(cwd: string, fake: FakeS3, point: Point): Promise<string[]> {
  const place = { cwd, fake, bucket: 'assets' };
  const { sentMs } = await deployInterrupted(place, point, 2);
  const problems = [...(sentMs === 0 ? ['no signal was sent'] : []), ...walk(fake, builds)];
  fake.fault = undefined;
  const { exitCode, error } = await deployHere(place);
  if (exitCode !== 0) problems.push(`the next run ends with ${exitCode}: ${error ?? ''}`);
  return [...problems, ...walk(fake, [builds[1]]).map((problem) => `afterwards: ${problem}`)];
}

/** What somebody finds wrong who opens every page. */
export function walk(fake: FakeS3, possible: readonly Build[]): string[] {
  const objects = [...fake.objects('assets')].filter(([key]) => !isOwnRecord(key));
  const tree: Tree = new Map(
    objects.map(([key, { bytes }]) => [key.slice('static/'.length), bytes.toString()]),
  );
  const pages = [...builds[0].keys()].filter((name) => name.endsWith('.html'));
  return pages.flatMap((page) => {
    const { reached, missing } = walkFrom(page, tree, '/static/');
    const isOf = (build: Build) =>
      [...reached].every((key) => withoutHashes(tree.get(key)) === build.get(withoutHashes(key)));
    return [
      ...missing.map((key) => `${page} leads to ${key}, which is not there`),
      ...(possible.some(isOf) ? [] : [`${page} and what it leads to are of no one build`]),
      ...(reached.size < 7 ? [`${page} leads to ${reached.size} files only`] : []),
    ];
  });
}

const withoutHashes = (text: Uint8Array | string | undefined) =>
  String(text).replaceAll(/\.[\da-f]{12}(?=\.)/g, '');

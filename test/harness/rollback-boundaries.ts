import { setTimeout as sleep } from 'node:timers/promises';
import { main } from '../../src/cli.ts';
import { createSite, type Site, type SiteFiles } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { runCli } from '../support/cli.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import type { Fault } from '../support/fake-s3/types.ts';
import { say } from './campaign.ts';

const bucket = 'assets';
const own = 'static/.collect-static/';

/** How the request at which the kill comes ends. */
const ends: readonly Fault[] = [
  { holdMs: 50 },
  { reset: true, storeAnyway: true },
  { reset: true },
];

const style = (text: string) => `body { color: ${text} }`;
/** Two builds of one site: some files are the same, some have other bytes, some are in one alone. */
const builds: readonly [SiteFiles, SiteFiles] = [
  {
    'static/app.css': style('red'),
    'static/same.js': 'same',
    'static/gone.js': 'gone',
    'static/index.html': '<link rel="stylesheet" href="app.css"><script src="gone.js"></script>',
    'static/about.html': '<link rel="stylesheet" href="app.css">',
  },
  {
    'static/app.css': style('darkblue'),
    'static/same.js': 'same',
    'static/new.js': 'new',
    'static/index.html': '<link rel="stylesheet" href="app.css"><script src="new.js"></script>!',
    'static/about.html': '<link rel="stylesheet" href="app.css"><p>more</p>',
  },
];

interface Place {
  readonly fake: FakeS3;
  readonly site: Site;
}

type Objects = ReturnType<FakeS3['objects']>;

/** Kills a rollback at every request, looks at what visitors get then, and lets another run complete it. */
export async function killEverywhere(name: string, config: object): Promise<string[]> {
  const place = { fake: await startFakeS3(), site: await createSite({ 'package.json': '{}' }) };
  const { fake, site } = place;
  try {
    fake.createBucket(bucket);
    await site.write({ 'collect.config.json': JSON.stringify({ releases: true, ...config }) });
    await deploy(place, builds[0]);
    const goal = visible(fake.objects(bucket));
    await deploy(place, builds[1]);
    const start = fake.objects(bucket);
    fake.clearLog();
    await here(place, 'rollback');
    const requests = fake.requests.length;
    const problems: string[] = [];
    for (let index = 0; index < requests; index += 1) {
      plant(fake, start);
      const found = await killAt(place, index, { before: visible(start), goal });
      problems.push(...found.map((one) => `${name}, killed at request ${index}: ${one}`));
    }
    say('rollback', { site: name, points: requests, failures: problems.length });
    return problems;
  } finally {
    await fake.close();
    await site.remove();
  }
}

type Visible = ReadonlyMap<string, string>;

async function killAt(
  place: Place,
  index: number,
  { before, goal }: { before: Visible; goal: Visible },
): Promise<string[]> {
  const { fake, site } = place;
  let kill: ((signal: NodeJS.Signals) => boolean) | undefined;
  const seen = { killed: false };
  fake.clearLog();
  fake.fault = (request) => {
    if (request.index !== index || seen.killed) return undefined;
    seen.killed = true;
    kill?.('SIGKILL');
    return ends[index % ends.length];
  };
  await runCli(['rollback', ...destination, '--quiet'], {
    cwd: site.dir,
    env: variables(fake),
    onStart: (send) => void (kill = send),
  });
  await sleep(80); // what was held is done by then
  fake.fault = undefined;
  const problems = seen.killed ? [] : ['it was not killed'];
  const now = visible(fake.objects(bucket));
  for (const key of new Set([...before.keys(), ...goal.keys()])) {
    const is = now.get(key);
    if (is !== before.get(key) && is !== goal.get(key)) problems.push(`${key} is ${String(is)}`);
  }
  problems.push(...brokenLinks(now));
  // By whatever the next run is: once more, or the deploy that was there before.
  const again = index % 2 === 0;
  const done = fake.objects(bucket).get(`${own}release.json.gz`)?.sha256;
  if (again) {
    const [current, earlier] = await releases(place);
    const id =
      done === undefined || earlier === undefined
        ? ''
        : current?.restores === undefined
          ? earlier.id
          : current.id;
    const code = await here(place, 'rollback', id);
    if (code !== 0) problems.push(`the next rollback ends with ${code}`);
  } else {
    await deploy(place, builds[1]);
  }
  const after = visible(fake.objects(bucket));
  for (const [key, text] of again ? goal : before) {
    if (after.get(key) !== text)
      problems.push(`the next run leaves ${key} as ${String(after.get(key))}`);
  }
  return problems;
}

const destination = ['--to', 's3://assets/static'];

function variables(fake: FakeS3): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: fake.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: fake.credentials.secretAccessKey,
    AWS_S3_ENDPOINT_URL: fake.endpoint,
  };
}

async function here(place: Place, ...args: string[]): Promise<number> {
  return (await runHere(place, args)).code;
}

async function runHere({ fake, site }: Place, args: readonly string[]) {
  const io = createFakeIo([...args, ...destination, '--json'], {
    cwd: site.dir,
    env: variables(fake),
  });
  return { code: await main(io), out: io.out() };
}

async function releases(place: Place) {
  const { out } = await runHere(place, ['releases']);
  const lines = out.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as { id: string; restores?: number });
}

async function deploy(place: Place, files: SiteFiles): Promise<void> {
  const { site } = place;
  await site.write(files);
  const code = await here(place, '--ignore', files === builds[0] ? 'new.js' : 'gone.js');
  if (code !== 0) throw new Error(`a deploy ends with ${code}`);
}

function visible(objects: Objects): Visible {
  const entries = [...objects].filter(([key]) => !key.startsWith(own));
  return new Map(
    entries.map(([key, { bytes, headers }]) => [
      key,
      `${bytes.toString()} ${headers['cache-control'] ?? ''}`,
    ]),
  );
}

/** What a page names and does not find. */
function brokenLinks(now: Visible): string[] {
  return [...now]
    .filter(([key]) => key.endsWith('.html'))
    .flatMap(([page, text]) =>
      [...text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link = '']) => [page, link] as const),
    )
    .filter(([, link]) => !now.has(`static/${link}`))
    .map(([page, link]) => `${page} names ${link}, which is not there`);
}

/** The bucket as it was. */
function plant(fake: FakeS3, objects: Objects): void {
  fake.createBucket(bucket);
  const time = new Date(Date.now() - 60_000).toUTCString();
  for (const [key, { bytes, headers, acl }] of objects) {
    fake.put(bucket, key, bytes, { ...headers, 'x-amz-acl': acl, 'last-modified': time });
  }
}

import { createSite } from '../support/create-site.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import { isOwnRecord } from '../support/own-records.ts';
import type { Deploy, Ended } from './deploy.ts';
import { builds, sourcesOf, walk } from './walk.ts';

/**
 * Replaces one build by the next, in the weather that `fault` makes, with --prune and nothing to keep: what is wrong about
 * the site afterwards. Every page finds all it names, the manifest names what is there, and only a success has pruned.
 */
export async function publishNext(
  deploy: (deploy: Deploy) => Promise<Ended>,
  fault: FakeS3['fault'],
): Promise<string[]> {
  const fake = await startFakeS3();
  const retain = { releases: 1, days: 0 };
  const config = JSON.stringify({ hash: { keep: 'hashed' }, prune: true, retain });
  const site = await createSite({ 'package.json': '{}', 'collect.config.json': config });
  try {
    fake.createBucket('assets');
    const place = { cwd: site.dir, fake, bucket: 'assets' };
    await site.write(sourcesOf(builds[0]));
    const first = await deploy(place);
    if (first.exitCode !== 0) return [`the first deploy ends with ${first.exitCode}`];
    const before = keysOf(fake);
    await site.write(sourcesOf(builds[1]));
    fake.fault = fault;
    const { exitCode } = await deploy(place);
    const names = namedIn(fake);
    const gone = before.filter((key) => !keysOf(fake).includes(key));
    // Of the first build the second one keeps one file, and whatever has a name of its own.
    const old = before.filter((key) => !names.includes(key) && isHashed(key));
    return [
      ...walk(fake, builds),
      ...names.filter((key) => !keysOf(fake).includes(key)).map((key) => `${key} is named only`),
      ...(exitCode === 0 ? old.filter((key) => !gone.includes(key)) : gone).map((key) =>
        exitCode === 0 ? `${key} is still there` : `${key} was deleted by a run that failed`,
      ),
    ];
  } finally {
    await site.remove();
    await fake.close();
  }
}

function keysOf(fake: FakeS3): string[] {
  return [...fake.objects('assets').keys()].filter((key) => !isOwnRecord(key));
}

/** What the stored manifest names. */
function namedIn(fake: FakeS3): string[] {
  const manifest = fake.objects('assets').get('static/staticfiles.json')?.bytes.toString() ?? '{}';
  const { paths = {} } = JSON.parse(manifest) as { paths?: Readonly<Record<string, string>> };
  return Object.values(paths).map((key) => `static/${key}`);
}

function isHashed(key: string): boolean {
  return /\.[\da-f]{12}\./.test(key);
}

import { onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { createSite, type Site, type SiteFiles } from './create-site.ts';
import { createFakeIo } from './fake-io.ts';
import { startFakeS3, type FakeS3 } from './fake-s3/index.ts';

export interface Place {
  readonly site: Site;
  readonly fake: FakeS3;
}

/** A project and a store with an empty bucket "assets", both gone when the test ends. */
export async function createPlace(files: SiteFiles, config: object = {}): Promise<Place> {
  const site = await createSite({
    'package.json': '{}',
    'collect.config.json': JSON.stringify({
      backend: 's3',
      s3: { bucket: 'assets' },
      state: true,
      ...config,
    }),
    ...files,
  });
  const fake = await startFakeS3();
  fake.createBucket('assets');
  onTestFinished(async () => {
    await fake.close();
    await site.remove();
  });
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

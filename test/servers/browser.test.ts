import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createBrowserSite, requested } from '../support/browser-site.ts';
import { browserAvailable, launchBrowser, visit } from '../support/browser.ts';
import type { Visit } from '../support/browser.ts';
import { runCli } from '../support/cli.ts';
import { missingPart } from '../support/servers.ts';

const radosgw = inject('radosgw');
const missing =
  'missing' in radosgw ? radosgw.missing : missingPart('Chromium', browserAvailable());

const bucket = 'browser';
describe.skipIf(missing !== undefined)('a collected site in Chromium, from radosgw', () => {
  let url: string;
  let first: Visit<Seen>;
  let second: Visit<Seen>;

  beforeAll(async () => {
    url = await publish();
    const browser = await launchBrowser();
    try {
      const context = await browser.newContext();
      first = await visit(context, url, look);
      second = await visit(context, url, look);
    } finally {
      await browser.close();
    }
  });

  it('loads everything it refers to from the public URLs, with the right media types', () => {
    expect(first.failed).toEqual([]);
    const types = first.answers.map(({ url: from, contentType }) => [nameIn(from), contentType]);
    expect(Object.fromEntries(types)).toEqual(requested);
    expect(first.answers.map(({ status }) => status)).toEqual(types.map(() => 200));
  });

  it('runs its modules, shows its images and uses its fonts', () => {
    expect(first.seen).toEqual({
      report: { greeting: 'hello from a module', late: 'and from a late one' },
      alpine: 'alive',
      heading: 'Grüße, 世界',
      fonts: ['FontAwesome loaded', 'Own Icons loaded'],
      imagesShown: [true, true],
    });
  });

  it('asks only for the page again on a second visit, and takes the rest from the cache', () => {
    expect(second.failed).toEqual([]);
    expect(second.seen).toEqual(first.seen);
    const names = Object.keys(requested);
    const all = (origin: string) => Object.fromEntries(names.map((name) => [name, origin]));
    expect(byName(first.origins)).toEqual(all('network'));
    expect(byName(second.origins)).toEqual({ ...all('cache'), 'index.html': 'revalidated' });
  });

  function byName(origins: Visit<Seen>['origins']): Record<string, string> {
    return Object.fromEntries(
      Object.entries(origins).map(([from, origin]) => [nameIn(from), origin]),
    );
  }

  /** The name below the location; style sheets add queries such as "?v=4.7.0". */
  function nameIn(from: string): string {
    return decodeURIComponent(from.slice(url.lastIndexOf('/') + 1).replace(/\?.*/, ''));
  }
});

/** Collects the site into a new bucket, with the built program, and asks it for the page's URL. */
async function publish(): Promise<string> {
  if ('missing' in radosgw) throw new Error(radosgw.missing);
  const { endpoint, credentials } = radosgw;
  const client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();

  const site = await createBrowserSite({
    bucket,
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
  });
  const env = {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  try {
    const collected = await runCli([], { cwd: site.dir, env });
    expect(collected.code, collected.stderr).toBe(0);
    const { stdout } = await runCli(['url', 'index.html'], { cwd: site.dir, env });
    return stdout.trim();
  } finally {
    await site.remove();
  }
}

type Seen = Awaited<ReturnType<typeof look>>;

/** Runs in the page. */
async function look() {
  const fonts = await document.fonts.ready;
  return {
    report: (window as unknown as { report: unknown }).report,
    alpine: document.querySelector('#alpine')?.textContent,
    heading: document.querySelector('h1')?.textContent,
    fonts: [...fonts].map(({ family, status }) => `${family.replaceAll('"', '')} ${status}`).sort(),
    imagesShown: [...document.images].map((image) => image.complete && image.naturalWidth > 0),
  };
}

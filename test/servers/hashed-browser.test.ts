import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { browserAvailable, launchBrowser, visit, type Visit } from '../support/browser.ts';
import { runCli } from '../support/cli.ts';
import { createHashedSite, shownPackages } from '../support/hashed-browser-site.ts';
import { installPackages } from '../support/packages.ts';
import { missingPart } from '../support/servers.ts';

const radosgw = inject('radosgw');
const missing =
  'missing' in radosgw ? radosgw.missing : missingPart('Chromium', browserAvailable());

describe.skipIf(missing !== undefined)('a hashed site in Chromium, from radosgw', () => {
  let seen: Visit<Awaited<ReturnType<typeof look>>>;
  let asked: readonly string[];

  beforeAll(async () => {
    const url = await publish();
    const browser = await launchBrowser();
    try {
      seen = await visit(await browser.newContext(), url, look);
    } finally {
      await browser.close();
    }
    const location = url.slice(0, url.lastIndexOf('/') + 1);
    asked = seen.answers.map((answer) =>
      decodeURIComponent(answer.url.slice(location.length).replace(/[?#].*/, '')),
    );
  });

  it('asks for nothing that is not there, and has nothing to complain of', () => {
    expect(seen.failed).toEqual([]);
    expect(seen.answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(seen.answers.length).toBeGreaterThan(300);
  });

  it('asks for the page by its name, and for all else by a hashed one', () => {
    expect(asked.filter((name) => !/\.[\da-f]{12}(?:\.\w+)?$/.test(name))).toEqual(['index.html']);
    const names = asked.map((name) => name.replace(/\.[\da-f]{12}/, ''));
    expect(names).toEqual(
      expect.arrayContaining([
        ...['css/base-too.css', 'img/a b, é.png', 'img/icons.svg', 'img/tile.svg'],
        ...['js/circle-c.js', 'js/later.js', 'js/other.js', 'js/worker.js', 'data/a.json'],
        'vendor/font-awesome/fonts/fontawesome-webfont.woff2',
        'vendor/jquery-ui-dist/images/ui-icons_444444_256x240.png',
        'vendor/katex/dist/fonts/KaTeX_Main-Regular.woff2',
        'vendor/lodash-es/lodash.js',
        'vendor/popper/dist/esm/popper.js',
        'vendor/slick-carousel/slick/fonts/slick.woff2',
      ]),
    );
    expect(names).not.toContain('js/mapped.js');
  });

  it('runs circles of modules, late modules, workers and what the import map names', () => {
    expect(seen.seen.report).toEqual({
      circle: 'round and function',
      sum: 3,
      popper: 'function',
      mapped: 'the other',
      late: 'later',
      worker: 'from a worker: round',
      data: { is: 'data' },
    });
  });

  it('is styled by imported styles, with their fonts and pictures', () => {
    expect(seen.seen).toMatchObject({
      body: '1px 3px',
      fonts: ['FontAwesome loaded', 'KaTeX_Main loaded', 'slick loaded'],
      images: [true, true],
    });
  });
});

/** Collects the site into a new bucket, with the built program, and asks it for the page's URL. */
async function publish(): Promise<string> {
  if ('missing' in radosgw) throw new Error(radosgw.missing);
  const { endpoint, credentials } = radosgw;
  const bucket = 'hashed-browser';
  const client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  const env = {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const packages = await installPackages(shownPackages);
  const s3 = { bucket, endpoint, region: 'us-east-1', forcePathStyle: true };
  const site = await createHashedSite(packages, s3);
  try {
    const collected = await runCli([], { cwd: site.dir, env, timeoutMs: 200_000 });
    expect(collected.code, collected.stderr).toBe(0);
    return (await runCli(['url', 'index.html'], { cwd: site.dir, env })).stdout.trim();
  } finally {
    await site.remove();
    await packages.remove();
  }
}

/** Runs in the page. */
async function look() {
  const deadline = Date.now() + 60_000;
  const reported = window as unknown as { report?: unknown };
  while (reported.report === undefined && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const fonts = await document.fonts.ready;
  const { margin, padding } = getComputedStyle(document.body);
  return {
    report: reported.report,
    body: `${margin} ${padding}`,
    fonts: [...fonts]
      .filter(({ status }) => status !== 'unloaded')
      .map(({ family, status }) => `${family.replaceAll('"', '')} ${status}`)
      .sort(),
    images: [...document.images].map((image) => image.complete && image.naturalWidth > 0),
  };
}

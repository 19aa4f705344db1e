import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deployChecked } from './checked-deploy.ts';
import { createSite } from './create-site.ts';

export interface Store {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Makes a bucket that takes ACLs and resolves to its name. */
  readonly createBucket: () => Promise<string>;
  /** The keys written so far, where somebody counts. */
  readonly writes?: () => readonly string[];
}

/** The article's deploy: environment variables alone switch between a bucket and local copies. */
export function describeDeploy(name: string, store: () => Store): void {
  describe(`the deploy of the article: ${name}`, () => {
    const setUp = async () => {
      const { endpoint, credentials, createBucket, writes } = store();
      const bucket = await createBucket();
      const site = await createSite({
        'static/css/app.css': 'body{}',
        'static/js/app.js': 'export {};',
        'static/index.html': '<!doctype html>',
        'media/uploads/photo.txt': 'a photo',
        'package.json': '{}',
      });
      onTestFinished(() => site.remove());
      const production = {
        AWS_STORAGE_BUCKET_NAME: bucket,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_S3_ENDPOINT_URL: endpoint,
        AWS_S3_SECURE_URLS: 'False',
        AWS_QUERYSTRING_AUTH: 'False',
        AWS_PRELOAD_METADATA: 'True',
        STATICFILES_STORAGE: 'storages.backends.s3boto3.S3Boto3Storage',
        DEFAULT_FILE_STORAGE: 'storages.backends.s3boto3.S3Boto3Storage',
        STATICFILES_LOCATION: 'static',
        MEDIAFILES_LOCATION: 'media',
      };
      const get = (key: string) => fetch(`${endpoint}/${bucket}/${key}`);
      const run = (args: string[], env: Record<string, string>) =>
        deployChecked(args, { cwd: site.dir, env }, env === production ? writes : undefined);
      return { site, production, get, run };
    };

    it('publishes static files that anyone can fetch, to be kept for a year', async () => {
      const { production, get, run } = await setUp();
      const { code, stdout, stderr } = await run([], production);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stdout).toMatch(/^s3:\/\/\S+\/static\/: complete, 3 uploaded/);
      const css = await get('static/css/app.css');
      expect(css.status).toBe(200);
      expect(css.headers.get('cache-control')).toBe('public, max-age=31556926');
      expect(css.headers.get('content-type')).toBe('text/css; charset=utf-8');
      expect(await css.text()).toBe('body{}');
      const page = await get('static/index.html');
      expect(page.headers.get('cache-control')).toBe('no-cache');
      expect((await get('media/uploads/photo.txt')).status).not.toBe(200);
    });

    it('publishes media with --target media', async () => {
      const { production, get, run } = await setUp();
      expect((await run(['--target', 'media'], production)).code).toBe(0);
      const photo = await get('media/uploads/photo.txt');
      expect(photo.status).toBe(200);
      expect(photo.headers.get('cache-control')).toBe('public, max-age=31556926');
      expect(await photo.text()).toBe('a photo');
    });

    it('publishes every target with --all', async () => {
      const { production, get, run } = await setUp();
      expect((await run(['--all'], production)).code).toBe(0);
      expect((await get('static/js/app.js')).status).toBe(200);
      expect((await get('media/uploads/photo.txt')).status).toBe(200);
    });

    it('copies locally without the variables', async () => {
      const { site, run } = await setUp();
      const { code, stdout } = await run([], {});
      expect(code).toBe(0);
      expect(stdout).toContain(`${site.path('staticfiles')}/: complete, 3 uploaded`);
      expect(await readFile(site.path('staticfiles', 'css', 'app.css'), 'utf8')).toBe('body{}');
    });

    it('uploads nothing the second time, and one file after one change', async () => {
      const { site, production, get, run } = await setUp();
      const again = async () => {
        const { code, stdout } = await run(['--json'], production);
        expect(code).toBe(0);
        return lastReport(stdout).counts;
      };
      expect(await again()).toMatchObject({ uploaded: 3, skipped: 0 });
      expect(await again()).toMatchObject({ uploaded: 0, skipped: 3 });
      await site.write({ 'static/css/app.css': 'main{}' });
      expect(await again()).toMatchObject({ uploaded: 1, skipped: 2 });
      expect(await (await get('static/css/app.css')).text()).toBe('main{}');
    });

    it('leaves production uploads alone', async () => {
      const { site, production, get, run } = await setUp();
      await run(['--target', 'media'], production);
      await site.write({ 'media/uploads/photo.txt': 'from a laptop' });
      const { code, stderr } = await run(['--target', 'media'], production);
      expect(code).toBe(0);
      expect(stderr).toMatch(/1 object has other content .*uploads\/photo\.txt/);
      expect(await (await get('media/uploads/photo.txt')).text()).toBe('a photo');
      await run(['--target', 'media', '--force'], production);
      expect(await (await get('media/uploads/photo.txt')).text()).toBe('from a laptop');
    });
  });
}

export interface ReportLine {
  readonly exitCode: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly acl: string;
  readonly errors: readonly { code: string; key: string; message: string }[];
}

/** The last `report` among NDJSON lines. */
export function lastReport(ndjson: string): ReportLine {
  const lines = ndjson.trim().split('\n');
  const values = lines.map((line) => JSON.parse(line) as ReportLine & { type: string });
  const report = values.findLast(({ type }) => type === 'report');
  if (report === undefined) throw new Error(`no report in ${ndjson}`);
  return report;
}

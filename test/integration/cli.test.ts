import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { createSite, type Site, type SiteFiles } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';

async function project(files: SiteFiles): Promise<Site> {
  const site = await createSite({ 'package.json': '{}', ...files });
  onTestFinished(() => site.remove());
  return site;
}

async function run(
  site: Site,
  args: string[],
  more: { env?: Record<string, string>; tty?: boolean } = {},
) {
  const io = createFakeIo(args, { cwd: site.dir, ...more });
  const code = await main(io);
  return { code, out: io.out(), err: io.err() };
}

const lines = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('find', () => {
  it('tells which source a file comes from, and with --all which it hides', async () => {
    const site = await project({ 'a/x.css': '1', 'b/x.css': '2' });
    const sources = ['-s', 'a', '-s', 'b'];
    expect(await run(site, ['find', 'x.css', ...sources])).toMatchObject({
      code: 0,
      out: `${site.path('a', 'x.css')}\n`,
    });
    expect((await run(site, ['find', 'x.css', '--all', ...sources])).out).toBe(
      `${site.path('a', 'x.css')}\n${site.path('b', 'x.css')}\n`,
    );
  });

  it('ends with exit 4 and the nearest name when no source has it', async () => {
    const site = await project({ 'static/css/app.css': '1' });
    const { code, err } = await run(site, ['find', 'css/ap.css']);
    expect({ code, err }).toEqual({
      code: 4,
      err: 'error[UNKNOWN_NAME]: no source has css/ap.css; did you mean css/app.css?\n',
    });
  });

  it('does not take a name for a level of verbosity', async () => {
    const site = await project({ 'static/2.css': '1' });
    expect((await run(site, ['find', '-v', '2.css'])).code).not.toBe(2);
    expect((await run(site, ['-v', 'find', 'app.css'])).code).toBe(4);
  });
});

describe('url', () => {
  it.each([
    [
      ['--to', 's3://assets/static', '--region', 'eu-west-1'],
      {},
      'https://assets.s3.eu-west-1.amazonaws.com/static/css/a%20b.css',
    ],
    [
      ['--to', 's3://assets/static'],
      { AWS_S3_CUSTOM_DOMAIN: 'cdn.example.com' },
      'https://cdn.example.com/static/css/a%20b.css',
    ],
    [
      ['--to', 's3://assets/static'],
      { AWS_S3_CUSTOM_DOMAIN: 'cdn.example.com', AWS_S3_SECURE_URLS: 'False' },
      'http://cdn.example.com/static/css/a%20b.css',
    ],
    [
      ['--to', 's3://assets'],
      { AWS_S3_ENDPOINT_URL: 'http://127.0.0.1:9000' },
      'http://127.0.0.1:9000/assets/css/a%20b.css',
    ],
    [[], {}, '/static/css/a%20b.css'],
    [
      [],
      { STATIC_URL: 'https://static.example.com/x/' },
      'https://static.example.com/x/css/a%20b.css',
    ],
  ])('%j with %j is %s', async (args, env, url) => {
    const site = await project({ 'static/css/a b.css': '1' });
    const result = await run(site, ['url', 'css/a b.css', ...args], { env });
    expect(result).toMatchObject({ code: 0, out: `${url}\n` });
  });

  it('ends with exit 4 for an unknown name', async () => {
    const site = await project({ 'static/css/app.css': '1' });
    const { code, err } = await run(site, ['url', 'css/app.cs']);
    expect(code).toBe(4);
    expect(err).toMatch(/did you mean css\/app\.css\?/);
  });
});

describe('policy and config', () => {
  it('need neither sources nor a network', async () => {
    const site = await project({});
    const policy = await run(site, ['policy', '--bucket', '--to', 's3://assets/static']);
    expect(policy.code).toBe(0);
    expect(JSON.parse(policy.out)).toMatchObject({
      Statement: [{ Principal: '*', Resource: 'arn:aws:s3:::assets/static/*' }],
    });
    expect((await run(site, ['config'])).code).toBe(0);
  });

  it('allow what the record takes where the config puts it', async () => {
    const resources = async (state: unknown) => {
      const site = await project({ 'collect.config.json': JSON.stringify({ state }) });
      const { out } = await run(site, ['policy', '--iam', '--to', 's3://assets/static']);
      const { Statement } = JSON.parse(out) as { Statement: { Resource: string }[] };
      return Statement.map(({ Resource }) => Resource.replace('arn:aws:s3:::', ''));
    };
    const site = ['assets', 'assets/static/*'];
    const among = [...site, 'assets/static/.collect-static/*'];
    expect(await resources(true)).toEqual(among);
    expect(await resources({ bucket: 'assets', location: 'static' })).toEqual(among);
    expect(await resources({ bucket: 'records' })).toEqual([
      ...site,
      'records',
      'records/static/.collect-static/*',
    ]);
    expect(await resources({ location: 'site' })).toEqual([
      ...site,
      'assets',
      'assets/site/.collect-static/*',
    ]);
    expect(await resources(false)).toEqual(site);
  });

  it('ask for a bucket where there is none', async () => {
    expect(await run(await project({}), ['policy'])).toMatchObject({ code: 3 });
  });

  it('show where every value came from, and no secret', async () => {
    const site = await project({
      'collect.config.json': '{ "s3": { "bucket": "from-file", "region": "eu-west-1" } }',
      '.env':
        'AWS_LOCATION=from-dotenv\nAWS_SECRET_ACCESS_KEY=dotenv-canary-value\nAWS_ACCESS_KEY_ID=dotenv-canary-id',
    });
    const { code, out, err } = await run(site, ['config', '--json', '--acl', 'none'], {
      env: { AWS_STORAGE_BUCKET_NAME: 'from-env' },
    });
    expect(code).toBe(0);
    const value = (path: string) => lines(out).find((line) => line['path'] === path);
    expect(value('s3.bucket')).toMatchObject({
      value: 'from-env',
      origin: expect.stringContaining('AWS_STORAGE_BUCKET_NAME') as string,
    });
    expect(value('s3.region')).toMatchObject({
      value: 'eu-west-1',
      origin: expect.stringContaining('collect.config.json') as string,
    });
    expect(value('s3.location')).toMatchObject({
      value: 'from-dotenv',
      origin: expect.stringContaining('.env') as string,
    });
    expect(value('s3.acl')).toMatchObject({
      value: 'none',
      origin: expect.stringContaining('--acl') as string,
    });
    expect(out + err).not.toContain('dotenv-canary');
  });
});

describe('output', () => {
  it('puts results on stdout and everything else on stderr', async () => {
    const site = await project({ 'static/a.css': 'A' });
    const { out, err } = await run(site, []);
    expect(out).toMatch(/^\S+staticfiles\/: complete, 1 uploaded \(1 B\), 0 unchanged in .*\.\n$/);
    expect(err).toMatch(/^static → \S+staticfiles\/\n1 file to go, 1 B\n$/);
  });

  it('says nothing with --quiet or -v 0, unless something failed', async () => {
    const site = await project({ 'static/a.css': 'A' });
    expect(await run(site, ['--quiet'])).toEqual({ code: 0, out: '', err: '' });
    expect(await run(site, ['-v', '0'])).toEqual({ code: 0, out: '', err: '' });
    await site.write({ 'static/a.css': 'B', 'blocked/a.css/x': '' });
    const failed = await run(site, ['--quiet', '--to', 'blocked']);
    expect(failed.code).toBe(5);
    expect(failed.err).toMatch(/^failed\[DESTINATION_CONFLICT\] a\.css: .*is a directory/);
    expect(failed.err).not.toMatch(/explain/);
  });

  it('tells apart what is unchanged and what was left alone', async () => {
    const site = await project({ 'media/a.txt': 'A', 'media/b.txt': 'B', 'package.json': '{}' });
    await run(site, ['--target', 'media']);
    await site.write({ 'media/a.txt': 'changed' });
    const { out } = await run(site, ['--target', 'media']);
    expect(out).toMatch(/0 uploaded \(0 B\), 1 unchanged, 1 kept as they are/);
  });

  it('warns of a local copy in CI even when it is quiet', async () => {
    const site = await project({ 'static/a.css': 'A' });
    const { err } = await run(site, ['--quiet'], { env: { CI: 'true' } });
    expect(err).toMatch(/no backend is: files are copied/);
  });

  it('has a report for every target, also for those not tried after a failure', async () => {
    const site = await project({
      'static/a.css': 'A',
      'media/m.txt': 'M',
      'staticfiles/a.css/x': 'a directory in its place',
    });
    const { code, out } = await run(site, ['--json', '--all']);
    expect(code).toBe(5);
    const reports = lines(out).filter((line) => line['type'] === 'report');
    expect(reports).toMatchObject([
      { target: 'static', counts: { failed: 1 } },
      { target: 'media', counts: { uploaded: 0, notRun: 1 } },
    ]);
  });

  it('is NDJSON for usage errors too', async () => {
    const { code, out } = await run(await project({}), ['--json', '--nope']);
    expect(code).toBe(2);
    expect(lines(out)).toMatchObject([
      { type: 'error', code: 'USAGE', exitCode: 2 },
      { type: 'end', exitCode: 2 },
    ]);
  });

  it('has a line per file at -v', async () => {
    const site = await project({ 'static/a.css': 'A' });
    expect((await run(site, ['-v'])).err).toMatch(/uploaded a\.css \(new\)/);
    expect((await run(site, ['-v', '2'])).err).toMatch(/skipped a\.css \(unchanged\)/);
  });

  it('is NDJSON with --json: a report for each target and last the end', async () => {
    const site = await project({ 'static/a.css': 'A', 'media/m.txt': 'M' });
    const { code, out } = await run(site, ['--json', '--all']);
    expect(code).toBe(0);
    const reports = lines(out).filter((line) => line['type'] === 'report');
    expect(reports).toMatchObject([
      { schema: 1, exitCode: 0, dryRun: false, target: 'static', acl: 'none', errors: [] },
      { target: 'media' },
    ]);
    expect(reports[0]?.['counts']).toEqual({
      found: 1,
      uploaded: 1,
      updated: 0,
      skipped: 0,
      deleted: 0,
      failed: 0,
      notRun: 0,
      ignored: 0,
      shadowed: 0,
      refused: 0,
    });
    expect(lines(out).at(-1)).toEqual({ type: 'end', exitCode: 0 });
  });

  it('is NDJSON for errors too', async () => {
    const { code, out } = await run(await project({}), ['--json']);
    expect(code).toBe(3);
    expect(lines(out)).toMatchObject([
      { type: 'error', exitCode: 3 },
      { type: 'end', exitCode: 3 },
    ]);
  });

  it('annotates and summarises under GitHub Actions', async () => {
    const site = await project({ 'static/a.css': 'A', 'blocked/a.css/x': '' });
    const summary = site.path('summary.md');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const { err } = await run(site, ['--to', 'blocked'], { env });
    expect(err).toMatch(
      /^::error title=collect-static DESTINATION_CONFLICT::a\.css: .*is a directory where a file belongs%0A/m,
    );
    expect(await readFile(summary, 'utf8')).toMatch(/### collect-static: static, exit 5/);
  });

  it('warns in CI when a local copy is only the default', async () => {
    const site = await project({ 'static/a.css': 'A' });
    for (const env of [{ CI: 'true' }, { DYNO: 'web.1' }]) {
      expect((await run(site, [], { env })).err).toMatch(
        /warning\[BACKEND_DEFAULTED_IN_CI\]:.*no backend is: files are copied[\s\S]*--backend s3/,
      );
    }
    expect((await run(site, ['--backend', 'local'], { env: { CI: 'true' } })).err).not.toMatch(
      /warning/,
    );
  });

  it('shows control characters in names instead of obeying them', async () => {
    if (process.platform === 'win32') return;
    const site = await project({ 'static/a.css': 'A', 'static/ev\u202eil.css': 'B' });
    expect((await run(site, ['-v'])).err).toContain('ev\\u202eil.css');
  });
});

import { symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fastTime } from '../harness/child.ts';
import { runCli } from '../support/cli.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { lastReport } from '../support/deploy-scenario.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import { isOwnRecord } from '../support/own-records.ts';
import { runHere } from '../support/run-here.ts';

let s3: FakeS3;
let site: Site;
beforeEach(async () => {
  s3 = await startFakeS3();
  s3.createBucket('assets');
  site = await createSite({
    'static/a.css': 'a',
    'static/b.css': 'bb',
    'static/c.css': 'ccc',
    'static/index.html': '<!doctype html>',
    'package.json': '{}',
  });
});
afterEach(async () => {
  await s3.close();
  await site.remove();
});

const production = () => ({
  AWS_STORAGE_BUCKET_NAME: 'assets',
  AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
  AWS_S3_ENDPOINT_URL: s3.endpoint,
});

const deployBy =
  (program: typeof runCli | typeof runHere) =>
  (args: string[] = [], env: Record<string, string> = {}) =>
    program(['--backend', 's3', ...args], { cwd: site.dir, env: { ...production(), ...env } });
const deploy = deployBy(runCli);

/** Ends with the code, says something a person can use, and left the store as it was. */
const untouchedBy =
  (program: typeof runCli | typeof runHere) =>
  async (code: number, message: RegExp, args?: string[], env?: Record<string, string>) => {
    const result = await deployBy(program)(args, env);
    expect(result).toMatchObject({ code });
    expect(result.stdout + result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(written()).toEqual([]);
  };
const expectUntouched = untouchedBy(runCli);
/** One of each code is enough of the built program, which takes its time to start. */
const expectUntouchedHere = untouchedBy(runHere);

/** What is stored, and what was written there, beside the tool's own records. */
const stored = () => [...s3.objects('assets').keys()].filter((key) => !isOwnRecord(key));
const written = () =>
  s3
    .writes()
    .map(({ key }) => key)
    .filter((key) => !isOwnRecord(key));

describe('exit codes', () => {
  it('0: everything is there', async () => {
    expect(await deploy()).toMatchObject({ code: 0 });
    expect(stored()).toHaveLength(4);
  });

  it('2: a flag that does not exist', async () => {
    await expectUntouched(2, /unknown option '--dryrun'[\s\S]*--dry-run/, ['--dryrun']);
    await expectUntouchedHere(2, /unknown command 'deploy'/, ['deploy']);
    await expectUntouchedHere(2, /--clear/, ['--clear', '--yes']);
    await expectUntouchedHere(2, /--offline/, ['--offline']);
  });

  it('3: a configuration that is wrong', async () => {
    await expectUntouchedHere(3, /AWS_QUERYSTRING_AUTH/, [], { AWS_QUERYSTRING_AUTH: 'perhaps' });
    await site.write({ 'collect.config.json': '{ "s3": { "buket": "assets" } }' });
    await expectUntouched(3, /buket[\s\S]*bucket/);
  });

  it('4: a source that is missing', async () => {
    await expectUntouched(4, /dist does not exist/, ['--source', 'dist']);
  });

  it('5: a link that leads out of the source', async () => {
    await symlink('../package.json', site.path('static', 'link.json'));
    await expectUntouched(5, /link\.json.*leads outside/);
  });

  it('6: credentials or permissions that do not suffice', async () => {
    await expectUntouched(6, /signature|secret/i, [], { AWS_SECRET_ACCESS_KEY: 'wrongwrongwrong' });
    await expectUntouchedHere(6, /access key/i, [], { AWS_ACCESS_KEY_ID: 'AKIAWRONGWRONGWRONG1' });
    s3.setBucket('assets', { deny: ['s3:ListBucket'] });
    await expectUntouchedHere(6, /s3:ListBucket/);
    s3.setBucket('assets', { deny: ['s3:PutObject'] });
    await expectUntouchedHere(6, /s3:PutObject/);
    s3.setBucket('assets', { blockPublicAcls: true });
    await expectUntouchedHere(6, /Block Public Access/i);
    s3.setBucket('assets', { aclsDisabled: true });
    await expectUntouchedHere(6, /ACL/, ['--acl', 'public-read']);
  });

  it('0: --force needs no right to list', async () => {
    s3.setBucket('assets', { deny: ['s3:ListBucket'] });
    const { code, stderr } = await deploy(['--force']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toMatch(/could not be read, so everything is uploaded/);
    expect(stored()).toHaveLength(4);
  });

  it('7: a destination that is not there', async () => {
    await expectUntouched(7, /nowhere/, ['--to', 's3://nowhere/static']);
    s3.setBucket('assets', { region: 'eu-west-1' });
    await expectUntouchedHere(7, /eu-west-1/);
    const port = await closedPort();
    const at = (endpoint: string) => ({ ...fastTime(20), AWS_S3_ENDPOINT_URL: endpoint });
    await expectUntouched(7, /refused/i, [], at(`http://127.0.0.1:${port}`));
    await expectUntouched(7, /s3\.invalid/, [], at('http://s3.invalid'));
  });

  it('8: some files failed; the rest is there, pages are not published', async () => {
    s3.fault = ({ key }) =>
      key === 'static/b.css' ? { status: 403, code: 'AccessDenied' } : undefined;
    const { code, stdout } = await deploy(['--json']);
    expect(code).toBe(8);
    expect(stored()).toEqual(['static/a.css', 'static/c.css']);
    const { counts, errors } = lastReport(stdout);
    expect(counts).toMatchObject({ uploaded: 2, failed: 1, notRun: 1 });
    expect(errors).toMatchObject([{ key: 'b.css' }]);
    s3.fault = undefined;
    expect((await deploy()).code).toBe(0);
    expect(stored()).toHaveLength(4);
  });

  it('8: an answer that proves nothing is no success', async () => {
    s3.fault = ({ op }) =>
      op === 'PutObject' ? { status: 200, body: '<html>Sign in</html>' } : undefined;
    const { code, stderr } = await deploy([], fastTime(100));
    expect(code).toBe(8);
    expect(stderr).toMatch(/prove.*after \d+ attempts/);
    expect(stored()).toEqual([]);
  });

  it('130: stopped, with every key whole', async () => {
    await site.write(
      Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`static/f${i}.js`, `${i}`])),
    );
    let interrupt: (() => void) | undefined;
    s3.fault = ({ index }) => {
      if (index === 8) interrupt?.();
      return { delayMs: 50 };
    };
    const { code, stdout } = await runCli(['--backend', 's3', '--concurrency', '2'], {
      cwd: site.dir,
      env: production(),
      onStart: (kill) => {
        interrupt = () => kill('SIGINT');
      },
    });
    expect(code).toBe(130);
    expect(stdout).toMatch(/incomplete/);
    expect(stored().length).toBeLessThan(44);
  });
});

describe('a dry run', () => {
  it('sends no write and lists exactly what the next run does', async () => {
    s3.put('assets', 'static/a.css', 'a');
    s3.put('assets', 'static/b.css', 'old');
    const dry = await deploy(['--dry-run', '--json']);
    expect(dry.code).toBe(0);
    expect(s3.writes()).toEqual([]);
    const planned = dry.stdout
      .split('\n')
      .filter((line) => line.includes('"type":"action"'))
      .map((line) => JSON.parse(line) as { action: string; key: string })
      .filter(({ action }) => action !== 'skip' && action !== 'record')
      .map(({ key }) => `static/${key}`);
    expect((await deploy()).code).toBe(0);
    expect(written().sort()).toEqual(planned.sort());
    // The headers of the one that is the same are not.
    expect(planned).toEqual(
      ['a.css', 'b.css', 'c.css', 'index.html'].map((key) => `static/${key}`),
    );
  });

  it('needs no credentials and no network with --offline, and says so', async () => {
    const { code, stdout } = await runCli(['--to', 's3://assets/static', '-n', '--offline'], {
      cwd: site.dir,
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/upload .*a\.css.*not consulted/);
    expect(s3.requests).toEqual([]);
  });

  it('warns that browsers may keep the old bytes of a file that is replaced', async () => {
    s3.put('assets', 'static/b.css', 'old');
    const { stderr } = await deploy(['--dry-run']);
    expect(stderr).toMatch(/1 file is replaced under the same name[\s\S]*b\.css/);
  });
});

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 1;
}

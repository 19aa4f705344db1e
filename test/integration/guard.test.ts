import { chmod, readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import type { UserConfig } from '../../src/config/index.ts';
import { createSite, type Site, type SiteFiles } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { tokens } from '../support/honey.ts';

interface World {
  readonly files: SiteFiles;
  readonly config?: UserConfig;
  readonly env?: Record<string, string>;
  readonly args?: readonly string[];
}

async function run({ files, config = {}, env = {}, args = [] }: World) {
  const site = await createSite({
    'static/app.css': 'p {}',
    'collect.config.json': JSON.stringify(config),
    ...files,
  });
  onTestFinished(() => site.remove());
  return { site, ...(await again(site, env, args)) };
}

async function again(site: Site, env: Record<string, string> = {}, args: readonly string[] = []) {
  const io = createFakeIo(args, { cwd: site.dir, env });
  const code = await main(io);
  return { code, out: io.out(), err: io.err() };
}

const lines = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const token = tokens.github;

describe('a refusal', () => {
  it('says rule, place, what stands there but for the secret, and the way past', async () => {
    const { code, err } = await run({
      files: { 'static/js/a.js': `// ü\nconst x = 1, API_TOKEN = "${token}";` },
    });
    expect(code).toBe(5);
    expect(err).toMatch(
      /static[\\/]js[\\/]a\.js:2:27 \[github-token\] a GitHub token: API_TOKEN = ghp_…/,
    );
    expect(err).toContain(
      '"allow": [{ "rule": "github-token", "match": "js/a.js", "reason": "…" }]',
    );
    expect(err).not.toContain(token.slice(4, 14));
  });

  it('is a line of NDJSON and counted in the report', async () => {
    const { out } = await run({
      files: { 'static/a.js': token, 'static/.env': 'A=1', 'static/.x/.git/config': '' },
      args: ['--json'],
    });
    const found = lines(out);
    expect(found.filter(({ type }) => type === 'refused')).toMatchObject([
      { rule: 'env-file' },
      { rule: 'vcs' },
      { rule: 'github-token', line: 1, column: 1, excerpt: 'ghp_…' },
    ]);
    expect(found.find(({ type }) => type === 'report')).toMatchObject({
      exitCode: 5,
      counts: { found: 1, ignored: 0, refused: 3, uploaded: 0 },
    });
    expect(found.at(-1)).toEqual({ type: 'end', exitCode: 5 });
  });

  it('comes before anything is written, for every target', async () => {
    const { code, site } = await run({
      files: { 'media/x.txt': token },
      args: ['--all'],
    });
    expect(code).toBe(5);
    expect(await site.list()).toEqual(['collect.config.json', 'media/x.txt', 'static/app.css']);
  });

  it('is in the job summary', async () => {
    const { code, site } = await run({ files: { 'static/a.js': token } });
    expect(code).toBe(5);
    const summary = site.path('summary.md');
    await again(site, { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
    expect(await readFile(summary, 'utf8')).toMatch(/exit 5[\s\S]*\| 1 \|\n/);
  });
});

describe('contents', () => {
  it.each([1024 * 1024 - 10, 1024 * 1024 - 4097, 2 * 1024 * 1024 - 1, 3_000_000])(
    'are found wherever the file is cut into pieces, at %d',
    async (at) => {
      const { err } = await run({ files: { 'static/a.js': `${' '.repeat(at - 1)}"${token}"` } });
      expect(err).toContain(`:1:${at + 1} [github-token]`);
    },
  );

  it.each([
    ['a certificate', 'cert.pem', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
    ['a public key', 'x.key', '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n'],
    ['a presentation', 'talk.key', 'PK\u0003\u0004 zip'],
    ['a texture', 'sky.env', Buffer.from([0x86, 0x16, 0x87, 0x96, 0, 1, 2])],
    ['an example of variables', '.env.example', 'A=1'],
    ['a library that reads keys', 'pem.js', 's.includes("-----BEGIN PRIVATE KEY-----")'],
    ['a placeholder', 'doc.md', `ghp_${'x'.repeat(36)}`],
    [
      "AWS's own example",
      'aws.md',
      'AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    ],
    ['an access key id by itself', 'id.md', tokens.awsId],
    ['a translation', 'locales/en/credentials.json', '{}'],
    ['what no rule is about', '.gitignore', 'x'],
    ['a picture that has the bytes', 'a.png', Buffer.concat([Buffer.alloc(9), Buffer.from(token)])],
  ])('%s may be published', async (_, name, content) => {
    expect(await run({ files: { [`static/${name}`]: content } })).toMatchObject({ code: 0 });
  });
});

describe('what the default ignores left out', () => {
  it('is refused wherever it lies in there', async () => {
    const { code, err } = await run({ files: { 'static/.cache/x/id_rsa': '' } });
    expect({ code, err }).toMatchObject({
      code: 5,
      err: expect.stringContaining('right directory') as string,
    });
  });

  it.each([
    [{ ignore: ['.env'] }],
    [{ sources: [{ dir: 'static', ignore: ['.e*'] }] }],
    [{ sources: [{ dir: 'static', include: ['*.css'] }] }],
    [{ allow: [{ rule: 'env-file', match: '.env', reason: 'test' }] }],
  ] as const)('is left in peace where the user names it: %j', async (config) => {
    expect((await run({ files: { 'static/.env': 'A=1' }, config })).code).toBe(0);
  });

  it("is not the project's own package.json, in the config's folder alone", async () => {
    const config = { sources: ['.'], ignore: ['static'], local: { dir: '../out' } };
    const { site, out } = await run({
      files: { 'package.json': '{}', 'tsconfig.json': '{}', 'sub/package.json': '{}', 'a.css': '' },
      config,
      args: ['--json', '-n'],
    });
    expect(
      lines(out).flatMap((line) => (line['action'] === undefined ? [] : [line['key']])),
    ).toEqual(['a.css', 'sub/package.json']);
    expect(site.dir).not.toBe('');
  });
});

describe('the way past', () => {
  it('is an allowance for the rule and the file, and no other', async () => {
    const files = { 'static/a.js': token, 'static/b.js': token };
    const allow = [{ rule: 'github-token' as const, match: 'a.js', reason: 'revoked' }];
    const { err } = await run({ files, config: { allow } });
    expect(err).toMatch(/b\.js:1:1/);
    expect(err).not.toMatch(/a\.js:1:1/);
  });

  it('is the name of a variable whose value is public', async () => {
    const env = { SEARCH_TOKEN: '9f86d081884c7d65' };
    const files = { 'static/a.js': `s("${env.SEARCH_TOKEN}")` };
    expect((await run({ files, env })).code).toBe(5);
    expect((await run({ files, env, config: { allow: [{ env: 'SEARCH_TOKEN' }] } })).code).toBe(0);
  });

  it('is not needed for variables that bundlers publish, and a *_KEY only warns', async () => {
    const env = { VITE_TOKEN: '9f86d081884c7d65', MAPS_KEY: 'a8f5f167f44f4964e6c998dee827110c' };
    const files = { 'static/a.js': `"${env.VITE_TOKEN}", "${env.MAPS_KEY}"` };
    const { code, err } = await run({ files, env });
    expect(code).toBe(0);
    expect(err).toMatch(/1 place holds the value of a \*_KEY variable: a\.js:1:22 \(MAPS_KEY\)/);
    expect(err).not.toContain(env.MAPS_KEY);
  });
});

describe('variables of .env', () => {
  it('are not published either', async () => {
    const files = { '.env': 'MY_SECRET=9f86d081884c7d65\n', 'static/a.js': '"9f86d081884c7d65"' };
    expect((await run({ files })).err).toMatch(/a\.js:1:2 \[own-secret\].*MY_SECRET/);
  });
});

describe('limits', () => {
  it.each([
    [{ files: 1 }, /2 files, and limits\.files is 1/],
    [{ bytes: 5 }, /12 bytes, and limits\.bytes is 5/],
    [{ fileSize: 7 }, /b\.css \[limits\.fileSize\] 8 bytes/],
  ])('%j refuse what goes beyond', async (limits, message) => {
    const { code, err } = await run({ files: { 'static/b.css': '12345678' }, config: { limits } });
    expect(code).toBe(5);
    expect(err).toMatch(message);
    const most = { files: 2, bytes: 12, fileSize: 8 };
    expect(
      (await run({ files: { 'static/b.css': '12345678' }, config: { limits: most } })).code,
    ).toBe(0);
  });
});

describe('warnings', () => {
  it('are given for source maps, sources and dependencies', async () => {
    const files = { 'static/a.js.map': '', 'static/b.scss': '', 'static/node_modules/c.js': '' };
    const { code, err } = await run({ files: { ...files, 'static/film.ts': Buffer.alloc(9) } });
    expect(code).toBe(0);
    expect(err).toMatch(/1 file is a source map.*: a\.js\.map/);
    expect(err).toMatch(/1 file looks like sources.*: b\.scss/);
    expect(err).toMatch(/1 file lies in node_modules.*: node_modules\/c\.js/);
  });

  it('can be answered', async () => {
    const allow = [{ rule: 'source-map' as const, match: '*.map', reason: 'open source' }];
    const { err } = await run({ files: { 'static/a.js.map': '' }, config: { allow } });
    expect(err).not.toContain('source map');
  });

  it.skipIf(process.platform === 'win32')('are given for files private on disk', async () => {
    const { site } = await run({ files: {} });
    await chmod(site.path('static', 'app.css'), 0o600);
    expect((await again(site)).err).toMatch(/1 file is private on disk.*: app\.css/);
  });
});

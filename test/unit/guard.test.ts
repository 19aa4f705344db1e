import { chmod } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findFile } from '../../src/open-file.ts';
import { guardFiles, type GuardOptions } from '../../src/guard.ts';
import { secretsIn } from '../../src/secrets.ts';
import type { StaticFile } from '../../src/types.ts';
import { createSite } from '../support/create-site.ts';
import { honey, secretEnv, tokens } from '../support/honey.ts';

const options: GuardOptions = {
  allow: [],
  limits: { files: undefined, bytes: undefined, fileSize: undefined },
  secrets: secretsIn(Object.entries(secretEnv)),
  ignore: [],
};

const file = (name: string, text: string | Buffer = '', prefix = ''): StaticFile => ({
  name,
  key: name,
  prefix,
  content: { kind: 'bytes', bytes: Buffer.from(text) },
  immutable: false,
});

const guard = (files: readonly StaticFile[], more: Partial<GuardOptions> = {}) =>
  guardFiles({ files, leftOut: [] }, { ...options, ...more });

describe('the honey tree, where no default ignore keeps any of it back', () => {
  it.each(honey)('$name is refused by $rule alone', async ({ name, content, rule }) => {
    const { refusals, refused } = await guard([file('app.css'), file(name, content)]);
    expect(new Set(refusals.map((one) => one.rule))).toEqual(new Set([rule]));
    expect(refusals[0]?.why).toMatch(/\w/);
    expect(refusals[0]?.past).toMatch(/"(?:ignore|allow)": \[/);
    expect(refused).toEqual({ found: 1, ignored: 0 });
  });

  it('is refused at once, each of its files counted, each repository told once', async () => {
    const { refusals, refused } = await guard(honey.map((one) => file(one.name, one.content)));
    expect(refused.found).toBe(honey.length);
    const repositories = refusals.filter(({ rule }) => rule === 'vcs').map(({ path }) => path);
    expect(repositories.sort()).toEqual([
      '.bzr',
      '.git',
      '.hg',
      '.jj',
      '.svn',
      'CVS',
      'lib/CVS',
      'sub/.git',
    ]);
    const told = JSON.stringify(refusals);
    const secrets = [...Object.values(secretEnv), ...Object.values(tokens)];
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
  });
});

describe('a refusal', () => {
  it('tells the place in a text', async () => {
    const text = `a\nTOKEN = '${tokens.npm}'`;
    expect((await guard([file('js/a.js', text)])).refusals).toEqual([
      {
        path: 'js/a.js',
        rule: 'npm-token',
        why: 'an npm token',
        line: 2,
        column: 10,
        excerpt: 'TOKEN = npm_…',
        past: expect.stringContaining('"match": "js/a.js"') as string,
      },
    ]);
  });

  it('tells which variable it was whose value stands there', async () => {
    const text = ` ${secretEnv.DEPLOY_TOKEN}`;
    expect((await guard([file('a.js', text)])).refusals).toEqual([
      {
        path: 'a.js',
        rule: 'own-secret',
        why: 'the value of DEPLOY_TOKEN, a variable of this run',
        line: 1,
        column: 2,
        excerpt: '[value of DEPLOY_TOKEN]',
        past: expect.stringContaining('"allow": [{ "env": "DEPLOY_TOKEN" }]') as string,
      },
    ]);
  });

  it('tells everything about one file', async () => {
    const { refusals, refused } = await guard([
      file('.npmrc', `${tokens.npm} ${secretEnv.DEPLOY_TOKEN} ${secretEnv.JWT_PRIVATE}`),
    ]);
    expect(refusals.map(({ rule, why }) => `${rule} ${why}`)).toEqual([
      'npm-token an npm token',
      'own-secret the value of DEPLOY_TOKEN, a variable of this run',
      'own-secret the value of JWT_PRIVATE, a variable of this run',
      'credential-file credentials',
    ]);
    expect(refused.found).toBe(1);
  });

  it('names a file by its path, and in globs as its source does', async () => {
    const { refusals } = await guard([file('vendor/x/.env', 'A=1', 'vendor')]);
    expect(refusals).toMatchObject([{ path: 'vendor/x/.env' }]);
    expect(refusals[0]?.past).toContain('"ignore": ["x/.env"]');
    expect(refusals[0]?.past).toContain('"match": "x/.env"');
  });

  it('names the directory that is meant, and the file where that lies elsewhere', async () => {
    const site = await createSite({
      'static/a/.git/x/y': '',
      'b/.git/x/y': '',
      'static/other/z': '',
    });
    onTestFinished(() => site.remove());
    const pathOf = async (...path: string[]) => {
      const found = await onDisk('a/.git/x/y', site.path(...path));
      return (await guard([found])).refusals[0]?.path;
    };
    expect(await pathOf('static', 'a', '.git', 'x', 'y')).toBe(site.path('static', 'a', '.git'));
    expect(await pathOf('b', '.git', 'x', 'y')).toBe(site.path('b', '.git'));
    expect(await pathOf('static', 'other', 'z')).toBe(site.path('static', 'other', 'z'));
  });

  it('comes after those of limits and of what was left out', async () => {
    const keys = { 'static/.hidden/id_rsa': '', 'static/.hidden/id_dsa': '' };
    const site = await createSite({ ...keys, 'static/.env': 'A=1', 'static/.git/HEAD': '' });
    onTestFinished(() => site.remove());
    const dir = site.path('static');
    const source = { dir, label: 'static', prefix: '', include: [], ignore: [], optional: false };
    const left = (name: string) => ({ path: site.path('static', name), name, source });
    const allow = [{ rule: 'env-file', match: ['.env'], reason: 'a test' }];
    const limits = { ...options.limits, files: 0 };
    const { refusals, refused } = await guardFiles(
      { files: [file('.npmrc')], leftOut: [left('.env'), left('.hidden'), left('.git')] },
      { ...options, limits, allow },
    );
    expect(refusals.map(({ rule }) => rule)).toEqual([
      'limits.files',
      'key-file',
      'key-file',
      'vcs',
      'credential-file',
    ]);
    expect(refused).toEqual({ found: 1, ignored: 2 });
  });

  it('is not what the user allows: a rule for a file, or the value of a variable', async () => {
    const files = [file('x/a.js', tokens.npm, 'x'), file('x/b.js', secretEnv.JWT_PRIVATE, 'x')];
    const allow = [
      { rule: 'npm-token', match: ['/a.js'], reason: 'revoked' },
      { env: 'JWT_PRIVATE' },
    ];
    expect((await guard(files)).refusals.length).toBe(2);
    expect(await guard(files, { allow })).toMatchObject({
      refusals: [],
      refused: { found: 0, ignored: 0 },
    });
  });

  it('is not waited for by whoever has given up', async () => {
    const signal = AbortSignal.abort(new Error('given up'));
    const files = [file('a.js')];
    await expect(guardFiles({ files, leftOut: [] }, options, { signal })).rejects.toThrow(
      'given up',
    );
  });
});

async function onDisk(name: string, path: string): Promise<StaticFile> {
  const found = await findFile(path);
  if (found === undefined) throw new Error(`${path} is no file`);
  return { ...file(name), content: { kind: 'file', ...found } };
}

describe('a warning', () => {
  const warningsOf = async (...files: StaticFile[]) =>
    (await guard(files)).warnings.map(({ code, subjects }) => [code, ...(subjects ?? [])]);

  it.each([
    ['a.js.map', 'SOURCE_MAPS'],
    ['A.JS.MAP', 'SOURCE_MAPS'],
    ['map.ts', 'UNBUILT_SOURCES'],
    ['node_modules/a.js', 'DEPENDENCY_FOLDERS'],
    ['js/node_modules/a.js', 'DEPENDENCY_FOLDERS'],
    ['bower_components/a.js', 'DEPENDENCY_FOLDERS'],
  ])('is given for %s: %s', async (name, code) => {
    const { warnings, refusals } = await guard([file(name, 'x')]);
    expect(warnings.map((one) => one.code)).toEqual([code]);
    expect(warnings[0]?.subjects).toEqual([name]);
    expect(refusals).toEqual([]);
  });

  it.each(['a.map.js', 'my_node_modules/a.js', 'node_modules.js', 'a/node_modules_/b.js'])(
    'is not given for %s',
    async (name) => {
      expect(await warningsOf(file(name, 'x'))).toEqual([]);
    },
  );

  it('is not given for a film, whatever it is called', async () => {
    expect(await warningsOf(file('film.ts', Buffer.alloc(9)))).toEqual([]);
  });

  it('tells where the value of a *_KEY variable stands, which may be public', async () => {
    const secrets = secretsIn([['MAPS_KEY', tokens.awsSecret]]);
    const { warnings, refusals } = await guard([file('x/a.js', `\n "${tokens.awsSecret}"`, 'x')], {
      secrets,
    });
    expect(warnings).toMatchObject([
      { code: 'KEY_PUBLISHED', subjects: ['x/a.js:2:3 (MAPS_KEY)'] },
    ]);
    expect(refusals).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('is given for what only its owner may read', async () => {
    const site = await createSite({ 'a.css': '', 'b.css': '', 'c.css': '' });
    onTestFinished(() => site.remove());
    await chmod(site.path('a.css'), 0o600);
    await chmod(site.path('b.css'), 0o660);
    await chmod(site.path('c.css'), 0o604);
    const files = ['a.css', 'b.css', 'c.css'].map((name) => onDisk(name, site.path(name)));
    expect(await warningsOf(...(await Promise.all(files)), file('made.json'))).toEqual([
      ['PRIVATE_FILES', 'a.css', 'b.css'],
    ]);
  });
});

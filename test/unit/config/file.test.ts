import { describe, expect, it } from 'vitest';
import { loadConfigs } from '../../../src/config/index.ts';
import { createSite } from '../../support/create-site.ts';
import { configOf, errorOf, load, problemsOf } from './load.ts';

const json = '{ "concurrency": 7 }';
const yaml = '# ours\nconcurrency: 7\n';

describe('the config file', () => {
  it.each([
    ['collect.config.json', json],
    ['collect.config.json', `\uFEFF${json}`],
    ['collect.config.yaml', yaml],
    ['collect.config.yml', yaml],
    ['collect.config.js', 'module.exports = { concurrency: 7 };'],
    ['collect.config.cjs', 'module.exports = { concurrency: 7 };'],
    ['collect.config.cjs', 'exports.__esModule = true; exports.default = { concurrency: 7 };'],
    ['collect.config.mjs', 'export default { concurrency: 7 };'],
    ['.collect-staticrc', json],
    ['.collect-staticrc', yaml],
    ['.collect-staticrc.json', json],
    ['.collect-staticrc.yaml', yaml],
    ['.collect-staticrc.yml', yaml],
    ['package.json', `{ "collect-static": ${json} }`],
  ])('can be %s: %j', async (name, text) => {
    const { configs, configFile, dir, values } = await load({ files: { [name]: text } });
    expect(configs[0].concurrency).toBe(7);
    expect(configFile).toBe(`${dir}/${name}`);
    expect(values.find(({ path }) => path === 'concurrency')?.origin).toBe(name);
  });

  it('is the first of several in one directory', async () => {
    const files = { 'collect.config.yaml': yaml, '.collect-staticrc': 'concurrency: 8' };
    expect(await configOf({ files })).toMatchObject({ concurrency: 7 });
  });

  it.each(['package.json', '.git/HEAD', 'manage.py', 'pyproject.toml'])(
    'is looked for up to the directory with %s',
    async (mark) => {
      const files = { [`project/${mark}`]: '{}', 'project/collect.config.json': json };
      const inside = { ...files, 'project/static/x': '', 'project/a/b/x': '' };
      expect(await configOf({ files: inside, cwd: 'project/a/b' })).toMatchObject({
        concurrency: 7,
      });
    },
  );

  it('is the nearest one', async () => {
    const files = {
      'package.json': '{ "collect-static": { "concurrency": 8 } }',
      'a/collect.config.json': json,
      'a/b/package.json': '{}',
      'a/b/c/x': '',
    };
    const flags = { sources: ['x'] };
    expect(await configOf({ files, cwd: 'a', flags })).toMatchObject({ concurrency: 7 });
    // a/b is a project of its own, and its package.json says nothing.
    expect(await configOf({ files, cwd: 'a/b/c', flags })).toMatchObject({ concurrency: 'auto' });
  });

  it('is not looked for above the project root', async () => {
    const files = { 'collect.config.json': json, 'app/package.json': '{}', 'app/static/x': '' };
    expect(await configOf({ files, cwd: 'app' })).toMatchObject({ concurrency: 'auto' });
  });

  it('is looked for in the working directory alone where nothing marks a project', async () => {
    const files = { 'collect.config.json': json, 'app/static/x': '' };
    expect(await configOf({ files, cwd: 'app' })).toMatchObject({ concurrency: 'auto' });
    expect(await configOf({ files })).toMatchObject({ concurrency: 7 });
  });

  it('is not taken from a home directory above, whatever lies there', async () => {
    const site = await createSite({
      'collect.config.json': json,
      'package.json': '{}',
      'app/static/x': '',
    });
    const at = async (cwd: string) =>
      (await loadConfigs({ cwd, env: { HOME: `${site.dir}/` }, flags: { sources: ['x'] } }))
        .configs[0];
    try {
      expect(await at(site.path('app'))).toMatchObject({ concurrency: 'auto' });
      // Heroku runs in /app, which is also the home directory.
      expect(await at(site.dir)).toMatchObject({ concurrency: 7 });
    } finally {
      await site.remove();
    }
  });

  it('named by --config wins, and its folder is what its paths count from', async () => {
    const files = { 'collect.config.json': '{', 'etc/assets.yaml': 'sources: [web]' };
    const { configs, dir } = await load({ files, flags: { config: 'etc/assets.yaml' } });
    expect(configs[0].sources[0]?.dir).toBe(`${dir}/etc/web`);
  });

  it('cannot import others: cosmiconfig offers that, we do not', async () => {
    const files = { 'base.json': json };
    const text = '{ "$import": "./base.json" }';
    const unknown = (name: string) => [`${name}: $import is unknown`];
    expect(await problemsOf({ files: { ...files, 'collect.config.json': text } })).toEqual(
      unknown('collect.config.json'),
    );
    const inPackage = { ...files, 'package.json': `{ "collect-static": ${text} }` };
    expect(await problemsOf({ files: inPackage })).toEqual(unknown('package.json'));
  });

  it("is not moved by cosmiconfig's meta configuration", async () => {
    const meta = '{ "cosmiconfig": { "searchPlaces": ["evil.json"], "mergeSearchPlaces": false } }';
    const files = { 'package.json': meta, 'evil.json': '{ "concurrency": 1 }' };
    expect(await configOf({ files: { ...files, 'collect.config.yaml': yaml } })).toMatchObject({
      concurrency: 7,
    });
  });
});

describe('a config file that cannot be used is an error, not passed over', () => {
  it.each([
    ['collect.config.json', '', 'it is empty'],
    ['collect.config.yaml', '  \n', 'it is empty'],
    ['.collect-staticrc', '', 'it is empty'],
    ['package.json', '', 'it is empty'],
    [
      'collect.config.json',
      '{\n  "a": 1,\n}',
      'line 3, column 1: there is a comma too many or a value missing',
    ],
    ['package.json', '{ secret', 'line 1, column 3: a key in double quotes is expected here'],
    ['collect.config.yaml', 'a: [1,\nb: }', 'line 2, column 4: '],
    ['collect.config.yaml', 'a: 1\na: 2', 'line 2, column 1: duplicated mapping key'],
    ['collect.config.yaml', 'ignore: [*.psd]', 'line 1, column 15: unidentified alias (globs such'],
    ['collect.config.yaml', 'a: !secret x', 'line 1, column 13: unknown tag'],
    ['collect.config.json', ' '.repeat(1024 * 1024 + 1), 'it is larger than 1 MiB'],
    ['collect.config.mjs', 'export const x = 1;', 'it has no default export'],
    [
      'collect.config.mjs',
      'export default () => ({});',
      'it exports a function; export the object itself',
    ],
    [
      'collect.config.mjs',
      'export default Promise.resolve({});',
      'it exports a promise; await it in the file',
    ],
    ['collect.config.mjs', 'throw 5;', 'it threw number'],
  ])('%s, case %#', async (name, text, reason) => {
    const error = await errorOf({ files: { [name]: text } });
    expect(error).toMatchObject({ code: 'CONFIG_UNREADABLE', exitCode: 3 });
    expect(error.message.startsWith(`${name} cannot be read: ${reason}`)).toBe(true);
    expect(error.message).not.toMatch(/\n|secret/);
  });

  it.each([
    ['collect.config.json', 'it is a directory'],
    ['package.json', 'it is a directory'],
  ])('%s as a directory', async (name, reason) => {
    const { message } = await errorOf({ files: { [`${name}/x`]: '' } });
    expect(message).toBe(`${name} cannot be read: ${reason}`);
  });

  it.each([
    ['nowhere.json', 'there is no such file'],
    ['collect.toml', 'its name must end in one of .json .yaml .yml .js .mjs .cjs .ts'],
    ['package.json', 'it has no "collect-static" key'],
  ])('--config %s', async (config, reason) => {
    const files = { 'collect.toml': 'x', 'package.json': '{}' };
    const { message, exitCode } = await errorOf({ files, flags: { config } });
    expect([message, exitCode]).toEqual([`${config} cannot be read: ${reason}`, 3]);
  });

  it('a YAML document that holds itself is refused', async () => {
    expect(await problemsOf({ files: { 'collect.config.yaml': 'ignore: &a [*a]' } })).toEqual([
      'collect.config.yaml: is nested more than 32 levels deep',
    ]);
  });

  it('what is no plain data is refused', async () => {
    const text =
      'export default { sources: [() => 1], ignore: [Symbol("x")], s3: new Map(), url: { get base() { return 5n; } } };';
    expect(await problemsOf({ files: { 'collect.config.mjs': text } })).toEqual([
      'collect.config.mjs: sources.0 must be plain data, not a function',
      'collect.config.mjs: ignore.0 must be plain data, not a symbol',
      'collect.config.mjs: s3 must be a plain object',
      'collect.config.mjs: url.base must be plain data, not a bigint',
    ]);
    const dated = 'headers:\n  Expires: 2030-01-01\n';
    expect(await problemsOf({ files: { 'collect.config.yaml': dated } })).toEqual([
      'collect.config.yaml: headers.Expires is read as a date; put it in quotes',
    ]);
  });
});

describe('.env', () => {
  const acl = (name: string) => `AWS_DEFAULT_ACL=${name}`;

  it('beside the config file comes before the one in the working directory', async () => {
    const files = {
      'package.json': '{}',
      'collect.config.json': '{"sources": ["x"]}',
      'app/.env': acl('private'),
    };
    const world = { files, cwd: 'app' };
    expect(await configOf(world)).toMatchObject({ s3: { acl: 'private' } });
    expect(await configOf({ ...world, dotenv: [acl('public-read')] })).toMatchObject({
      s3: { acl: 'public-read' },
    });
  });

  it('without a config file is read in the working directory only', async () => {
    const files = { 'package.json': '{}', 'app/static/x': '' };
    expect(await configOf({ files, cwd: 'app', dotenv: [acl('private')] })).toMatchObject({
      s3: { acl: 'auto' },
    });
  });

  it('above the project root is not read, even beside a config file given with --config', async () => {
    const files = {
      'collect.config.json': '{"sources": ["x"]}',
      'app/package.json': '{}',
      'app/.env': acl('public-read'),
    };
    const flags = { config: '../collect.config.json' };
    expect(await configOf({ files, cwd: 'app', flags, dotenv: [acl('private')] })).toMatchObject({
      s3: { acl: 'public-read' },
    });
  });

  it('is replaced by --env-file and left out by --no-env-file', async () => {
    const files = { 'prod.env': acl('private') };
    const world = { dotenv: [acl('public-read')], files };
    const { configs, values } = await load({ ...world, flags: { envFile: 'prod.env' } });
    expect(configs[0].s3.acl).toBe('private');
    expect(values.find(({ path }) => path === 's3.acl')?.origin).toBe('prod.env AWS_DEFAULT_ACL');
    expect(await configOf({ ...world, flags: { envFile: false } })).toMatchObject({
      s3: { acl: 'auto' },
    });
  });

  it('given with --env-file has to be there', async () => {
    expect(await errorOf({ flags: { envFile: 'prod.env' } })).toMatchObject({
      exitCode: 3,
      message: 'prod.env cannot be read: there is no such file',
    });
  });

  it("that is a directory is somebody's virtual environment", async () => {
    expect(await configOf({ files: { '.env/bin/python': '' } })).toMatchObject({
      backend: 'local',
    });
  });
});

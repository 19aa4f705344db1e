import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { main } from '../../src/cli.ts';
import { aliases } from '../../src/config/aliases.ts';
import { optionTable } from '../../src/config/options.ts';
import { runCli } from '../support/cli.ts';
import { createFakeIo } from '../support/fake-io.ts';
import type { Site } from '../support/create-site.ts';
import { jsonText, moduleText, mutated, yamlText } from './config-texts.ts';
import { canary, configValue, oddText } from './config-values.ts';

/** One bad configuration, from all the places it can come from. */
export interface BadConfig {
  readonly file: readonly [name: string, text: string] | undefined;
  readonly dotenv: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  /** Through the built program, which takes a hundred times as long. */
  readonly built: boolean;
}

const jsonNames = ['collect.config.json', '.collect-staticrc.json', 'package.json', 'etc/a.json'];
const yamlNames = [
  'collect.config.yaml',
  '.collect-staticrc',
  '.collect-staticrc.yml',
  'etc/a.yml',
];

const dataFile = fc.oneof(
  fc.tuple(fc.constantFrom(...jsonNames), jsonText),
  fc
    .tuple(fc.constant('package.json'), configValue)
    .map(([name, value]) => [name, JSON.stringify({ 'collect-static': value })] as const),
  fc.tuple(fc.constantFrom(...yamlNames), yamlText),
);
const moduleFile = fc.tuple(
  fc.constantFrom('collect.config.mjs', 'collect.config.js', 'collect.config.ts', 'etc/a.mjs'),
  moduleText,
);

const variable = fc.constantFrom(
  ...aliases.map((alias) => alias.variable),
  ...optionTable().map((row) => row.variable),
  ...['COLLECT_STATIC_S3', 'COLLECT_STATIC_TARGETS', 'COLLECT_STATIC_TARGETS_DOCS_S3_BUKET'],
  ...['COLLECT_STATIC_RULES', 'COLLECT_STATIC___PROTO__', 'COLLECT_STATIC_', 'CI', 'HOME'],
);
const setting = fc.oneof(
  fc.constantFrom('7', 'yes', 's3', 'assets', 'a/b', '/static/', 'https://h.example', 'none'),
  oddText,
  mutated(configValue.map((value) => JSON.stringify(value))),
  fc.constantFrom('[]', '{}', '{"__proto__":{"polluted":1}}', '[{"match":"*"}]', canary('env')),
);
/** What is no secret where it stands may be shown: a location called like one. */
const known = canary('env');
const harmless = (text: string) =>
  text.replace(/cAnArY[\w-]*/g, (found) => (found === known ? found : 'x'));

/** The environment of a process holds no NUL. */
const env = fc
  .dictionary(variable, setting, { maxKeys: 3 })
  .map((all) =>
    Object.fromEntries(
      Object.entries(all).map(([name, text]) => [name, harmless(text).replaceAll('\0', '')]),
    ),
  );

const line = fc.oneof(
  fc
    .tuple(variable, setting)
    .map(([name, text]) => `${name}=${text.replace(/cAnArY[\w-]*/g, 'x')}`),
  fc.constantFrom('export A=1', '# x', '=', 'A', `DB_PASSWORD=${canary('dotenv')}`, 'A="x'),
);
const dotenv = mutated(
  fc
    .tuple(fc.array(line, { maxLength: 5 }), fc.constantFrom('\n', '\r\n', '\r', '\n\n'))
    .map(([lines, separator]) => lines.join(separator)),
);

const flagNames = [
  ...['--source', '--to', '--ignore', '--env-file', '--target', '--backend', '--acl', '--region'],
  ...['--profile', '--endpoint-url', '--concurrency', '--verbosity', '--config', '--sauce', '-s'],
];
const flag = fc.oneof(
  fc.tuple(fc.constantFrom(...flagNames), oddText),
  fc.tuple(fc.constantFrom(...flagNames), oddText).map(([name, text]) => [`${name}=${text}`]),
  fc.constantFrom(['--all'], ['--no-env-file'], ['--no-default-ignore'], ['-v'], ['extra']),
);
const flags = fc
  .array(flag, { maxLength: 2 })
  .map((all) => all.flat().map((text) => text.replaceAll('\0', '')));

const nothing = <T>(value: T, arbitrary: fc.Arbitrary<T>, weight: number) =>
  fc.oneof({ weight, arbitrary: fc.constant(value) }, { weight: 1, arbitrary });

const built = fc.oneof(
  { weight: 49, arbitrary: fc.constant(false) },
  { weight: 1, arbitrary: fc.constant(true) },
);
const around = {
  built,
  env: nothing({}, env, 2),
  dotenv: nothing(undefined, dotenv, 2),
};

/** Thirty of data to one of code, which takes many times as long. */
export const badConfig: fc.Arbitrary<BadConfig> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ file: dataFile, flags: fc.constant([]), ...around }) },
  {
    weight: 10,
    arbitrary: fc.record({
      file: nothing(undefined, dataFile, 1),
      env,
      dotenv,
      built,
      flags: nothing([], flags, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ file: moduleFile, flags: fc.constant([]), ...around }) },
);

const secrets = {
  AWS_ACCESS_KEY_ID: canary('key'),
  AWS_SECRET_ACCESS_KEY: canary('secret'),
  MY_SECRET: canary('env'),
  HTTPS_PROXY: `http://joe:${canary('proxy')}@127.0.0.1:1`,
};

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Of computing, not of waiting: the machine may be busy with other things. */
  readonly seconds: number;
  readonly maxRssBytes?: number;
}

type Run = (argv: readonly string[], cwd: string, env: Record<string, string>) => Promise<Ended>;

/** In this process. */
export const runHere: Run = async (argv, cwd, env) => {
  const io = createFakeIo(argv, { cwd, env });
  const before = process.cpuUsage();
  const code = await main(io);
  const { user, system } = process.cpuUsage(before);
  return { code, out: io.out(), err: io.err(), seconds: (user + system) / 1e6 };
};

/** Through the built program. */
export const runBuilt: Run = async (argv, cwd, env) => {
  const { code, stdout, stderr, ...more } = await runCli(argv, { cwd, env });
  return { code, out: stdout, err: stderr, seconds: 0, ...more };
};

/** Writes the configuration into an empty site, shows it, and tells all that is wrong with what came of it. */
export async function judge(bad: BadConfig, site: Site, run: Run): Promise<readonly string[]> {
  await rm(site.dir, { recursive: true, force: true });
  await mkdir(join(site.dir, 'etc'), { recursive: true });
  const [name = '', text = ''] = bad.file ?? [];
  const files = [
    ['package.json', '{}'],
    ['.env', bad.dotenv],
    [name, text],
  ] as const;
  for (const [path, content] of files) {
    if (path !== '' && content !== undefined) await writeFile(join(site.dir, path), content);
  }
  const named = name.startsWith('etc/') ? ['--config', name] : [];
  // A half of all configurations is shown as JSON.
  const json = text.length % 2 === 0 ? ['--json'] : [];
  const argv = ['config', ...json, ...named, ...bad.flags];
  const ended = await run(argv, site.dir, { ...secrets, ...bad.env });
  return problemsOf(bad, ended, json.length > 0);
}

function problemsOf({ file, flags }: BadConfig, ended: Ended, json: boolean): readonly string[] {
  const { code, out, err, seconds, maxRssBytes = 0 } = ended;
  const printed = out + err;
  const allowed = flags.length > 0 ? [0, 2, 3] : [0, 3];
  // Node 20 looks for the file of any --env-file by itself, also behind the name of a script, before that runs.
  const isNodes = code === 9 && flags.some((one) => one.startsWith('--env-file'));
  const isCode = /\.(mjs|js|ts)$/.test(file?.[0] ?? '');
  const facts: readonly (readonly [boolean, string])[] = [
    [!allowed.includes(code ?? -1) && !isNodes, `exit ${String(code)}`],
    [/this is a bug|^\s+at .*:\d+/m.test(printed) && !isCode, 'a stack trace'],
    [/this is a bug/.test(printed), 'a bug'],
    [printed.includes('cAnArY'), 'a canary is printed'],
    [/[^\P{Cc}\n]/u.test(printed) && !isCode, 'a control character is printed'],
    [code !== 0 && code !== 2 && err === '' && !json, 'it fails and says nothing'],
    [json && code !== 2 && !out.trim().split('\n').every(isJson), 'stdout is no NDJSON'],
    [Reflect.get({}, 'polluted') !== undefined, 'Object.prototype is polluted'],
    [!isCode && seconds > 2, `it computed for ${seconds.toFixed(1)} s`],
    [!isCode && maxRssBytes > 150e6, `it took ${Math.round(maxRssBytes / 1e6)} MB`],
  ];
  return facts.flatMap(([isSo, problem]) => (isSo ? [problem] : []));
}

function isJson(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return line === '';
  }
}

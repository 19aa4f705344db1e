import { dirname, resolve } from 'node:path';
import type { CollectError } from '../errors.ts';
import { secretsIn, valuesToHide } from '../secrets.ts';
import type { Config } from '../types.ts';
import { cacheDir } from './cache-dir.ts';
import { evaluateModule } from './evaluate.ts';
import { readExport } from './exported.ts';
import { findConfigFile, findProjectRoot } from './file.ts';
import type { Flags } from './flags.ts';
import { type LoadInput, readDotenv, readLayers } from './layers.ts';
import { passwordOf } from './proxy.ts';
import { localDirs, resolveTarget, type Run } from './resolve.ts';
import type { UserConfig } from './schema.ts';
import { invalidConfig, type Setting } from './settings.ts';
import { type ConfigValue, describeValues, markFaulty } from './shown.ts';
import { collisions, refuseClear, refuseMissingStatic, selectTargets } from './targets.ts';

export type { ConfigValue, Flags, LoadInput, UserConfig };

export interface Loaded {
  /** One for each target of the run. */
  readonly configs: readonly [Config, ...Config[]];
  /** Every option with its effective value and where it came from; credentials only as "(set)". */
  readonly values: readonly ConfigValue[];
  /** What must never be printed. */
  readonly secrets: readonly string[];
  readonly configFile: string | undefined;
}

export interface Described extends Pick<Loaded, 'values' | 'configFile'> {
  /** Every problem, as `loadConfigs` would throw it. */
  readonly error: CollectError | undefined;
}

/** The door: file, `.env`, environment and flags in, complete and frozen configs out. */
export async function loadConfigs(input: LoadInput): Promise<Loaded> {
  const { resolved, problems, secrets, configFile } = await readConfigs(input);
  if (problems.length > 0) throw invalidConfig(problems);
  const [first, ...others] = resolved.map(({ config }) => config);
  if (first === undefined) throw new TypeError('no target');
  const configs = [first, ...others] as const;
  refuseClear(configs);
  if (input.needsSources !== false) refuseMissingStatic(resolved);
  return deepFreeze({ configs, values: resolved.flatMap(describeValues), secrets, configFile });
}

/** What `collect-static config` shows: of a configuration with problems, what holds in spite of them. */
export async function describeConfigs(input: LoadInput): Promise<Described> {
  const { resolved, problems, faulty, configFile } = await readConfigs(input);
  const values = resolved.flatMap(describeValues);
  if (problems.length === 0) return { values, configFile, error: undefined };
  return { values: markFaulty(values, faulty), configFile, error: invalidConfig(problems) };
}

async function readConfigs(input: LoadInput) {
  const { env, flags = {} } = input;
  const cwd = resolve(input.cwd);
  const projectRoot = findProjectRoot(cwd, env['HOME'] ?? env['USERPROFILE']);
  const file = await findConfigFile(cwd, projectRoot, flags.config, evaluate);
  const layers = await readLayers({ cwd, env, flags }, projectRoot, file);
  const secrets = [...layers.settings.flatMap(secretsOf), ...valuesToHide(layers.secrets)];
  input.hide?.(secrets);
  const root = file === undefined ? cwd : dirname(file.path);
  const run: Run = {
    root,
    dirs: localDirs(layers.settings, root),
    configFile: file?.path,
    machine: ['CI', 'DYNO'].find((name) => !/^(|0|false)$/i.test(env[name] ?? '')),
    force: flags.force ?? false,
    clear: flags.clear ?? false,
    trustRecord: flags.trustRecord ?? false,
    acceptDeletes: flags.acceptDeletes === undefined ? undefined : Number(flags.acceptDeletes),
    acceptShrink: flags.acceptShrink ?? false,
    secrets: layers.secrets,
    faulty: layers.faulty,
    cache: flags.cache === false ? undefined : cacheDir(env),
  };
  const targets = selectTargets(flags, layers, root);
  const resolved = targets.map((target) => resolveTarget(target, layers.settings, run));
  const problems = [
    ...layers.problems,
    ...resolved.flatMap((one) => one.problems),
    ...collisions(resolved),
  ];
  return { resolved, problems, faulty: layers.faulty, secrets, configFile: file?.path };

  async function evaluate(path: string): Promise<unknown> {
    // What a config prints or throws may repeat a `.env` that it has read itself.
    const dotenv = await readDotenv(cwd, projectRoot, { path }, flags.envFile);
    input.hide?.(valuesToHide(secretsIn(dotenv?.variables ?? [])));
    const { signal, evaluation } = input;
    const { ending, printed } = await evaluateModule(path, { cwd, env, signal, ...evaluation });
    if (printed !== '') input.say?.(printed);
    return readExport(ending, path);
  }
}

/** The first target's config: `static`, unless the flags say otherwise. */
export async function loadConfig(input: LoadInput): Promise<Config> {
  return (await loadConfigs(input)).configs[0];
}

/** Types a JavaScript config; returns it as it is. */
export function defineConfig(config: UserConfig): UserConfig {
  return config;
}

function secretsOf({ path, value }: Setting): readonly string[] {
  if (path.startsWith('credentials.')) return [String(value)];
  return path.startsWith('s3.proxy.') ? passwordOf(String(value)) : [];
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

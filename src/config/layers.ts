import { dirname, join, relative, resolve } from 'node:path';
import { secretsIn } from '../secrets.ts';
import type { Secret } from '../types.ts';
import { readCredentials } from './credentials.ts';
import { parseDotenv } from './dotenv.ts';
import { readVariables, type VariableSource, withHeaderAcl } from './env.ts';
import type { EvaluateOptions } from './evaluate.ts';
import type { ConfigFile } from './file.ts';
import { type Flags, readFlags } from './flags.ts';
import { readProxies } from './proxy.ts';
import { isReadable, readText, unreadable } from './readable.ts';
import { joinLayers, type LayerResult, readLayer, type Setting } from './settings.ts';
import { targetNames } from './target.ts';

export interface LoadInput {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags?: Flags;
  /** false: the missing default source is no error (`config` and `policy` read no files). */
  readonly needsSources?: boolean;
  /** Told what must not be shown before anything that was read can be complained about. */
  readonly hide?: (secrets: readonly string[]) => void;
  /** Told what a JavaScript config printed. */
  readonly say?: (text: string) => void;
  /** Stops the evaluation of a JavaScript config. */
  readonly signal?: AbortSignal;
  /** For tests: other limits of that evaluation. */
  readonly evaluation?: Pick<EvaluateOptions, 'timeLimit' | 'memoryLimit'>;
}

export interface Layers extends LayerResult {
  /** Of the environment and `.env`, whoever they are for: none of them may be published. */
  readonly secrets: readonly Secret[];
}

/** Everything said in file, `.env`, environment and flags, in this order: later wins. */
export async function readLayers(
  { cwd, env, flags = {} }: LoadInput,
  projectRoot: string,
  file: ConfigFile | undefined,
): Promise<Layers> {
  const said = file === undefined ? joinLayers([]) : readFile(file);
  const names = targetNames(said.settings);
  const dotenv = await readDotenv(cwd, projectRoot, file, flags.envFile);
  const environment: VariableSource = {
    layer: 'environment',
    label: 'environment',
    base: cwd,
    variables: new Map(
      Object.entries(env).flatMap(([name, text]) =>
        text === undefined ? [] : [[name, text] as const],
      ),
    ),
  };
  const variables = [dotenv, environment].filter((source) => source !== undefined);
  const joined = joinLayers([
    said,
    ...variables.flatMap((source) => [
      readVariables(source, names),
      plainLayer(readCredentials(source)),
    ]),
    plainLayer(readProxies(environment)),
    readFlags(flags, cwd),
  ]);
  return { ...joined, secrets: secretsIn(variables.flatMap((source) => [...source.variables])) };
}

function readFile(file: ConfigFile): LayerResult {
  const { path, label, content } = file;
  return withHeaderAcl(
    readLayer(content, { layer: 'file', label, where: `${label}:`, base: dirname(path) }),
  );
}

function plainLayer(settings: readonly Setting[]): LayerResult {
  return { settings, problems: [], faulty: [] };
}

/** `--env-file`; else `.env` beside the config file, if that is inside the project, else here. */
export async function readDotenv(
  cwd: string,
  projectRoot: string,
  file: Pick<ConfigFile, 'path'> | undefined,
  given: string | false | undefined,
): Promise<VariableSource | undefined> {
  if (given === false) return undefined;
  if (given !== undefined) {
    const path = resolve(cwd, given);
    if (!(await isReadable(path, given))) throw unreadable(given, 'there is no such file');
    return parsed(path, given, cwd);
  }
  const beside = file === undefined ? cwd : dirname(file.path);
  for (const dir of isInside(beside, projectRoot) ? [beside, cwd] : [cwd]) {
    const path = join(dir, '.env');
    if (await isReadable(path, '.env', { passOverDirectories: true }))
      return parsed(path, '.env', cwd);
  }
  return undefined;
}

async function parsed(path: string, label: string, base: string): Promise<VariableSource> {
  return { layer: '.env', label, base, variables: parseDotenv(await readText(path, label)) };
}

function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === '' || (!/^\.\.([\\/]|$)/.test(way) && resolve(root, way) === path);
}

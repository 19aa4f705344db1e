import { existsSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import type { Loader, Options, PublicExplorer } from 'cosmiconfig';
// The class behind cosmiconfig(). The function itself first looks for, and runs, a meta configuration in
// the process's own working directory, which may replace the search places given here.
import * as explorerModule from 'cosmiconfig/dist/Explorer.js';
import { BadConfig, loadJson, loadYaml } from './loaders.ts';
import { isObject } from './plain.ts';
import { isReadable, unreadable } from './readable.ts';

export interface ConfigFile {
  readonly path: string;
  /** The path as people will recognise it: relative to the working directory. */
  readonly label: string;
  readonly content: unknown;
}

/** Resolves to what a JavaScript or TypeScript file exports. */
export type Evaluate = (path: string) => Promise<unknown>;

const moduleName = 'collect-static';

/** In this order within a directory. */
const searchPlaces = [
  ...['json', 'yaml', 'yml', 'js', 'mjs', 'cjs', 'ts'].map((ending) => `collect.config.${ending}`),
  ...['', '.json', '.yaml', '.yml'].map((ending) => `.collect-staticrc${ending}`),
  'package.json',
];

/** The config file given, or the nearest one from the working directory up to the project root. */
export async function findConfigFile(
  cwd: string,
  root: string,
  given: string | undefined,
  evaluate: Evaluate,
): Promise<ConfigFile | undefined> {
  const explorer = createExplorer(cwd, evaluate);
  if (given !== undefined) return readGiven(explorer, resolve(cwd, given), given);
  for (const dir of directoriesUp(cwd, root)) {
    await refuseUnreadable(dir, cwd);
    const found = await explorer.search(dir);
    if (found !== null) return toConfigFile(found, labelOf(found.filepath, cwd));
  }
  return undefined;
}

/** The nearest directory upwards that looks like a project's root; else the working directory alone. */
export function findProjectRoot(cwd: string, home: string | undefined): string {
  const stop = home === undefined || home === '' ? undefined : resolve(home);
  for (let dir = cwd; ; dir = dirname(dir)) {
    // What lies in a home directory was not put there for this project.
    if (dir !== cwd && dir === stop) return cwd;
    const marks = ['package.json', '.git', 'manage.py', 'pyproject.toml'];
    if (marks.some((mark) => existsSync(join(dir, mark)))) return dir;
    if (dirname(dir) === dir) return cwd;
  }
}

function labelOf(path: string, cwd: string): string {
  return relative(cwd, path).split(sep).join('/');
}

function directoriesUp(cwd: string, root: string): readonly string[] {
  const dirs = [cwd];
  for (let dir = cwd; dir !== root && dirname(dir) !== dir;) {
    dir = dirname(dir);
    dirs.push(dir);
  }
  return dirs;
}

/** cosmiconfig passes over a file it may not read; a config that is there and not used misleads. */
async function refuseUnreadable(dir: string, cwd: string): Promise<void> {
  for (const place of searchPlaces) {
    const path = join(dir, place);
    // The first candidate is the one that counts; package.json only if it has our key.
    if ((await isReadable(path, labelOf(path, cwd))) && place !== 'package.json') return;
  }
}

async function readGiven(
  explorer: PublicExplorer,
  path: string,
  label: string,
): Promise<ConfigFile> {
  if (!(await isReadable(path, label))) throw unreadable(label, 'there is no such file');
  const ending = extname(path);
  if (ending !== '' && !endings.includes(ending)) {
    throw unreadable(label, `its name must end in one of ${endings.slice(0, -1).join(' ')}`);
  }
  const found = await explorer.load(path);
  if (found === null) throw unreadable(label, `it has no "${moduleName}" key`);
  return toConfigFile(found, label);
}

function toConfigFile(
  found: { readonly filepath: string; readonly config: unknown; readonly isEmpty?: boolean },
  label: string,
): ConfigFile {
  if (found.isEmpty === true || !isObject(found.config)) throw unreadable(label, 'it is empty');
  return { path: found.filepath, label, content: found.config['content'] };
}

function createExplorer(cwd: string, evaluate: Evaluate): PublicExplorer {
  const { Explorer } = explorerModule as unknown as {
    Explorer: new (options: Options & { moduleName: string }) => PublicExplorer;
  };
  const loaders = endings.map(
    (ending) => [ending, naming(loaderOf(ending, evaluate), cwd)] as const,
  );
  return new Explorer({
    moduleName,
    searchPlaces,
    searchStrategy: 'none',
    ignoreEmptySearchPlaces: false,
    loaders: Object.fromEntries(loaders),
    cache: false,
    transform: (result) => result,
    mergeImportArrays: false,
    mergeSearchPlaces: false,
  });
}

const endings = ['.json', '.yaml', '.yml', '.js', '.mjs', '.cjs', '.ts', 'noExt'];

function loaderOf(ending: string, evaluate: Evaluate): Loader {
  if (ending === '.json') return (_, text) => loadJson(text);
  if (['.yaml', '.yml', 'noExt'].includes(ending)) return (_, text) => loadYaml(text);
  return evaluate;
}

/** A loader whose every failure says which file it was. */
function naming(load: Loader, cwd: string): Loader {
  return async (path, text) => {
    const label = labelOf(path, cwd);
    try {
      // Wrapped, so that cosmiconfig does not see a `$import` key and act on it.
      const content: unknown = await load(path, text.replace(/^\uFEFF/, ''));
      if (basename(path) !== 'package.json') return { content };
      const has = isObject(content) && Object.hasOwn(content, moduleName);
      return has ? { [moduleName]: { content: content[moduleName] } } : {};
    } catch (error) {
      if (error instanceof BadConfig) throw unreadable(label, error.message, error);
      throw error;
    }
  };
}

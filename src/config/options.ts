import { getDescription, type GenericSchema } from 'valibot';
import { aliases } from './aliases.ts';
import { defaultsFor } from './defaults.ts';
import { targetConfig, userConfig } from './schema.ts';
import { schemaAt, shapesOf } from './shape.ts';

/** What the names of our own variables begin with. */
export const prefix = 'COLLECT_STATIC_';

/** forcePathStyle → FORCE_PATH_STYLE */
export function scream(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();
}

/** S3_FORCE_PATH_STYLE → s3.forcePathStyle, for every path of the declaration; objects take JSON. */
export const variablePaths = variablesOf(userConfig);
/** The same below one target. */
export const targetVariablePaths = variablesOf(targetConfig);

/** Every path of a declaration by its name in SCREAMING_SNAKE; objects too, for JSON. */
function variablesOf(schema: GenericSchema): ReadonlyMap<string, readonly string[]> {
  return new Map(pathsOf(schema).map((path) => [path.map(scream).join('_'), path]));
}

function pathsOf(schema: GenericSchema, parents: readonly string[] = []): (readonly string[])[] {
  return shapesOf(schema)
    .filter((shape) => shape.kind === 'object')
    .flatMap((shape) => Object.entries(shape.entries))
    .filter(([name]) => name !== '$schema')
    .flatMap(([name, below]) => [[...parents, name], ...pathsOf(below, [...parents, name])]);
}

export interface OptionRow {
  readonly path: string;
  readonly variable: string;
  readonly aliases: readonly string[];
  readonly flag?: string;
  readonly default: string;
  readonly description: string;
}

const flags: Readonly<Record<string, string>> = {
  sources: '--source',
  ignore: '--ignore',
  defaultIgnore: '--no-default-ignore',
  backend: '--backend',
  'local.link': '--link',
  's3.region': '--region',
  's3.endpoint': '--endpoint-url',
  's3.profile': '--profile',
  's3.acl': '--acl',
  hash: '--hash',
  releases: '--releases',
  prune: '--prune',
  lockTimeout: '--lock-timeout',
  compress: '--compress',
  concurrency: '--concurrency',
  fastPath: '--no-fast-path',
};

/** Every option with its variable, its other names, flag, default and description: the README's table. */
export function optionTable(): readonly OptionRow[] {
  const plain = pathsOf(userConfig)
    .filter((path) => !hasKeys(path) || isSwitch(path))
    .map(rowOf);
  const media = aliases.filter(({ path }) => path.startsWith('targets.'));
  return [...plain, ...media.map(({ path }) => rowOf(path.split('.')))];
}

/** Every option that has one value of its own, in the order of the declaration. */
export const optionPaths: readonly string[] = pathsOf(userConfig)
  .filter((path) => !hasKeys(path) && !['headers', 'storages', 'targets'].includes(path.join('.')))
  .map((path) => path.join('.'));

/** Something that is on or off, and has options of its own: `hash`. */
function isSwitch(path: readonly string[]): boolean {
  const schema = schemaAt(userConfig, path);
  return schema !== undefined && shapesOf(schema).some(({ kind }) => kind === 'boolean');
}

function hasKeys(path: readonly string[]): boolean {
  const schema = schemaAt(userConfig, path);
  return schema !== undefined && pathsOf(schema).length > 0;
}

function rowOf(path: readonly string[]): OptionRow {
  const schema = schemaAt(userConfig, path);
  const name = path.join('.');
  const ofTarget = path[0] === 'targets' && path.length > 1;
  const target = ofTarget ? (path[1] ?? 'static') : 'static';
  const flag = flags[name];
  return {
    path: name,
    variable: prefix + path.map(scream).join('_'),
    aliases: aliases.filter((alias) => alias.path === name).map(({ variable }) => variable),
    ...(flag === undefined ? {} : { flag }),
    default: showDefault(target, ofTarget ? path.slice(2) : path),
    description: schema === undefined ? '' : descriptionOf(schema),
  };
}

function descriptionOf(schema: GenericSchema): string {
  return getDescription('wrapped' in schema ? (schema.wrapped as GenericSchema) : schema) ?? '';
}

function showDefault(target: string, path: readonly string[]): string {
  const below = isSwitch(path) && hasKeys(path) ? [...path, 'enabled'] : path;
  const value = below.reduce<unknown>(
    (from, key) => (typeof from === 'object' && from !== null ? Reflect.get(from, key) : undefined),
    defaultsFor(target),
  );
  return value === undefined ? '' : JSON.stringify(value);
}

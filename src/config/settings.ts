import { resolve } from 'node:path';
import { CollectError, exitCodes } from '../errors.ts';
import { checkConfig } from './check.ts';
import { isObject, type Problem } from './plain.ts';

/** Whom a value comes from; later ones win. */
export type Layer = 'file' | '.env' | 'environment' | 'flag';

export interface Origin {
  readonly layer: Layer;
  /** For `collect-static config`: "collect.config.json", "environment AWS_LOCATION", "flag --acl". */
  readonly label: string;
  /** How a problem's sentence begins: "AWS_LOCATION (environment):". The file's adds the path. */
  readonly where: string;
  /** What relative paths count from. */
  readonly base: string;
}

/** all: every target; static: that one only; s3: every target whose backend that is. */
export type Reach = 'all' | 'static' | 's3';

/** One value at one path. A config is a list of these, those of higher precedence later. */
export interface Setting {
  /** "s3.bucket", "headers.cache-control", "targets.media.s3.location". */
  readonly path: string;
  readonly value: unknown;
  readonly origin: Origin;
  /** Which targets it holds for where that is not the path's usual way. */
  readonly reach?: Reach;
}

export interface LayerResult {
  readonly settings: readonly Setting[];
  readonly problems: readonly string[];
  /** Paths with a problem, so that nobody complains again that a value is missing there. */
  readonly faulty: readonly string[];
}

/** A source as it is known from the door on. */
export interface SourceSetting {
  readonly dir: string;
  readonly label: string;
  readonly prefix?: string | undefined;
  readonly include?: readonly string[] | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly optional?: boolean | undefined;
}

export function joinLayers(layers: readonly LayerResult[]): LayerResult {
  return {
    settings: layers.flatMap((layer) => layer.settings),
    problems: layers.flatMap((layer) => layer.problems),
    faulty: layers.flatMap((layer) => layer.faulty),
  };
}

/** Checks what somebody wrote against the declaration and takes it apart. `below`: where a variable or flag puts it. */
export function readLayer(
  raw: unknown,
  origin: Origin,
  below: readonly string[] = [],
): LayerResult {
  const { config, problems } = checkConfig(nest(raw, below));
  return {
    settings: flatten(config, [], origin),
    problems: problems.map((problem) => sentence(problem, origin, below)),
    faulty: problems.flatMap(({ path, meant }) => [path, meant ?? path]).map((p) => p.join('.')),
  };
}

export function problemLayer(problem: string, path: readonly string[]): LayerResult {
  return { settings: [], problems: [problem], faulty: [path.join('.')] };
}

/** Every problem of a configuration, as one error. */
export function invalidConfig(all: readonly string[]): CollectError {
  const problems = [...new Set(all)];
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new CollectError('CONFIG_INVALID', `the configuration has ${count}`, {
    exitCode: exitCodes.config,
    hint: '`collect-static config` shows every value and where it came from',
    problems,
  });
}

/** "collect.config.json: s3.location must …", "AWS_LOCATION (environment): must …". */
export function sentenceAbout(setting: Setting, text: string): string {
  return sentence({ path: setting.path.split('.'), text }, setting.origin, setting.path.split('.'));
}

function sentence({ path, text }: Problem, origin: Origin, below: readonly string[]): string {
  const shown = origin.layer === 'file' ? path : path.slice(below.length);
  // "[0] must be …": a number alone would be no subject of a sentence.
  const name = shown.join('.').replace(/^\d+/, '[$&]');
  return name === '' ? `${origin.where} ${text}` : `${origin.where} ${name} ${text}`;
}

function nest(value: unknown, path: readonly string[]): unknown {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

function flatten(value: object, path: readonly string[], origin: Origin): Setting[] {
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    if (path.length === 0 && key === '$schema') return [];
    // Header names are the same in any case.
    const here = [...path, path.at(-1) === 'headers' ? key.toLowerCase() : key];
    if (isObject(item)) {
      // A target exists even if nothing is said about it: `"targets": { "docs": {} }`.
      const named = path.length === 1 && path[0] === 'targets';
      const marker = named ? [{ path: here.join('.'), value: true, origin }] : [];
      return [...marker, ...flatten(item, here, origin)];
    }
    return [{ path: here.join('.'), value: absolute(here, item, origin.base), origin }];
  });
}

/** Paths are made absolute at once, while it is known what they count from. */
function absolute(path: readonly string[], value: unknown, base: string): unknown {
  const own = path[0] === 'targets' ? path.slice(2).join('.') : path.join('.');
  if (typeof value === 'string') {
    if (['local.dir', 's3.caFile', 'manifest.local'].includes(own)) return resolve(base, value);
    if (own === 'backend' || path[0] === 'storages') return modulePath(value, base);
  }
  if (own === 'sources' && Array.isArray(value)) {
    return value.map((source: SourceSetting) => ({
      ...source,
      dir: resolve(base, source.dir),
      label: source.dir,
    }));
  }
  return value;
}

/** A module by its path becomes absolute; a package's name, `local`, `s3` and class paths stay. */
function modulePath(backend: string, base: string): string {
  return /^(\.|[\\/]|[a-z]:[\\/])/i.test(backend) ? resolve(base, backend) : backend;
}

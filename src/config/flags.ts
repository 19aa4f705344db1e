import { CollectError, exitCodes } from '../errors.ts';
import { readValue } from './read-value.ts';
import { userConfig } from './schema.ts';
import { joinLayers, type LayerResult, type Origin, problemLayer, readLayer } from './settings.ts';
import { schemaAt } from './shape.ts';

/** What the command line said, as far as it concerns the configuration. */
export interface Flags {
  /** `DIR` or `DIR:PREFIX`. */
  readonly sources?: readonly string[];
  readonly to?: string;
  readonly config?: string;
  /** false: read none. */
  readonly envFile?: string | false;
  readonly target?: string;
  readonly all?: boolean;
  readonly backend?: string;
  readonly acl?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly ignore?: readonly string[];
  readonly defaultIgnore?: boolean;
  readonly concurrency?: string;
  readonly force?: boolean;
  readonly clear?: boolean;
  readonly link?: boolean;
  readonly hash?: boolean;
  readonly releases?: boolean;
  readonly prune?: boolean;
  readonly lockTimeout?: string;
  readonly fastPath?: boolean;
  readonly trustRecord?: boolean;
  readonly acceptDeletes?: string;
  readonly acceptShrink?: boolean;
  /** A mode, or whether at all. */
  readonly compress?: string | boolean;
  /** false: nothing that was compressed is kept for the next run. */
  readonly cache?: boolean;
}

/** Flags as settings; they hold for every target of the run. */
export function readFlags(flags: Flags, cwd: string): LayerResult {
  const { sources = [], ignore = [] } = flags;
  if (flags.target !== undefined && flags.all === true) throw conflict('--target', '--all');
  if (sources.length > 0 && flags.all === true) throw conflict('--source', '--all');
  if (flags.to !== undefined && (flags.backend ?? backendOf(flags.to)) !== backendOf(flags.to)) {
    throw conflict('--to', '--backend');
  }
  const layers: LayerResult[] = [];
  const set = (flag: string, path: string, value: unknown) => {
    if (value === undefined) return;
    layers.push(readLayer(value, originOf(flag, cwd), path.split('.')));
  };
  set('--source', 'sources', sources.length === 0 ? undefined : sources.map(parseSource));
  set('--backend', 'backend', flags.backend);
  set('--acl', 's3.acl', flags.acl);
  set('--region', 's3.region', flags.region);
  set('--profile', 's3.profile', flags.profile);
  set('--endpoint-url', 's3.endpoint', flags.endpointUrl);
  set('--ignore', 'ignore', ignore.length === 0 ? undefined : ignore);
  set('--no-default-ignore', 'defaultIgnore', flags.defaultIgnore === false ? false : undefined);
  set('--concurrency', 'concurrency', readConcurrency(flags.concurrency));
  set(flags.hash === false ? '--no-hash' : '--hash', 'hash', flags.hash);
  set(flags.releases === false ? '--no-releases' : '--releases', 'releases', flags.releases);
  set(flags.prune === false ? '--no-prune' : '--prune', 'prune', flags.prune);
  set('--no-fast-path', 'fastPath', flags.fastPath === false ? false : undefined);
  set('--lock-timeout', 'lockTimeout', readDuration(flags.lockTimeout));
  set(
    flags.compress === false ? '--no-compress' : '--compress',
    'compress',
    typeof flags.compress === 'string' ? { mode: flags.compress } : flags.compress,
  );
  set('--link', 'local.link', flags.link === true ? true : undefined);
  if (flags.to !== undefined) layers.push(...readDestination(flags.to, cwd));
  return joinLayers(layers);
}

function originOf(flag: string, cwd: string): Origin {
  return { layer: 'flag', label: `flag ${flag}`, where: `${flag}:`, base: cwd };
}

function conflict(one: string, other: string): CollectError {
  return new CollectError('FLAGS_CONFLICT', `${one} and ${other} cannot be used together`, {
    exitCode: exitCodes.usage,
    hint: `leave out ${other} or ${one}`,
  });
}

/** `dist:vendor/x` → dir and prefix; the colon of `C:\x` is no separator. */
function parseSource(text: string): { dir: string; prefix?: string } {
  const colon = text.lastIndexOf(':');
  const drive = colon === 1 && /^[a-z]:[\\/]/i.test(text);
  if (colon === -1 || drive) return { dir: text };
  return { dir: text.slice(0, colon), prefix: text.slice(colon + 1) };
}

/** "10m", "30s", "1h" or a number of seconds; what is neither is refused by the declaration. */
function readDuration(text: string | undefined): unknown {
  const match = /^(\d+)([smh]?)$/.exec(text ?? '');
  if (match === null) return text;
  const [, count = '', unit = ''] = match;
  return Number(count) * ({ m: 60, h: 3600 }[unit] ?? 1);
}

function readConcurrency(text: string | undefined): unknown {
  const schema = schemaAt(userConfig, ['concurrency']);
  if (text === undefined || schema === undefined) return undefined;
  const reading = readValue(schema, text);
  return 'value' in reading ? reading.value : text;
}

function backendOf(to: string): 's3' | 'local' {
  return /^s3:/i.test(to) ? 's3' : 'local';
}

/** `s3://bucket/location`, or a directory. */
function readDestination(to: string, cwd: string): readonly LayerResult[] {
  const origin = originOf('--to', cwd);
  const place = (path: string, value: string) => readLayer(value, origin, path.split('.'));
  const s3 = /^s3:\/\/([^/]*)(?:\/(.*))?$/is.exec(to);
  if (s3 !== null) {
    const [, bucket = '', location = ''] = s3;
    return [place('backend', 's3'), place('s3.bucket', bucket), place('s3.location', location)];
  }
  if (backendOf(to) === 's3' || /^[a-z][a-z0-9+.-]+:\/\//i.test(to)) {
    return [
      problemLayer('--to: must be s3://BUCKET, s3://BUCKET/LOCATION or a directory', ['backend']),
    ];
  }
  return [place('backend', 'local'), place('local.dir', to)];
}

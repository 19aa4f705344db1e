import type { ParsedTarget } from './schema.ts';
import type { Setting, SourceSetting } from './settings.ts';

/** The settings that hold for one target, by their path below it. */
export type TargetSettings = ReadonlyMap<string, Setting>;

/** What was said about a target, by anyone. */
export interface Chosen extends Omit<
  ParsedTarget,
  | 'sources'
  | 'local'
  | 's3'
  | 'url'
  | 'headers'
  | 'limits'
  | 'hash'
  | 'compress'
  | 'manifest'
  | 'state'
  | 'retain'
  | 'cdn'
> {
  readonly sources?: readonly SourceSetting[];
  readonly local: NonNullable<ParsedTarget['local']>;
  readonly s3: NonNullable<ParsedTarget['s3']>;
  readonly url: NonNullable<ParsedTarget['url']>;
  readonly headers: Readonly<Record<string, string>>;
  readonly limits: NonNullable<ParsedTarget['limits']>;
  readonly hash: Partial<NonNullable<ParsedTarget['hash']>>;
  readonly compress: ChosenCompress;
  readonly manifest: NonNullable<ParsedTarget['manifest']>;
  readonly state: Partial<NonNullable<ParsedTarget['state']>>;
  readonly retain: NonNullable<ParsedTarget['retain']>;
  readonly cdn: NonNullable<ParsedTarget['cdn']>;
}

type Compress = NonNullable<ParsedTarget['compress']>;
type Quality = NonNullable<Extract<Compress, { quality?: unknown }>['quality']>;

/** Sections are one level deep here: the qualities have a dot in their names. */
export type ChosenCompress = Partial<
  Omit<Extract<Compress, { mode?: unknown }>, 'quality'> & {
    readonly [E in keyof Quality as `quality.${E}`]: Quality[E];
  }
>;

/** Every target somebody named; `static` and `media` need no naming. */
export function targetNames(settings: readonly Setting[]): readonly string[] {
  const named = settings.flatMap(({ path }) => {
    const [first, name] = path.split('.');
    return first === 'targets' && name !== undefined ? [name] : [];
  });
  return [...new Set(['static', 'media', ...named])];
}

/** Top level < the target's own < flags; within each, the later layer wins. */
export function settingsOf(target: string, settings: readonly Setting[]): TargetSettings {
  const below = `targets.${target}.`;
  const said = settings.filter(({ origin }) => origin.layer !== 'flag');
  const top = said.filter((one) => !one.path.startsWith('targets.') && inherits(target, one));
  const own = said
    .filter(({ path }) => path.startsWith(below))
    .map((setting) => ({ ...setting, path: setting.path.slice(below.length) }));
  const flags = settings.filter(({ origin }) => origin.layer === 'flag');
  return [own, flags].reduce((lower, upper) => combine(lower, byPath(upper)), byPath(top));
}

function inherits(target: string, { path, reach }: Setting): boolean {
  if (target === 'static' || reach === 'all' || reach === 's3') return true;
  if (reach === 'static' || path.startsWith('url.')) return false;
  // The names of uploads are kept in a database, so that they cannot change with a deploy; and whoever reads an upload
  // wants it as it was sent.
  if (target === 'media' && /^(hash|manifest|compress)\.|^releases$/.test(path)) return false;
  return !['sources', 'local.dir', 's3.location', 'manifest.local'].includes(path);
}

function byPath(settings: readonly Setting[]): TargetSettings {
  return new Map(settings.map((setting) => [setting.path, setting]));
}

function combine(lower: TargetSettings, upper: TargetSettings): TargetSettings {
  const combined = new Map(lower);
  for (const [path, setting] of upper) {
    const inherited = lower.get(path);
    const appends = inherited !== undefined && ['ignore', 'rules', 'allow'].includes(path);
    combined.set(path, appends ? append(inherited, setting) : setting);
  }
  return combined;
}

function append(first: Setting, second: Setting): Setting {
  const label = `${first.origin.label}, ${second.origin.label}`;
  const value = [...(first.value as readonly unknown[]), ...(second.value as readonly unknown[])];
  return { ...second, value, origin: { ...second.origin, label } };
}

/** The settings as one object. The cast is honest: each value passed the declaration in its layer. */
export function choose(settings: TargetSettings): Chosen {
  const chosen: Record<string, unknown> = {};
  const sections: Record<string, Record<string, unknown>> = {
    local: {},
    s3: {},
    url: {},
    headers: {},
    limits: {},
    hash: {},
    compress: {},
    manifest: {},
    state: {},
    retain: {},
    cdn: {},
  };
  for (const [path, { value }] of settings) {
    const [first = '', ...rest] = path.split('.');
    const section = sections[first];
    if (section === undefined) chosen[path] = value;
    else section[rest.join('.')] = value;
  }
  return { ...chosen, ...sections } as unknown as Chosen;
}

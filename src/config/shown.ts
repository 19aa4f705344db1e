import type { Config } from '../types.ts';
import { optionPaths } from './options.ts';
import { withoutPassword } from './proxy.ts';
import type { Resolved } from './resolve.ts';

/** One option as it holds in this run, for `collect-static config`. */
export interface ConfigValue {
  readonly path: string;
  readonly value: unknown;
  /** "default", "collect.config.json", ".env AWS_LOCATION", "environment AWS_LOCATION", "flag --acl". */
  readonly origin: string;
}

/** Every option of a target with its origin. Credentials appear as "(set)". */
export function describeValues({ config, settings }: Resolved): readonly ConfigValue[] {
  const before = config.target === 'static' ? '' : `targets.${config.target}.`;
  const show = (path: string, value: unknown): ConfigValue => ({
    path: before + path,
    value,
    origin: settings.get(path)?.origin.label ?? 'default',
  });
  return [
    { ...show('hash.enabled', config.hash.enabled), path: `${before}hash` },
    { ...show('state.enabled', config.state.enabled), path: `${before}state` },
    { ...show('compress.enabled', config.compress.enabled), path: `${before}compress` },
    ...optionPaths.map((path) => show(path, valueAt(config, path))),
    ...Object.entries(config.headers).map(([name, value]) => show(`headers.${name}`, value)),
    ...[...settings.keys()]
      .filter((path) => path.startsWith('storages.'))
      .map((path) => show(path, settings.get(path)?.value)),
    ...Object.keys(config.s3.credentials ?? {}).map((part) => ({
      ...show(`credentials.${part}`, '(set)'),
      path: `${before}s3.credentials.${part}`,
    })),
    ...(config.secrets.length === 0
      ? []
      : [{ path: `${before}secrets`, value: namesOf(config), origin: 'environment and .env' }]),
    ...Object.entries(config.s3.proxy).map(([protocol, url]: [string, string]) =>
      show(`s3.proxy.${protocol}`, withoutPassword(url)),
    ),
  ];
}

/** Says of each value for which somebody has set one that cannot be used that it is not that one. */
export function markFaulty(
  values: readonly ConfigValue[],
  faulty: readonly string[],
): readonly ConfigValue[] {
  const within = (inner: string, outer: string) => `${inner}.`.startsWith(`${outer}.`);
  return values.map((value) => {
    const isFaulty = faulty.some((path) => within(path, value.path) || within(value.path, path));
    return isFaulty ? { ...value, origin: `${value.origin}; what was set is refused` } : value;
  });
}

/** Whose values the guard looks for. */
function namesOf({ secrets }: Config): readonly string[] {
  return [...new Set(secrets.map(({ name }) => name))].sort();
}

function valueAt(config: Config, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (from, key) =>
        typeof from === 'object' && from !== null ? Reflect.get(from, key) : undefined,
      config,
    );
}

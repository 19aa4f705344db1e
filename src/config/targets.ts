import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CollectError, exitCodes } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import type { Config } from '../types.ts';
import { defaultsFor } from './defaults.ts';
import type { Resolved } from './resolve.ts';
import { invalidConfig, type LayerResult, type Setting } from './settings.ts';
import { targetNames } from './target.ts';

/** The targets of this run. */
export function selectTargets(
  wanted: { readonly target?: string; readonly all?: boolean },
  { settings, problems }: LayerResult,
  root: string,
): readonly string[] {
  const known = targetNames(settings);
  if (wanted.all === true)
    return known.filter((name) => name !== 'media' || hasMedia(settings, root));
  const { target = 'static' } = wanted;
  if (known.includes(target)) return [target];
  // The target may be there, but behind a problem.
  if (problems.length > 0) throw invalidConfig(problems);
  const message = `there is no target "${target}"${didYouMean(target, known)}`;
  throw new CollectError('UNKNOWN_TARGET', message, {
    exitCode: exitCodes.usage,
    hint: `known targets: ${known.join(', ')}; others are added under "targets" in the config`,
  });
}

/** `media` needs no configuration, so `--all` must not miss its directory where nobody wanted it. */
function hasMedia(settings: readonly Setting[], root: string): boolean {
  return (
    settings.some(({ path }) => path.startsWith('targets.media')) ||
    existsSync(resolve(root, ...defaultsFor('media').sources))
  );
}

/** Two targets in one place would overwrite each other. */
export function collisions(resolved: readonly Resolved[]): readonly string[] {
  return resolved.flatMap(({ config }, i) => {
    const first = resolved
      .slice(0, i)
      .find((one) => destination(one.config) === destination(config));
    if (first === undefined) return [];
    return [
      `the targets ${first.config.target} and ${config.target} have one destination, ${destination(config)}; give one of them another ${config.backend === 'local' ? 'local.dir' : 's3.location'}`,
    ];
  });
}

function destination({ backend, local, s3 }: Config): string {
  if (backend === 'local') return local.dir;
  const place = `${s3.bucket}/${s3.location}`;
  if (backend === 's3')
    return `s3://${place}${s3.endpoint === undefined ? '' : ` at ${s3.endpoint}`}`;
  return `${backend} (${place}, ${local.dir})`;
}

/** `--clear` deletes what no source has: only a directory of copies is safe to treat so. */
export function refuseClear(configs: readonly Config[]): void {
  const config = configs.find(
    ({ clear, backend, target }) => clear && (backend !== 'local' || target === 'media'),
  );
  if (config === undefined) return;
  const why =
    config.target === 'media' ? 'media never deletes anything' : `the backend is ${config.backend}`;
  throw new CollectError('CLEAR_REFUSED', `--clear works on a local directory only: ${why}`, {
    exitCode: exitCodes.usage,
    hint: 'leave out --clear',
  });
}

const example = `write a collect.config.json such as
{
  "sources": ["public"],
  "backend": "local",
  "local": { "dir": "staticfiles" },
  "url": "/static/"
}`;

/** Nothing is configured and the default is not there: show how to begin. */
export function refuseMissingStatic(resolved: readonly Resolved[]): void {
  for (const { config, settings } of resolved) {
    const [source] = config.sources;
    if (config.target !== 'static' || settings.has('sources') || source === undefined) continue;
    if (existsSync(source.dir)) continue;
    throw new CollectError(
      'CONFIG_NO_SOURCE',
      `there is no directory ${source.dir} and no source is configured`,
      {
        exitCode: exitCodes.config,
        hint: example,
      },
    );
  }
}

import type { HashOptions } from '../types.ts';
import type { defaultsFor } from './defaults.ts';
import type { Chosen } from './target.ts';

/** Whoever names one of Django's Manifest classes wants what that class does. */
export function resolveHash(
  chosen: Chosen['hash'],
  defaults: ReturnType<typeof defaultsFor>['hash'],
  byClass: boolean,
): HashOptions {
  const engine = chosen.engine ?? (byClass ? 'django-5.2' : defaults.engine);
  return {
    enabled: chosen.enabled ?? (byClass || defaults.enabled),
    engine,
    jsModules: chosen.jsModules ?? engine === 'modern',
    keep: chosen.keep ?? defaults.keep,
    include: chosen.include ?? defaults.include,
    exclude: chosen.exclude ?? defaults.exclude,
    alreadyHashed: chosen.alreadyHashed ?? defaults.alreadyHashed,
    onMissing: chosen.onMissing ?? defaults.onMissing,
  };
}

import type { HashOptions } from '../types.ts';
import type { defaultsFor } from './defaults.ts';
import { sentenceAbout } from './settings.ts';
import type { Chosen, TargetSettings } from './target.ts';

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

/** What Django has no words for, and would be passed over in silence. */
export function hashProblems(
  { enabled, engine, ...hash }: HashOptions,
  settings: TargetSettings,
): readonly string[] {
  if (!enabled || engine === 'modern') return [];
  const does = {
    alreadyHashed: 'hashes every name, as Django does (hash.exclude leaves names as they are)',
    onMissing: 'refuses every reference to a missing file, as Django does',
  };
  return (['alreadyHashed', 'onMissing'] as const).flatMap((part) => {
    const setting = settings.get(`hash.${part}`);
    if (setting === undefined || hash[part].length === 0) return [];
    const text = `means nothing to the engine ${engine}, which ${does[part]}: leave it out, or use the engine "modern"`;
    return [sentenceAbout(setting, text)];
  });
}

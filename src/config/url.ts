import type { UrlOptions } from '../types.ts';
import type { defaultsFor } from './defaults.ts';
import type { Chosen, TargetSettings } from './target.ts';

/** `unsigned`: the backend's class says so. */
export function resolveUrl(
  chosen: Chosen,
  settings: TargetSettings,
  defaults: ReturnType<typeof defaultsFor>['url'],
  unsigned: boolean,
): UrlOptions {
  // S3StaticStorage never signs, whatever AWS_QUERYSTRING_AUTH says; url.signed is ours and means it.
  const signed =
    unsigned && settings.get('url.signed')?.reach === 'all' ? false : chosen.url.signed;
  return {
    base: withSlashes(chosen.url.base ?? defaults.base),
    domain: chosen.url.domain,
    protocol: chosen.url.protocol ?? defaults.protocol,
    signed: signed ?? defaults.signed,
    expiresIn: chosen.url.expiresIn ?? defaults.expiresIn,
  };
}

/** As Django does: `static/` is `/static/`; and a base always ends in a slash. */
function withSlashes(base: string): string {
  const begun = /^(https?:\/\/|\/)/i.test(base) ? base : `/${base}`;
  return begun.endsWith('/') ? begun : `${begun}/`;
}

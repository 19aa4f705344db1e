import { encodePath, joinKey } from './keys.ts';
import type { Config, UrlOptions } from './types.ts';

/** Where a target goes, for people: "s3://bucket/static/", "/srv/staticfiles/". */
export function destinationOf({ backend, local, s3 }: Config): string {
  if (backend === 'local') return `${local.dir.replace(/[/\\]$/, '')}/`;
  return backend === 's3' ? `s3://${joinKey(s3.bucket, s3.location)}/` : backend;
}

/**
 * The public URL of a key as far as the configuration alone tells: on the custom domain, else below an absolute
 * base. Undefined where the backend must be asked (signed, or a bucket's own URL) or the base is relative.
 */
export function configuredUrl(url: UrlOptions, location: string, key: string): string | undefined {
  if (url.signed) return undefined;
  if (url.domain !== undefined) {
    return `${url.protocol}//${url.domain}/${encodePath(joinKey(location, key))}`;
  }
  return /^([a-z][a-z0-9+.-]*:)?\/\//i.test(url.base) ? relativeUrl(url, key) : undefined;
}

/** The URL below the base: "/static/css/app.css". */
export function relativeUrl({ base }: UrlOptions, key: string): string {
  return `${base}${encodePath(key)}`;
}

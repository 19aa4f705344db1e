import { withHash } from '../../hashed-name.ts';
import type { Destination } from './destination.ts';
import { markerText } from './marker.ts';
import { strip } from './python-text.ts';
import { defragment, joinUrl, normalisePath, splitUrl, unquote } from './python-url.ts';
import { shortened } from '../reference.ts';

/** Why Django would end its run at a reference. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** The file that is missing. */
  readonly target?: string;
  readonly hint?: string;
}

/** A file that refers to others. */
export interface Referrer {
  readonly name: string;
  readonly index: number;
}

export interface ResolveOptions {
  readonly destination: Destination;
  /** "/static/" or absolute; ends with a slash. */
  readonly staticUrl: string;
}

/** Python refuses hosts in brackets that are no addresses, and some beyond ASCII; Django never asks for a host. */
const oddHost = /^[^!-\uffff]*(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?\/\/[^/?#]*[^!-Z^-~]/;

/** The URL as Django writes it, with markers for hashes; undefined where it leaves the text as it is. */
export function resolve(
  url: string,
  referrer: Referrer,
  { destination, staticUrl }: ResolveOptions,
): string | Refusal | undefined {
  if (/^[a-z]+:/.test(url) || url.startsWith('//')) return undefined;
  if (url.startsWith('/') && !url.startsWith(staticUrl)) return undefined;
  // A fragment may look like a path, so it goes first.
  const [path, fragment] = defragment(url);
  if (path === '') return undefined;
  const isInvalid = path.startsWith('/') && !path.startsWith(staticUrl);
  const target = path.startsWith('/')
    ? path.slice(staticUrl.length)
    : referrer.name.slice(0, referrer.name.lastIndexOf('/') + 1) + path;
  const name = unquote(target);
  if (isInvalid || hasOddHost(name) || hasOddHost(url)) {
    return { code: 'REFERENCE_INVALID', message: `'${shortened(url)}' is not a valid URL` };
  }
  const hashed = hashedUrl(name, referrer, destination);
  if (typeof hashed !== 'string') return hashed;
  const result = path.slice(0, path.lastIndexOf('/') + 1) + lastSegment(hashed);
  const mark = url.includes('?#') ? '?#' : '#';
  return unquote(fragment === '' ? result : result + mark + fragment);
}

function hasOddHost(url: string): boolean {
  return url.includes('//') && oddHost.test(url);
}

/** What stands behind the last slash of the hashed file's URL, in front of which Django puts what it knows already. */
function hashedUrl(name: string, referrer: Referrer, destination: Destination): string | Refusal {
  const [clean, fragment] = defragment(name);
  const stored = splitUrl(clean).path.endsWith('/')
    ? name
    : storedName(clean, referrer, destination);
  if (typeof stored !== 'string') return stored;
  // Joined with the static URL, which takes the last segment for a place where it is one.
  const segment = lastSegment(stored.replaceAll('\\', '/'));
  const query = name.includes('?#') ? '?' : '';
  return (
    (segment === '.' || segment === '..' ? '' : segment) +
    query +
    (fragment === '' ? '' : `#${unquote(fragment)}`)
  );
}

/** The key of a file that Django knows by this name; else what it finds in the destination, where a query, say, leads. */
function storedName(name: string, referrer: Referrer, destination: Destination): string | Refusal {
  const path = normalisePath(name);
  const known = path.replaceAll('\\', '/');
  const index = destination.indexOf(known);
  if (index !== undefined) return withHash(known, markerText({ of: 'stored', index }));
  const parts = splitUrl(unquote(path));
  const clean = strip(parts.path);
  const entry = destination.find(clean, referrer.index);
  switch (entry.kind) {
    case 'file': {
      const query = path.includes('?#') && parts.query === '' ? '?' : '';
      return joinUrl({ ...parts, path: withHash(clean, markerText(entry.hash)) + query });
    }
    case 'directory':
      return path;
    case 'nothing':
      return {
        code: 'REFERENCE_MISSING',
        message: `The file '${shortened(clean)}' could not be found`,
        target: clean,
      };
    case 'outside':
      return {
        code: 'REFERENCE_OUTSIDE',
        message: `'${shortened(clean)}' is outside of the collected files`,
      };
  }
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

import { encodePath } from '../../keys.ts';
import type { Reference } from './reference.ts';

/** The name a reference means, seen from the file of that name; undefined where it leads elsewhere. */
export type Resolve = (reference: Reference, from: string, base?: string) => string | undefined;

/** Stands for the host that the site will have, where the configuration does not name one. */
const unknownHost = 'http://site.invalid';

/**
 * Resolves as a browser does (the URL standard's own parser), below the URLs that the files will have: absolute ones,
 * or paths such as "/static/". The first is where files find each other.
 */
export function createResolve(bases: readonly string[]): Resolve {
  const roots = bases.map((base) => new URL(base, unknownHost));
  const [home = new URL(unknownHost)] = roots;
  return (reference, from, base) => {
    if (!isPath(reference)) return undefined;
    const document = new URL(encodePath(from), home);
    const seenFrom = base === undefined ? document : parse(base, document);
    const url = seenFrom && parse(reference.url, seenFrom);
    if (url === undefined || (url.pathname === document.pathname && isSameDocument(reference))) {
      return undefined;
    }
    const root = roots.find(
      ({ origin, pathname }) => url.origin === origin && url.pathname.startsWith(pathname),
    );
    const path = root && url.pathname.slice(root.pathname.length);
    // A directory is served by whatever the server makes of it.
    if (path === undefined || path === '' || path.endsWith('/')) return undefined;
    return decode(path).normalize('NFC');
  };
}

/** "lodash" in an import is a package: whoever serves it, it is no file of ours. */
function isPath({ url, bare }: Reference): boolean {
  return bare === 'path' || /^(?:\.{0,2}[/\\]|[a-z][a-z0-9+.-]*:)/i.test(url);
}

/** "#top", "?page=2": the page itself. */
function isSameDocument({ url }: Reference): boolean {
  return /^\s*(?:[?#]|$)/.test(url);
}

function parse(url: string, base: URL): URL | undefined {
  return URL.canParse(url, base.href) ? new URL(url, base) : undefined;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * Where in the source the hash goes into the URL: before the dot of the last segment's extension, or else at the end of
 * the path. As a name gets it (`withHash`), so that the two agree.
 */
export function insertionAt({ start, end, url, offsets }: Reference): number {
  const path = /^[^?#]*/.exec(url)?.[0].trimEnd() ?? '';
  const segmentAt = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1;
  const at = extensionAt(path, segmentAt) ?? path.length;
  if (offsets === undefined) return start + at;
  return offsets[at] ?? end;
}

/** Where the extension's dot is. Dots that a basename begins with do not count: `.htaccess` has no extension. */
function extensionAt(path: string, segmentAt: number): number | undefined {
  const dots = /\.|%2e/gi;
  let last: number | undefined;
  let leading = segmentAt;
  dots.lastIndex = segmentAt;
  for (let dot = dots.exec(path); dot !== null; dot = dots.exec(path)) {
    if (dot.index === leading) leading = dots.lastIndex;
    else last = dot.index;
  }
  return last;
}

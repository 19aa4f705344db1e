import type { Encoding } from './types.ts';

// Names and keys: POSIX, NFC, relative, inside. A path is never a key until it went through here.

/** What the keys of compressed twins end in: "app.css.br". Servers look for these. */
export const twinSuffixes: Readonly<Record<Encoding, string>> = {
  br: '.br',
  gzip: '.gz',
  zstd: '.zst',
};

/** S3's limit, in bytes of UTF-8, for location and key together. */
export const longestObjectKey = 1024;

/** What the tool keeps in a destination and is no asset begins so, and is never collected. */
export function isOwnName(basename: string): boolean {
  return basename.startsWith('.collect-static');
}

/** What is wrong with a name; undefined if nothing is. */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (/\p{Cc}/u.test(name)) return 'it contains a control character';
  if (name.startsWith('/')) return 'it begins with a slash';
  if (name.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    return 'it has an empty, "." or ".." segment';
  }
  return undefined;
}

/** An OS path relative to a source, as a name: slashes forward, Unicode composed (NFC). */
export function toName(relativePath: string, separator: string): string {
  const posix = separator === '/' ? relativePath : relativePath.split(separator).join('/');
  return posix.normalize('NFC');
}

/** `location` + `key`; either may be ''. */
export function joinKey(location: string, key: string): string {
  return location === '' || key === '' ? location + key : `${location}/${key}`;
}

/** `objectKey` without `location/` at its start; undefined if it does not lie below it. */
export function stripPrefix(objectKey: string, location: string): string | undefined {
  if (location === '') return objectKey;
  return objectKey.startsWith(`${location}/`) ? objectKey.slice(location.length + 1) : undefined;
}

/** Order by code point, as S3, Python and UTF-8 do; JavaScript's `<` orders by UTF-16 unit. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      const surrogates = Number(x >= 0xd800 && x <= 0xdfff) - Number(y >= 0xd800 && y <= 0xdfff);
      return surrogates === 0 ? x - y : surrogates;
    }
  }
  return a.length - b.length;
}

/** A key as a URL's path: everything but slashes and unreserved characters (RFC 3986) is encoded, as SigV4 wants it. */
export function encodePath(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

import { lookup } from 'mime-types';
import { createMatcher } from './globs.ts';
import { didYouMean } from './nearest.ts';
import { isMutable } from './pointers.ts';
import type { HeaderPatch, ObjectHeaders, Rule, StaticFile } from './types.ts';

/** Response headers and S3 object properties a user may set, as raw header names, and where each goes. */
const fields = {
  'content-type': 'contentType',
  'cache-control': 'cacheControl',
  'content-encoding': 'contentEncoding',
  'content-disposition': 'contentDisposition',
  'content-language': 'contentLanguage',
  expires: 'expires',
  'x-amz-storage-class': 'storageClass',
  'x-amz-server-side-encryption': 'serverSideEncryption',
  'x-amz-server-side-encryption-aws-kms-key-id': 'kmsKeyId',
  'x-amz-tagging': 'tagging',
  'x-amz-website-redirect-location': 'websiteRedirect',
} as const satisfies Record<string, keyof ObjectHeaders>;

const metadataPrefix = 'x-amz-meta-';

/** What is wrong with a header a user configured; undefined if nothing is. Names in any case. */
export function headerProblem(name: string, value: string): string | undefined {
  const lower = name.toLowerCase();
  if (!Object.hasOwn(fields, lower) && !isMetadata(lower))
    return `it is not a header that can be stored${didYouMean(lower, Object.keys(fields))}`;
  if (/\p{Cc}/u.test(value)) return 'its value contains a control character';
  if (isMetadata(lower) && !/^[\x20-\x7e]*$/.test(value)) return 'metadata must be ASCII';
  if (lower === 'expires' && Number.isNaN(Date.parse(value))) {
    return 'it is not an HTTP date such as "Thu, 31 Dec 2037 23:55:55 GMT"';
  }
  return undefined;
}

function isMetadata(name: string): boolean {
  return /^x-amz-meta-[a-z0-9!#$&'*+.^_`|~-]+$/.test(name);
}

/**
 * Media types that must not depend on a table outside this repository: those that browsers insist on,
 * and those where tables disagree. Source: WHATWG MIME Sniffing, IANA, RFC 9239 for JavaScript.
 */
const pinnedTypes: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  cjs: 'text/javascript',
  css: 'text/css',
  csv: 'text/csv',
  cur: 'image/x-icon',
  eot: 'application/vnd.ms-fontobject',
  flac: 'audio/flac',
  gif: 'image/gif',
  gz: 'application/gzip',
  htm: 'text/html',
  html: 'text/html',
  ico: 'image/vnd.microsoft.icon',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'text/javascript',
  json: 'application/json',
  jxl: 'image/jxl',
  map: 'application/json',
  md: 'text/markdown',
  mjs: 'text/javascript',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  otf: 'font/otf',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  svgz: 'image/svg+xml',
  tgz: 'application/gzip',
  ttf: 'font/ttf',
  txt: 'text/plain',
  wasm: 'application/wasm',
  webm: 'video/webm',
  webmanifest: 'application/manifest+json',
  webp: 'image/webp',
  woff: 'font/woff',
  woff2: 'font/woff2',
  xhtml: 'application/xhtml+xml',
  xml: 'application/xml',
  zip: 'application/zip',
};

/** Types of files known by their whole name; RFC 8615 and Apple's universal links. */
const pinnedNames: Readonly<Record<string, string>> = {
  'apple-app-site-association': 'application/json',
};

/** The Content-Type of a name, with `; charset=utf-8` on text. Never guessed from the bytes. */
export function contentTypeOf(name: string): string {
  const basename = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  const dot = basename.lastIndexOf('.');
  const extension = dot === -1 ? '' : basename.slice(dot + 1);
  const type =
    own(pinnedNames, basename) ??
    own(pinnedTypes, extension) ??
    (lookup(`.${extension}`) || 'application/octet-stream');
  return isText(type) ? `${type}; charset=utf-8` : type;
}

function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function isText(type: string): boolean {
  return /^text\/|^application\/(json|javascript|xml|xml-dtd|toml)$|\+(json|xml)$/.test(type);
}

export interface HeaderRules {
  /** For every file. */
  readonly headers: HeaderPatch;
  /** The user's, after the built-in ones. */
  readonly rules: readonly Rule[];
}

/** Makes the function that gives each file its headers: all files', then the built-in rules, then the user's. */
export function createHeadersFor({ headers, rules }: HeaderRules): (file: StaticFile) => {
  readonly headers: ObjectHeaders;
  readonly immutable: boolean;
} {
  const compiled = rules.map((rule) => ({ ...rule, matches: createMatcher(rule.match) }));
  // A hundred thousand files have a handful of different headers: each set is made once.
  const made = new Map<string, { headers: ObjectHeaders; immutable: boolean }>();
  return (file) => {
    const hits = compiled.filter(({ matches }) =>
      namesOf(file).some((name) => matches(name) !== undefined),
    );
    const immutable = file.immutable || hits.some((rule) => rule.immutable);
    const contentType = contentTypeOf(file.name);
    const isFresh = !immutable && isMutable(file.name);
    const { encoding } = file;
    const id = [
      contentType,
      immutable,
      isFresh,
      encoding,
      ...hits.map((one) => compiled.indexOf(one)),
    ].join();
    const known = made.get(id);
    if (known !== undefined) return known;
    const patches: HeaderPatch[] = [
      { 'content-type': contentType },
      headers,
      isFresh ? { 'cache-control': 'no-cache' } : {},
      ...hits.map((rule) => rule.headers),
      encoding === undefined ? {} : { 'content-encoding': encoding },
    ];
    const merged = patches.reduce((all, patch) => ({ ...all, ...patch }));
    const result = {
      headers: toObjectHeaders(immutable ? markImmutable(merged) : merged),
      immutable,
    };
    made.set(id, result);
    return result;
  };
}

/** A rule may speak of a file with or without the prefix its source was given. */
export function namesOf({ name, prefix }: StaticFile): string[] {
  return prefix === '' ? [name] : [name, name.slice(prefix.length + 1)];
}

/** `immutable` spares browsers the revalidation on reload (RFC 8246); useless without a max-age. */
function markImmutable(headers: HeaderPatch): HeaderPatch {
  const cache = headers['cache-control'];
  if (cache === undefined || !/max-age=[1-9]/.test(cache) || /immutable/.test(cache))
    return headers;
  return { ...headers, 'cache-control': `${cache}, immutable` };
}

function toObjectHeaders(patch: HeaderPatch): ObjectHeaders {
  const headers: Record<string, string> = {};
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith(metadataPrefix)) metadata[name.slice(metadataPrefix.length)] = value;
    else if (Object.hasOwn(fields, name) && value !== '')
      headers[fields[name as keyof typeof fields]] = value;
  }
  return {
    ...(headers as { contentType: string }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}

/** Whether a browser may keep the object for a day or more without asking again. */
export function isLongCached(headers: ObjectHeaders): boolean {
  const cache = headers.cacheControl ?? '';
  const seconds = Number(/(?:^|[\s,])max-age=(\d+)/.exec(cache)?.[1] ?? 0);
  return seconds >= 86_400 && !/no-cache|no-store/.test(cache);
}

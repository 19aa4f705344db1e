import { describe, expect, it } from 'vitest';
import { contentTypeOf, createHeadersFor, headerProblem, isLongCached } from '../../src/headers.ts';
import type { StaticFile } from '../../src/types.ts';

const year = { 'cache-control': 'public, max-age=31556926' };

const file = (name: string, prefix = ''): StaticFile => ({
  name,
  key: name,
  prefix,
  content: { kind: 'bytes', bytes: new Uint8Array() },
  immutable: false,
});

describe('contentTypeOf', () => {
  // The second source: WHATWG MIME Sniffing and HTML, RFC 9239, RFC 8081, and the IANA registry.
  it.each([
    ['a.js', 'text/javascript; charset=utf-8'],
    ['a.mjs', 'text/javascript; charset=utf-8'],
    ['a.cjs', 'text/javascript; charset=utf-8'],
    ['a.css', 'text/css; charset=utf-8'],
    ['a.html', 'text/html; charset=utf-8'],
    ['A.HTML', 'text/html; charset=utf-8'],
    ['a.txt', 'text/plain; charset=utf-8'],
    ['a.json', 'application/json; charset=utf-8'],
    ['a.js.map', 'application/json; charset=utf-8'],
    ['a.webmanifest', 'application/manifest+json; charset=utf-8'],
    ['a.geojson', 'application/geo+json; charset=utf-8'],
    ['a.svg', 'image/svg+xml; charset=utf-8'],
    ['a.xml', 'application/xml; charset=utf-8'],
    ['a.rss', 'application/rss+xml; charset=utf-8'],
    ['a.wasm', 'application/wasm'],
    ['a.woff', 'font/woff'],
    ['a.woff2', 'font/woff2'],
    ['a.ttf', 'font/ttf'],
    ['a.otf', 'font/otf'],
    ['a.eot', 'application/vnd.ms-fontobject'],
    ['a.avif', 'image/avif'],
    ['a.webp', 'image/webp'],
    ['a.png', 'image/png'],
    ['a.jpg', 'image/jpeg'],
    ['a.gif', 'image/gif'],
    ['a.ico', 'image/vnd.microsoft.icon'],
    ['a.mp4', 'video/mp4'],
    ['a.webm', 'video/webm'],
    ['a.mp3', 'audio/mpeg'],
    ['a.pdf', 'application/pdf'],
    ['a.zip', 'application/zip'],
    ['a.tar.gz', 'application/gzip'],
    ['LICENSE', 'application/octet-stream'],
    ['a.unknownext', 'application/octet-stream'],
    ['a.constructor', 'application/octet-stream'],
    ['js', 'application/octet-stream'],
    ['.well-known/apple-app-site-association', 'application/json; charset=utf-8'],
  ])('%s is %s', (name, type) => {
    expect(contentTypeOf(name)).toBe(type);
  });
});

describe('createHeadersFor', () => {
  const headersFor = createHeadersFor({
    headers: { ...year, 'x-amz-meta-team': 'web' },
    rules: [
      { match: ['assets/**'], headers: {}, immutable: true },
      { match: ['*.pdf'], headers: { 'content-disposition': 'attachment' }, immutable: false },
      { match: ['special.pdf'], headers: { 'cache-control': 'no-store' }, immutable: false },
      { match: ['css/x.css'], headers: { 'content-language': 'de' }, immutable: false },
    ],
  });
  const of = (name: string, prefix?: string) => headersFor(file(name, prefix)).headers;

  it('gives every file the configured headers', () => {
    expect(of('app.css')).toEqual({
      contentType: 'text/css; charset=utf-8',
      cacheControl: 'public, max-age=31556926',
      metadata: { team: 'web' },
    });
  });

  it.each([
    'index.html',
    'deep/page.html',
    'sw.js',
    'js/service-worker.js',
    'firebase-messaging-sw.js',
    'site.webmanifest',
    'robots.txt',
    'sitemap-2.xml',
    '.well-known/security.txt',
    'manifest.json',
    'asset-manifest.json',
    '.vite/manifest.json',
    'staticfiles.json',
  ])('lets no browser keep %s without asking', (name) => {
    expect(of(name).cacheControl).toBe('no-cache');
  });

  it('applies all rules that match, later ones over earlier ones', () => {
    expect(of('docs/a.pdf')).toMatchObject({
      contentDisposition: 'attachment',
      cacheControl: 'public, max-age=31556926',
    });
    expect(of('special.pdf')).toMatchObject({
      contentDisposition: 'attachment',
      cacheControl: 'no-store',
    });
  });

  it('adds immutable where names carry a hash', () => {
    expect(of('assets/app.3f2a.css').cacheControl).toBe('public, max-age=31556926, immutable');
  });

  it('matches a rule with or without the prefix of the source', () => {
    expect(of('vendor/b/css/x.css', 'vendor/b').contentLanguage).toBe('de');
    expect(of('vendor/css/x.css').contentLanguage).toBeUndefined();
  });
});

describe('headerProblem', () => {
  it('accepts what S3 stores, in any case', () => {
    for (const name of ['Cache-Control', 'x-amz-meta-Team', 'X-Amz-Storage-Class']) {
      expect(headerProblem(name, 'x')).toBeUndefined();
    }
    expect(headerProblem('Expires', 'Thu, 31 Dec 2037 23:55:55 GMT')).toBeUndefined();
  });

  it('refuses unknown names, line breaks and dates that are none', () => {
    expect(headerProblem('Cach-Control', 'x')).toBeDefined();
    expect(headerProblem('Cache-Control', 'a\r\nSet-Cookie: b')).toBeDefined();
    expect(headerProblem('Expires', 'soon')).toBeDefined();
    expect(headerProblem('x-amz-meta-name', 'ü')).toBeDefined();
  });
});

describe('isLongCached', () => {
  it.each([
    ['public, max-age=31556926', true],
    ['max-age=86400', true],
    ['max-age=60', false],
    ['no-cache, max-age=31556926', false],
    ['s-maxage=31556926', false],
    ['no-store', false],
  ])('%s: %s', (cacheControl, expected) => {
    expect(isLongCached({ contentType: 'text/css', cacheControl })).toBe(expected);
  });
});

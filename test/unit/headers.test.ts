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
    ['a.htm', 'text/html; charset=utf-8'],
    ['a.xhtml', 'application/xhtml+xml; charset=utf-8'],
    ['A.HTML', 'text/html; charset=utf-8'],
    ['a.txt', 'text/plain; charset=utf-8'],
    ['a.csv', 'text/csv; charset=utf-8'],
    ['a.md', 'text/markdown; charset=utf-8'],
    ['a.json', 'application/json; charset=utf-8'],
    ['a.js.map', 'application/json; charset=utf-8'],
    ['a.webmanifest', 'application/manifest+json; charset=utf-8'],
    ['a.geojson', 'application/geo+json; charset=utf-8'],
    ['a.json5', 'application/json5'],
    ['a.svg', 'image/svg+xml; charset=utf-8'],
    ['a.svgz', 'image/svg+xml; charset=utf-8'],
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
    ['a.jpeg', 'image/jpeg'],
    ['a.jxl', 'image/jxl'],
    ['a.gif', 'image/gif'],
    ['a.ico', 'image/vnd.microsoft.icon'],
    ['a.cur', 'image/x-icon'],
    ['a.mp4', 'video/mp4'],
    ['a.webm', 'video/webm'],
    ['a.mp3', 'audio/mpeg'],
    ['a.flac', 'audio/flac'],
    ['a.pdf', 'application/pdf'],
    ['a.zip', 'application/zip'],
    ['a.tar.gz', 'application/gzip'],
    ['a.tgz', 'application/gzip'],
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
    expect(of('xcss/x.css').contentLanguage).toBeUndefined();
    const whole = [{ match: ['b/x.css'], headers: { expires: 'x' }, immutable: false }];
    const ofWhole = createHeadersFor({ headers: {}, rules: whole });
    expect(ofWhole(file('b/x.css', 'b')).headers.expires).toBe('x');
  });

  describe('of names that carry a hash', () => {
    const cached = (value: string) =>
      createHeadersFor({ headers: { 'cache-control': value }, rules: [] })({
        ...file('app.3f2a.html'),
        immutable: true,
      }).headers.cacheControl;

    it.each([
      ['max-age=31536000', 'max-age=31536000, immutable'],
      ['max-age=31536000, immutable', 'max-age=31536000, immutable'],
      ['max-age=0', 'max-age=0'],
      ['no-store', 'no-store'],
      ['', undefined],
    ])('%j becomes %j: immutable is worth something only with a time', (value, expected) => {
      expect(cached(value)).toBe(expected);
    });
  });

  it('stores no header that is unset, empty or no property of an object', () => {
    const headers = { 'cache-control': '', 'x-amz-acl': 'private' };
    expect(createHeadersFor({ headers, rules: [] })(file('a.css'))).toStrictEqual({
      headers: { contentType: 'text/css; charset=utf-8' },
      immutable: false,
    });
  });

  it('stores every header that S3 knows under the name that S3 gives it', () => {
    const rules = [
      {
        match: ['**'],
        headers: {
          'content-type': 'text/x',
          'content-encoding': 'gzip',
          'content-disposition': 'inline',
          'content-language': 'de',
          expires: 'Thu, 31 Dec 2037 23:55:55 GMT',
          'x-amz-storage-class': 'STANDARD_IA',
          'x-amz-server-side-encryption': 'aws:kms',
          'x-amz-server-side-encryption-aws-kms-key-id': 'k',
          'x-amz-tagging': 'a=b',
          'x-amz-website-redirect-location': '/b',
          'x-amz-meta-a': '',
        },
        immutable: true,
      },
    ];
    expect(createHeadersFor({ headers: {}, rules })(file('a.css'))).toStrictEqual({
      headers: {
        contentType: 'text/x',
        contentEncoding: 'gzip',
        contentDisposition: 'inline',
        contentLanguage: 'de',
        expires: 'Thu, 31 Dec 2037 23:55:55 GMT',
        storageClass: 'STANDARD_IA',
        serverSideEncryption: 'aws:kms',
        kmsKeyId: 'k',
        tagging: 'a=b',
        websiteRedirect: '/b',
        metadata: { a: '' },
      },
      immutable: true,
    });
  });
});

describe('headerProblem', () => {
  it('accepts what S3 stores, in any case', () => {
    for (const name of ['Cache-Control', 'x-amz-meta-Team', 'X-Amz-Storage-Class']) {
      expect(headerProblem(name, 'x')).toBeUndefined();
    }
    expect(headerProblem('Expires', 'Thu, 31 Dec 2037 23:55:55 GMT')).toBeUndefined();
    expect(headerProblem('x-amz-meta-team', 'web & mail ~')).toBeUndefined();
    expect(headerProblem('x-amz-meta-team', '')).toBeUndefined();
    expect(headerProblem('Content-Disposition', 'ü')).toBeUndefined();
  });

  it.each([
    ['cacheControl', 'x', 'it is not a header that can be stored; did you mean cache-control?'],
    ['X-Frame-Options', 'x', 'it is not a header that can be stored'],
    ['x-amz-meta-', 'x', 'it is not a header that can be stored'],
    ['my-x-amz-meta-a', 'x', 'it is not a header that can be stored'],
    ['x-amz-meta-a: b', 'x', 'it is not a header that can be stored'],
    ['toString', 'x', 'it is not a header that can be stored'],
    ['Cache-Control', 'a\r\nSet-Cookie: b', 'its value contains a control character'],
    ['x-amz-meta-name', 'ü', 'metadata must be ASCII'],
    ['Expires', 'soon', 'it is not an HTTP date such as "Thu, 31 Dec 2037 23:55:55 GMT"'],
  ])('refuses %s: %j', (name, value, problem) => {
    expect(headerProblem(name, value)).toBe(problem);
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
    ['max-age=31556926, no-store', false],
    ['max-age=86399', false],
    ['public,max-age=86400', true],
  ])('%s: %s', (cacheControl, expected) => {
    expect(isLongCached({ contentType: 'text/css', cacheControl })).toBe(expected);
  });

  it('is not what says nothing about caches', () => {
    expect(isLongCached({ contentType: 'text/css' })).toBe(false);
  });
});

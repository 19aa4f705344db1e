import { expect, it } from 'vitest';
import { isManifest, isMutable, isPointer } from '../../src/pointers.ts';

// Addresses that others have fixed: HTML, the Web App Manifest, RFC 9309, sitemaps.org, RFC 8615, and the
// names that Django, webpack, Vite, import maps, Workbox, Firebase and Angular give to such files.
it.each([
  'index.html',
  'docs/a.htm',
  'a.xhtml',
  'site.webmanifest',
  'manifest.json',
  '.vite/manifest.json',
  'asset-manifest.json',
  'staticfiles.json',
  'assets.json',
  'importmap.json',
  'robots.txt',
  'sitemap.xml',
  'sitemap-news.xml',
  'sitemap-1.xml.gz',
  'sw.js',
  'firebase-messaging-sw.js',
  'service-worker.js',
  'serviceworker.js',
  'service_worker.js',
  'serviceWorker.js',
  'OneSignalSDKWorker.js',
  'INDEX.HTML',
  'ngsw-worker.js',
  'ngsw.json',
  '.well-known/security.txt',
  'sub/.well-known/acme-challenge/x',
])('%s keeps its address, and is published after what it names', (name) => {
  expect([isMutable(name), isPointer(name)]).toEqual([true, true]);
});

it.each([
  'app.js',
  'html.js',
  'index.html.map',
  'manifest.css',
  'robots.txt.svg',
  'sitemap.txt',
  'mysw.js',
  'sw.js.map',
  'well-known/a.txt',
  'ngsw.css',
])('%s is a file like any other', (name) => {
  expect([isMutable(name), isPointer(name)]).toEqual([false, false]);
});

// Django's manifest, and ours beside it, as they lie in the root.
it.each(['staticfiles.json', 'assets.json'])('%s names every file, and comes last', (name) => {
  expect(isManifest(name)).toBe(true);
});

it.each(['manifest.json', 'vendor/staticfiles.json', 'vendor/assets.json', 'index.html'])(
  '%s does not name every file',
  (name) => {
    expect(isManifest(name)).toBe(false);
  },
);

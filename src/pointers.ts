import { createMatcher } from './globs.ts';

/**
 * Names that stay the same while their bytes change: pages, what browsers ask for under a fixed address,
 * and files that name other files. A year in a browser's cache would freeze them.
 */
const mutableNames = [
  '*.html',
  '*.htm',
  '*.xhtml',
  '*.webmanifest',
  'manifest.json',
  '*-manifest.json',
  'staticfiles.json',
  'assets.json',
  'importmap.json',
  'robots.txt',
  'sitemap*.xml',
  'sitemap*.xml.gz',
  'sw.js',
  '*-sw.js',
  'service-worker.js',
  'serviceworker.js',
  'service_worker.js',
  'onesignalsdk*worker.js',
  'ngsw-worker.js',
  'ngsw.json',
  '**/.well-known/**',
];

const matchMutable = createMatcher(mutableNames);

/** Whether a file keeps its address while its bytes change, so that caches must ask again. In any case of its letters: serviceWorker.js, INDEX.HTML. */
export function isMutable(name: string): boolean {
  return matchMutable(name.toLowerCase()) !== undefined;
}

/** Whether a file names all others: the last one of a deploy, after which everything it says is true. */
export function isManifest(name: string): boolean {
  return name === 'staticfiles.json' || name === 'assets.json';
}

/** Whether a file names other files, so that it is published after them. */
export function isPointer(name: string): boolean {
  return isMutable(name);
}

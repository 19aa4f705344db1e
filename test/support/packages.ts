import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { byCodePoint } from '../../src/keys.ts';
import { createSite, type Site } from './create-site.ts';
import { runNpm } from './npm.ts';

/** Packages of which Django accepts every file; of some, not with their ES modules rewritten. */
export const acceptedByDjango = [
  'alpinejs@3.17.5',
  'animate.css@4.1.1',
  'backbone@1.6.1',
  'bootstrap@5.3.9',
  'bulma@1.0.4',
  'flatpickr@4.6.13',
  'font-awesome@4.7.0',
  'htmx.org@4.0.1',
  'jquery@4.0.0',
  'katex@0.19.1',
  'leaflet@1.9.4',
  'normalize.css@8.0.1',
  'select2@4.0.13',
  'slick-carousel@2.0.0',
  'sweetalert2@11.26.25',
];

/** Packages that Django refuses, some of them only with their ES modules rewritten, and what it says of them. */
export const refusedByDjango = [
  // url(%22…%22) in a comment
  { specifier: 'jquery-ui-dist@1.13.3', jsModules: false, because: `'"images/ui-icons_555555` },
  // a rule that is commented out
  { specifier: 'jquery-timepicker@1.3.3', jsModules: false, because: 'ui-bg_glass_100_dadada' },
  // source maps that are not there, or named wrongly
  { specifier: 'bootstrap-slider@11.0.2', jsModules: false, because: 'jquery.min.map' },
  { specifier: 'dropzone@6.3.5', jsModules: false, because: 'dist/dist/basic.css.map' },
  { specifier: 'magnific-popup@1.2.0', jsModules: false, because: 'magnific-popup.css.map' },
  // files that are not there
  { specifier: '@tabler/core@1.6.1', jsModules: false, because: 'tom-select.bootstrap5.min.css' },
  { specifier: 'jstree-bootstrap-theme@1.0.1', jsModules: false, because: 'images/logo.png' },
  // modules that import each other
  { specifier: '@popperjs/core@2.11.8', jsModules: true, because: 'Max post-process passes' },
  { specifier: 'axios@1.21.1', jsModules: true, because: 'Max post-process passes' },
  { specifier: 'lodash-es@4.18.1', jsModules: true, because: 'Max post-process passes' },
  // import() of a type, in a comment
  { specifier: 'photoswipe@5.4.4', jsModules: true, because: 'src/js/types.js' },
] as const;

/** A directory with these packages in it, as npm installs them without running anything of theirs. */
export async function installPackages(specifiers: readonly string[]): Promise<Site> {
  const site = await createSite({ 'package.json': '{ "private": true }\n' });
  const options = ['--no-package-lock', '--ignore-scripts', '--legacy-peer-deps'];
  await runNpm(['install', ...options, ...specifiers], { cwd: site.dir });
  return site;
}

export function packageDir(site: Site, specifier: string): string {
  return site.path('node_modules', nameOf(specifier));
}

/** "alpinejs@3.17.5" → "alpinejs" */
export function nameOf(specifier: string): string {
  return specifier.replace(/@[^@]*$/, '');
}

/** Names of a package's own files as a finder gives them: sorted, none that begin with a dot. */
export async function namesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .map((path) => path.split(sep).join('/'))
    .filter((name) => !name.includes('node_modules/'))
    .sort(byCodePoint);
}

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSite, type Site } from '../support/create-site.ts';
import { runNpm } from '../support/npm.ts';
import { readAsBrowser, readAsScanner } from '../support/read-markup.ts';

/** Packages with pages and drawings: documentation, examples, icons. */
const packages = [
  ['ckeditor4@4.25.2', 40],
  ['flag-icons@7.5.0', 500],
  ['html5-boilerplate@9.0.1', 3],
  ['impress.js@1.1.0', 4],
  ['jstree@3.3.17', 4],
  ['lightbox2@2.12.0', 1],
  ['uikit@3.25.29', 250],
  ['video.js@8.24.1', 3],
] as const;

let site: Site;

beforeAll(async () => {
  site = await createSite({ 'package.json': '{ "private": true }\n' });
  const options = ['--no-package-lock', '--ignore-scripts', '--legacy-peer-deps'];
  await runNpm(['install', ...options, ...packages.map(([specifier]) => specifier)], {
    cwd: site.dir,
  });
});

afterAll(async () => {
  await site.remove();
});

it.each(packages)('reads the pages and drawings of %s as browsers do', async (specifier, least) => {
  const dir = site.path('node_modules', specifier.replace(/@[^@]*$/, ''));
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && /\.(?:html|svg)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  expect(files.length).toBeGreaterThanOrEqual(least);
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    expect({ file, ...readAsScanner(file, text) }).toEqual({ file, ...readAsBrowser(file, text) });
  }
});

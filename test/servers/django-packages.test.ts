import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byCodePoint } from '../../src/keys.ts';
import type { DjangoEngine } from '../../src/processors/rewrite/django/rewrite-text.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { difference, djangoOutcomeOf, ourOutcome } from '../support/django/compare.ts';
import { djangoMissing, installDjango } from '../support/django/install.ts';
import { startOracle, type Oracle } from '../support/django/oracle.ts';
import { runNpm } from '../support/npm.ts';
import { missingPart } from '../support/servers.ts';

const engines: readonly DjangoEngine[] = ['django-5.2', 'django-6'];

/** Packages of which Django accepts every file; of some, not with their ES modules rewritten. */
const packages = [
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

for (const engine of engines) {
  const missing = missingPart(engine, await djangoMissing(engine));

  describe.skipIf(missing !== undefined)(`${engine} on files that people deploy`, () => {
    let oracle: Oracle;
    let site: Site;
    let runs = 0;

    beforeAll(async () => {
      oracle = await startOracle(engine);
      site = await createSite({ 'package.json': '{ "private": true }\n' });
      const options = ['--no-package-lock', '--ignore-scripts', '--legacy-peer-deps'];
      await runNpm(['install', ...options, ...packages], { cwd: site.dir });
    });

    afterAll(async () => {
      await oracle.stop();
      await site.remove();
    });

    it("makes the same of Django's own admin", async () => {
      const dir = await adminFiles(engine);
      expect(await outcomeOf(dir, false)).toEqual({ accepted: true, problem: undefined });
      expect(await outcomeOf(dir, true)).toEqual({ accepted: true, problem: undefined });
    });

    it.each(packages)('makes the same of %s', async (specifier) => {
      const dir = site.path('node_modules', specifier.replace(/@[^@]*$/, ''));
      expect(await outcomeOf(dir, false)).toEqual({ accepted: true, problem: undefined });
      expect(await outcomeOf(dir, true)).toMatchObject({ problem: undefined });
    });

    async function outcomeOf(dir: string, jsModules: boolean) {
      const entries = await readdir(dir, { recursive: true, withFileTypes: true });
      const names = entries
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
        .filter((name) => !name.includes('node_modules/'))
        .sort(byCodePoint);
      const files = new Map<string, Buffer>();
      for (const name of names) files.set(name, await readFile(join(dir, name)));
      const options = { engine, jsModules, staticUrl: '/static/' };
      runs += 1;
      const root = site.path(`root-${runs}`);
      const django = await djangoOutcomeOf(oracle, { source: dir, root, names }, options);
      const problem = difference(await ourOutcome(files, options), django);
      return { accepted: 'manifest' in django, problem };
    }
  });
}

/** The static files of Django's admin, inside its package. */
async function adminFiles(engine: DjangoEngine): Promise<string> {
  const environment = join(await installDjango(engine), '..', '..');
  const entries = await readdir(join(environment, 'lib'));
  const python = entries.find((name) => name.startsWith('python')) ?? '';
  const packages = join(environment, 'lib', python, 'site-packages');
  return join(packages, 'django', 'contrib', 'admin', 'static');
}

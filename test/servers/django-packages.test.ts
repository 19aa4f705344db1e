import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DjangoEngine } from '../../src/processors/rewrite/django/rewrite-text.ts';
import type { Site } from '../support/create-site.ts';
import { difference, djangoOutcomeOf, ourOutcome } from '../support/django/compare.ts';
import { djangoMissing, installDjango } from '../support/django/install.ts';
import { startOracle, type Oracle } from '../support/django/oracle.ts';
import { acceptedByDjango, installPackages, namesIn, packageDir } from '../support/packages.ts';
import { missingPart } from '../support/servers.ts';

const engines: readonly DjangoEngine[] = ['django-5.2', 'django-6'];

for (const engine of engines) {
  const missing = missingPart(engine, await djangoMissing(engine));

  describe.skipIf(missing !== undefined)(`${engine} on files that people deploy`, () => {
    let oracle: Oracle;
    let site: Site;
    let runs = 0;

    beforeAll(async () => {
      oracle = await startOracle(engine);
      site = await installPackages(acceptedByDjango);
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

    it.each(acceptedByDjango)('makes the same of %s', async (specifier) => {
      const dir = packageDir(site, specifier);
      expect(await outcomeOf(dir, false)).toEqual({ accepted: true, problem: undefined });
      expect(await outcomeOf(dir, true)).toMatchObject({ problem: undefined });
    });

    async function outcomeOf(dir: string, jsModules: boolean) {
      const names = await namesIn(dir);
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

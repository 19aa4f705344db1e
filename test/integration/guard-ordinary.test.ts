import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { guardFiles } from '../../src/guard.ts';
import { createSite } from '../support/create-site.ts';
import { buildEnv } from '../support/build-env.ts';
import { ordinaryFiles, ordinaryNames } from '../support/ordinary.ts';

const packages = ['bootstrap', 'alpinejs', 'font-awesome', 'playwright-core', 'prettier', 'zod'];

it('refuses none of 300 files of real packages, whatever a build machine has in its environment', async () => {
  const names = ordinaryNames([...packages, 'yaml', 'sinon', '@vue', '@aws-sdk'], 300);
  expect(new Set(names).size).toBe(300);
  const site = await createSite({ 'static/a.css': '' });
  const config = await loadConfig({ cwd: site.dir, env: buildEnv }).finally(() => site.remove());
  // The environment is one in which there is something to look for.
  expect(config.secrets.filter(({ weight }) => weight === 'refuse').length).toBeGreaterThan(5);
  const { refusals } = await guardFiles({ files: await ordinaryFiles(names), leftOut: [] }, config);
  expect(refusals).toEqual([]);
});

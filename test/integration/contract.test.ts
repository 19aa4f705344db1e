import { readFile } from 'node:fs/promises';
import { afterAll } from 'vitest';
import { createLocalBackend } from '../../src/backends/local/index.ts';
import { describeBackend } from '../support/backend-contract.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { createMemoryBackend } from '../support/memory-backend.ts';

const sites: Site[] = [];
afterAll(() => Promise.all(sites.map((site) => site.remove())));

describeBackend('memory', () => {
  const backend = createMemoryBackend();
  return Promise.resolve({
    backend,
    read: (key) => Promise.resolve(backend.objects.get(key)?.bytes),
  });
});

describeBackend('local', async () => {
  const site = await createSite();
  sites.push(site);
  return {
    backend: createLocalBackend({ dir: site.path('out'), link: false }),
    read: (key) => readFile(site.path('out', ...key.split('/'))).catch(() => undefined),
  };
});

import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { createSite } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { checkLinks, readHashedTree } from './link-checker.ts';

const directory = (name: string) =>
  fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url));

/** Each with the directory of it that is a site. */
export function describePackages(packages: readonly [string, string][]): void {
  describe('after hashing, every reference of a real package resolves', () => {
    it.each(packages)('%s', { timeout: 60_000 }, async (_, dir) => {
      const site = await createSite({
        'package.json': '{}',
        'collect.config.json': JSON.stringify({
          sources: [directory(dir)],
          hash: { keep: 'hashed' },
        }),
      });
      onTestFinished(() => site.remove());
      const io = createFakeIo(['--to', 'out'], { cwd: site.dir });
      expect({ code: await main(io), errors: io.err().match(/error.*/g) }).toEqual({
        code: 0,
        errors: null,
      });
      const { broken, resolved } = checkLinks(readHashedTree(site.path('out')), '/static/');
      // A map that a package names and does not ship was warned about.
      expect(broken.filter(({ use }) => use !== 'source-map')).toEqual([]);
      expect(resolved).toBeGreaterThan(0);
    });
  });
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DjangoEngine } from '../../src/processors/rewrite/django/rewrite-text.ts';
import { difference, djangoOutcome, filesOf, ourOutcome } from '../support/django/compare.ts';
import { askForGolden, goldenPath } from '../support/django/golden.ts';
import { djangoMissing } from '../support/django/install.ts';
import { startOracle, type Oracle } from '../support/django/oracle.ts';
import { smallest } from '../support/django/shrink.ts';
import { randomTree, type Tree } from '../support/django/trees.ts';
import { missingPart } from '../support/servers.ts';

const engines: readonly DjangoEngine[] = ['django-5.2', 'django-6'];
const trees = 2000;

for (const engine of engines) {
  const missing = missingPart(engine, await djangoMissing(engine));

  describe.skipIf(missing !== undefined)(engine, () => {
    let oracle: Oracle;
    beforeAll(async () => {
      oracle = await startOracle(engine);
    });
    afterAll(() => oracle.stop());

    // Where there is no Django the unit tests go by these answers. `vitest -u` writes them anew.
    it('answers what is committed', async () => {
      const golden = await askForGolden(oracle, engine);
      await expect(`${JSON.stringify(golden, null, 2)}\n`).toMatchFileSnapshot(goldenPath(engine));
    });

    // 5.2 writes its entries in another order.
    const sorted = engine === 'django-6';
    it(`writes the manifest ${sorted ? 'byte for byte' : 'with the hash'} as we do`, async () => {
      const files = filesOf({
        files: { 'b.css': ['a{b:url(é.png)}'], 'é.png': [''], '\uffee.txt': [''], '😀.txt': [''] },
      });
      const options = { engine, jsModules: false, staticUrl: '/static/' };
      const django = await djangoOutcome(oracle, files, options);
      const ours = await ourOutcome(files, options);
      if (!('manifest' in ours) || !('manifest' in django)) expect.fail('it was refused');
      const seen = ({ manifest }: { manifest: string }) => (sorted ? manifest : hashIn(manifest));
      expect(seen(ours)).toBe(seen(django));
    });

    it.each([false, true])(
      `makes the same of ${trees} random trees (ES modules: %s)`,
      { timeout: 1_200_000 },
      async (jsModules) => {
        const differenceFor = async (tree: Tree) => {
          const options = { engine, jsModules, staticUrl: tree.staticUrl };
          const files = filesOf(tree);
          const django = await djangoOutcome(oracle, files, options);
          const problem = difference(await ourOutcome(files, options), django);
          return { problem, accepted: 'manifest' in django };
        };
        const start = performance.now();
        let accepted = 0;
        for (let seed = 1; seed <= trees; seed += 1) {
          const tree = randomTree(seed);
          const result = await differenceFor(tree);
          if (result.accepted) accepted += 1;
          if (result.problem === undefined) continue;
          const small = await smallest(
            tree,
            async (one) => (await differenceFor(one)).problem !== undefined,
          );
          const { problem = result.problem } = await differenceFor(small);
          expect.fail(`seed ${seed}: ${problem}\n${JSON.stringify(small, null, 1)}`);
        }
        const seconds = Math.round((performance.now() - start) / 1000);
        process.stdout.write(
          `Django ${oracle.version}, ES modules ${String(jsModules)}: ${trees} trees in ${seconds} s, ` +
            `${accepted} accepted, ${trees - accepted} refused\n`,
        );
        expect(accepted).toBeGreaterThan(trees / 3);
      },
    );
  });
}

function hashIn(manifest: string): unknown {
  return (JSON.parse(manifest) as { hash: unknown }).hash;
}

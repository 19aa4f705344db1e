import { describe, expect, it } from 'vitest';
import type { DjangoEngine } from '../../../../../src/processors/rewrite/django/rewrite-text.ts';
import { cases } from '../../../../support/django/cases/index.ts';
import { filesOf, ourOutcome } from '../../../../support/django/compare.ts';
import { answerOf, hashOf, readGolden } from '../../../../support/django/golden.ts';
import { randomTree } from '../../../../support/django/trees.ts';

const engines: readonly DjangoEngine[] = ['django-5.2', 'django-6'];

// What the real Django has answered; test/servers/django.test.ts asks it again.
describe.each(engines)('%s, by the committed answers of Django', (engine) => {
  const golden = readGolden(engine);

  it.each(cases)('$title', async ({ title, files, jsModules = false, staticUrl = '/static/' }) => {
    const pieces = Object.entries(files).map(([name, bytes]) => [name, [bytes]] as const);
    const tree = filesOf({ files: Object.fromEntries(pieces) });
    const ours = await ourOutcome(tree, { engine, jsModules, staticUrl });
    const django = golden.cases[title];
    if (django === undefined || !('refused' in django)) expect(answerOf(ours)).toEqual(django);
    else expect(ours).toHaveProperty('refused');
  });

  it.each([
    { jsModules: false, hashes: golden.trees },
    { jsModules: true, hashes: golden.treesWithModules },
  ])(
    'random trees have the same manifest (ES modules: $jsModules)',
    { timeout: 60_000 },
    async ({ jsModules, hashes }) => {
      const ours: string[] = [];
      for (const seed of hashes.keys()) {
        const tree = randomTree(seed + 1);
        const { staticUrl } = tree;
        ours.push(hashOf(await ourOutcome(filesOf(tree), { engine, jsModules, staticUrl })));
      }
      expect(ours).toEqual(hashes);
      expect(hashes.filter((hash) => hash !== '').length).toBeGreaterThan(hashes.length / 3);
    },
  );
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { strip } from '../../src/processors/rewrite/django/python-text.ts';
import {
  defragment,
  joinUrl,
  normalisePath,
  splitUrl,
  unquote,
} from '../../src/processors/rewrite/django/python-url.ts';
import type { DjangoEngine } from '../../src/processors/rewrite/django/rewrite-text.ts';
import { ourSpans, urlSalad, wordSalad } from '../support/django/grammar.ts';
import { djangoMissing } from '../support/django/install.ts';
import { startOracle, type Oracle } from '../support/django/oracle.ts';
import { missingPart } from '../support/servers.ts';

const engines: readonly DjangoEngine[] = ['django-5.2', 'django-6'];
const texts = 10_000;

for (const engine of engines) {
  const missing = missingPart(engine, await djangoMissing(engine));

  describe.skipIf(missing !== undefined)(engine, () => {
    let oracle: Oracle;
    beforeAll(async () => {
      oracle = await startOracle(engine);
    });
    afterAll(() => oracle.stop());

    it(`finds in ${texts} texts what the compiled patterns of Django find`, async () => {
      let found = 0;
      for (let seed = 1; seed <= texts; seed += 1) {
        const { text, language } = wordSalad(seed);
        const django = await oracle.match({ text, extension: `*.${language}`, jsModules: true });
        expect(ourSpans(text, language, engine), `seed ${seed}: ${JSON.stringify(text)}`).toEqual(
          django,
        );
        found += django.flat().length;
      }
      process.stdout.write(`${engine}: ${found} matches in ${texts} texts\n`);
      expect(found).toBeGreaterThan(texts / 10);
    });

    it(`takes ${texts} URLs and paths apart as Python does`, async () => {
      for (let seed = 1; seed <= texts; seed += 1) {
        const text = urlSalad(seed);
        const python = await oracle.url(text);
        const parts = splitUrl(text);
        const ours = {
          unquote: unquote(text),
          split: [parts.scheme, parts.netloc, parts.path, parts.query, parts.fragment],
          joined: joinUrl(parts),
          defragment: defragment(text),
          normalised: normalisePath(text),
          stripped: strip(text),
        };
        expect(ours, `seed ${seed}: ${JSON.stringify(text)}`).toEqual(python);
      }
    });
  });
}

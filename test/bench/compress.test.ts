import { afterEach, describe, expect, it } from 'vitest';
import {
  checkReplaced,
  checkTwins,
  deploy,
  encodings,
  sourceFiles,
} from '../harness/compress-properties.ts';
import type { Site } from '../support/create-site.ts';

// Five thousand files, four fifths of them random, the others real.
const files = await sourceFiles(4_000, 1_000);

let site: Site | undefined;
afterEach(() => site?.remove());

describe('what is stored of 5,000 files decodes to the sources, pays, and was never compressed twice', () => {
  it('beside each file', async () => {
    expect(files.size).toBe(5_000);
    const deployed = await deploy(files, {
      compress: { mode: 'sidecar', encodings: Object.keys(encodings), minSaving: 0.05 },
    });
    ({ site } = deployed);
    expect(await checkTwins(files, deployed)).toBeGreaterThan(4_000);
  });

  it.each(Object.entries(encodings))(
    'in the place of each file, with %s',
    async (encoding, { decode }) => {
      const deployed = await deploy(files, {
        compress: { mode: 'replace', encodings: [encoding] },
      });
      ({ site } = deployed);
      expect(await checkReplaced(files, deployed, decode)).toBeGreaterThan(2_000);
    },
  );
});

import { expect, it } from 'vitest';
import { withHash } from '../../src/processors/hashed-name.ts';
import { insertionAt } from '../../src/processors/rewrite/resolve.ts';
import { createScannerFor } from '../../src/processors/rewrite/scanners.ts';
import { checkLinks } from '../harness/link-checker.ts';
import { makeSiteGraph } from '../harness/site-graphs.ts';

const hash = '0123456789ab';
const scannerFor = createScannerFor({ jsModules: true });

it('makes sites in which every reference leads to a file, and knows how many there are', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const { files, references } = makeSiteGraph(seed);
    const checked = checkLinks(files, '/static/');
    expect({ seed, ...checked }).toEqual({
      seed,
      broken: [],
      unreadable: [],
      resolved: references,
    });
  }
});

it('resolves in every site once each file and each reference that the scanners find has a hash', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const { files, references } = makeSiteGraph(seed);
    const hashed = new Map<string, string>();
    for (const [name, text] of files) hashed.set(withHash(name, hash), withHashes(name, text));
    const checked = checkLinks(hashed, '/static/');
    expect({ seed, ...checked }).toEqual({
      seed,
      broken: [],
      unreadable: [],
      resolved: references,
    });
  }
});

function withHashes(name: string, text: string): string {
  const places = scannerFor(name)?.(text).references.map(insertionAt) ?? [];
  let result = text;
  for (const at of places.toSorted((a, b) => b - a)) {
    result = `${result.slice(0, at)}.${hash}${result.slice(at)}`;
  }
  return result;
}

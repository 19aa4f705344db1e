import { describe, expect, it } from 'vitest';
import { isCaught, type Mutant } from '../harness/mutants.ts';

const tests = ['test/bench/hashed-sites.test.ts'];

const mutant = (name: string, file: string, from: string, to: string): Mutant => ({
  name,
  file: `src/processors/rewrite/${file}`,
  edits: [[from, to]],
});

const mutants: Mutant[] = [
  mutant('hashes no circle together', 'modern.ts', 'const isCircle =', 'const isCircle = false &&'),
  mutant(
    'gives every circle one hash',
    'modern.ts',
    'together.update(`${md5Of(digests)} ${file.name}\\n`);',
    'together.update(`${md5Of(digests).slice(99)}`);',
  ),
  mutant(
    'names a file by its source',
    'modern.ts',
    'const { content, digests } = await options.digester.digest(await edited(file));',
    'const content = await edited(file); const { digests } = await options.digester.digest(file.content);',
  ),
  mutant('inserts one place too far', 'resolve.ts', 'return start + at;', 'return start + at + 1;'),
  mutant('forgets escapes', 'resolve.ts', 'return offsets[at] ?? end;', 'return start + at;'),
  mutant('counts characters for bytes', 'links.ts', 'text.length === size', 'text.length <= size'),
  mutant('takes a query for a path', 'resolve.ts', '/^[^?#]*/.exec', '/^[^#]*/.exec'),
  mutant('takes a fragment for a path', 'resolve.ts', '/^[^?#]*/.exec', '/^[^?]*/.exec'),
  mutant('knows no encoded dots', 'resolve.ts', '/\\.|%2e/gi', '/\\./g'),
  mutant(
    'looks for encoded names',
    'resolve.ts',
    'return decodeURIComponent(path);',
    'return path;',
  ),
  mutant('counts from the page', 'resolve.ts', 'base === undefined ? document', 'base ? document'),
  mutant(
    'sees the first picture alone',
    'markup/srcset.ts',
    'if (to === at) at = endOfDescriptors(srcset, at);',
    'if (to === at) return;',
  ),
  mutant('reads comments', 'css.ts', 'if (type === Token.Comment) {', 'if (type === -1) {'),
  mutant('forgets templates', 'js-text.ts', "&& quote !== '`'", "&& quote === '`'"),
  mutant('sees no import()', 'js.ts', "case 'import':", "case 'import': return [];"),
  mutant('knows no image-set()', 'css.ts', 'imageSets.has(name)', 'imageSets.has(`${name}.`)'),
  mutant(
    'skips CDATA',
    'markup/xml-tokens.ts',
    'oncdata(start, end) {',
    'oncdata(start, end) { return;',
  ),
  mutant(
    'skips inline styles',
    'markup/code.ts',
    "if (name === 'style') scan",
    "if (name === '') scan",
  ),
];

describe('the rewriting, broken on purpose', () => {
  it.each(mutants)('$name: caught', { timeout: 300_000 }, async (one) => {
    expect(await isCaught(one, tests)).toBe(true);
  });
});

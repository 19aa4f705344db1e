import { describe, expect, it } from 'vitest';
import { errorOf } from './load.ts';

/** Lists of ten, each of which holds the one before ten times. */
function bomb(levels: number): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < levels; i += 1) {
    const aliases = Array<string>(10).fill(`*a${i - 1}`);
    lines.push(`a${i}: &a${i} [${aliases.join(', ')}]`);
  }
  return lines.join('\n');
}

const yaml = 'collect.config.yaml';
const json = 'collect.config.json';

// Each of these would take minutes or gigabytes if it were expanded, copied or printed: the time limit of this test
// is enough to notice.
describe('a small file that means a lot is refused before anything is made of it', () => {
  it.each([
    ['aliases of aliases', yaml, bomb(12), 'it has more than 100 aliases (*name)'],
    ['few of them', yaml, bomb(9), 'has more than 10000 values'],
    [
      'aliases as keys',
      yaml,
      `a: &a [${'x,'.repeat(120_000)}]\nb: [${'{*a : 1},'.repeat(1_000)}]`,
      'it has more than 100 aliases (*name)',
    ],
    [
      'merged maps',
      yaml,
      `a: &a {${Array.from({ length: 5_000 }, (_, i) => `k${i}: 1`).join(',')}}\n${Array.from({ length: 90 }, (_, i) => `b${i}: { <<: *a }`).join('\n')}`,
      'merge keys exceeded maxTotalMergeKeys (10000)',
    ],
    ['a list in a list', yaml, '['.repeat(200_000), 'nesting exceeded maxDepth (100)'],
    ['a list in a list in lines', yaml, '- '.repeat(100_000), 'nesting exceeded maxDepth (100)'],
    ['lines without end', yaml, 'a:\n'.repeat(100_000), 'it is larger than 256 KiB'],
    ['one below the limit', yaml, 'x: 1\n'.repeat(50_000), 'duplicated mapping key'],
    [
      'an ordered map',
      yaml,
      `!!omap [${Array.from({ length: 25_000 }, (_, i) => `a${i}: ,`).join('')}]`,
      'has more than 10000 values',
    ],
    [
      'a list in a list as JSON',
      json,
      `${'['.repeat(500_000)}${']'.repeat(500_000)}`,
      'is nested more than 32 levels deep',
    ],
    ['one that does not end', json, '['.repeat(1_000_000), 'it ends too early'],
    ['a text that does not end', json, `{ "a": "${'x'.repeat(1_000_000)}`, 'the string has no end'],
    ['many values', json, `[${'1,'.repeat(500_000)}1]`, 'has more than 10000 values'],
    ['blanks', json, ' '.repeat(1024 * 1024 + 1), 'it is larger than 1 MiB'],
  ])('%s', async (_, name, text, reason) => {
    const { exitCode, message, problems } = await errorOf({ files: { [name]: text } });
    expect(exitCode).toBe(3);
    expect([message, ...problems].join('\n')).toContain(reason);
  });

  it.each([
    ['a list of them', '__proto__: { polluted: 1 }\nconstructor: { prototype: { polluted: 1 } }'],
    ['a merged map', '<<: { __proto__: { polluted: 1 }, constructor: { prototype: 1 } }'],
    ['an alias', 'ignore: [&__proto__ x, *__proto__]\n__proto__: { polluted: 1 }\nconstructor: 1'],
  ])('__proto__ and constructor pollute nothing: %s', async (_, text) => {
    const { problems } = await errorOf({ files: { [yaml]: text } });
    expect(problems).toEqual([`${yaml}: __proto__ is unknown`, `${yaml}: constructor is unknown`]);
    expect(Reflect.get({}, 'polluted')).toBe(undefined);
  });
});

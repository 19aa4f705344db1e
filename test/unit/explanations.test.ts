import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/errors.ts';
import { exits } from '../../src/explanations/explanation.ts';
import { allExplanations, explanations, type Code } from '../../src/explanations/index.ts';

const root = new URL('../../', import.meta.url);

/** Path → text of the sources below a directory. */
function read(dir: string): Map<string, string> {
  const names = readdirSync(new URL(dir, root), { recursive: true, encoding: 'utf8' });
  const paths = names.map((name) => `${dir}${name.replaceAll('\\', '/')}`);
  const sources = paths.filter((path) => path.endsWith('.ts'));
  return new Map(sources.map((path) => [path, readFileSync(new URL(path, root), 'utf8')]));
}

const sources = [...read('src/')]
  .filter(([path]) => !path.startsWith('src/explanations/'))
  .map(([, text]) => text);
const tests = ['test/unit/', 'test/integration/', 'test/e2e/']
  .flatMap((dir) => [...read(dir)])
  .filter(([path]) => path !== 'test/unit/explanations.test.ts')
  .map(([, text]) => text);
const codes = Object.keys(explanations) as Code[];

const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, one]) => one);
const literal = /'([A-Z][A-Z0-9_]+)'/g;

/** As they are written in the program: the first argument of a CollectError, what a `code` is set to, any S3_…. */
function codesIn(text: string): (string | undefined)[] {
  const places = [
    ...matches(text, /new CollectError\(([^,]*),/g),
    ...matches(text, /\bcode(?:: Code =|:| =)\s([^;,{}]*)/g),
    ...matches(text, /('S3_[A-Z0-9_]+')/g),
  ];
  return places.flatMap((place) => matches(place ?? '', literal));
}

describe('the codes', () => {
  const used = new Set(sources.flatMap(codesIn));

  it('are found in the sources', () => {
    expect([...used]).toEqual(
      expect.arrayContaining([
        'USAGE',
        'SOURCE_INVALID',
        'SOURCE_UNREADABLE',
        'STALE_CACHE',
        'BUG',
      ]),
    );
  });

  it('each have an explanation', () => {
    expect([...used].filter((code) => !allExplanations.has(code ?? ''))).toEqual([]);
  });

  it('are explained only where they exist', () => {
    const all = sources.join('\n');
    expect(codes.filter((code) => !new RegExp(`'${code}'`).test(all))).toEqual([]);
  });

  it.each(codes)('%s is provoked by a test', (code) => {
    expect(tests.some((text) => new RegExp(`['"[]${code}\\b`).test(text))).toBe(true);
  });
});

describe('an explanation', () => {
  it('has the exit codes that the sources give its code', () => {
    const name =
      /new CollectError\(\s*'([A-Z0-9_]+)',(?:(?!new CollectError)[^])*?exitCode: exitCodes\.(\w+)/g;
    const given = sources.flatMap((text) => [...text.matchAll(name)]);
    expect(given.length).toBeGreaterThan(10);
    const wrong = given.filter(([, code = '', exit = '']) => {
      const explained: readonly number[] = allExplanations.get(code)?.exit ?? [];
      return !explained.includes(exitCodes[exit as keyof typeof exitCodes]);
    });
    expect(wrong.map(([, code, exit]) => `${code ?? ''} ${exit ?? ''}`)).toEqual([]);
  });

  it('is of halves of sentences, but for the why, and fits into a table', () => {
    const half = /^(?![A-Z][a-z])[^|\n]*[^.:;|\n]$/;
    const whole = /^[^|\n]*[.…]$/;
    const odd = [...allExplanations].filter(
      ([, { what, why, fix }]) => !half.test(what) || !half.test(fix) || !whole.test(why),
    );
    expect(odd).toEqual([]);
  });

  it('knows the destination after every exit code', () => {
    const known = exits.flatMap((one) => one.codes);
    expect(Object.values(exitCodes).filter((code) => !known.includes(code))).toEqual([]);
    const untouched = exits.filter(({ destination }) => destination === 'untouched');
    expect(untouched.flatMap((one) => one.codes)).toEqual([2, 3, 4, 5, 6, 7, 11]);
  });
});

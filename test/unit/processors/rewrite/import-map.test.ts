import { describe, expect, it } from 'vitest';
import { scanImportMap } from '../../../../src/processors/rewrite/import-map.ts';
import { SyntaxProblem } from '../../../../src/processors/rewrite/reference.ts';

function found(map: object): string[] {
  return scanImportMap(JSON.stringify(map)).map(({ url, need }) => `${need} ${url}`);
}

describe('scanImportMap', () => {
  it('finds the addresses of modules', () => {
    const imports = {
      lit: './lit.js',
      vue: '/vue.js',
      react: '../react.js',
      far: 'https://cdn.example/far.js',
    };
    expect(found({ imports })).toEqual([
      'required ./lit.js',
      'required /vue.js',
      'required ../react.js',
      'required https://cdn.example/far.js',
    ]);
  });

  it('finds specifiers that are URLs, since importers ask for these by their hashed names', () => {
    expect(found({ imports: { './a.js': './b.js', '/c.js': './d.js' } })).toEqual([
      'optional ./a.js',
      'required ./b.js',
      'optional /c.js',
      'required ./d.js',
    ]);
  });

  it('finds what holds for a scope, and the script that is one', () => {
    const scopes = { '/js/': { lit: './lit.js' }, './main.js': { './a.js': './b.js' } };
    expect(found({ scopes })).toEqual([
      'required ./lit.js',
      'optional ./main.js',
      'optional ./a.js',
      'required ./b.js',
    ]);
  });

  it('leaves alone packages, prefixes, and what is no address', () => {
    const imports = { 'lit/': './lit/', lodash: 'lodash.js', none: null, '/x/': '/y/', five: 5 };
    expect(found({ imports, other: { a: './a.js' }, list: ['./a.js'] })).toEqual([]);
  });

  it('gives the integrity of a module with its URL', () => {
    const map = '{"integrity":{"lit":"sha384-no","./a.js":"sha384-abc","/b/":"sha384-no"}}';
    const references = scanImportMap(map);
    expect(references.map(({ url, need }) => `${need} ${url}`)).toEqual(['optional ./a.js']);
    const { start, end } = references[0]?.integrity ?? { start: 0, end: 0 };
    expect(map.slice(start, end)).toBe('sha384-abc');
  });

  it('refuses what is not JSON', () => {
    expect(() => scanImportMap('{"imports":{"a":"./a.js",}}')).toThrow(SyntaxProblem);
  });
});

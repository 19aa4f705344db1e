import { describe, expect, it } from 'vitest';
import { SyntaxProblem } from '../../../../src/processors/rewrite/reference.ts';
import { scanWebManifest } from '../../../../src/processors/rewrite/web-manifest.ts';
import { withHashes } from '../../../support/insertions.ts';

const H = '.0123456789ab';

describe('scanWebManifest', () => {
  it('finds the pictures and nothing else', () => {
    const manifest = JSON.stringify(
      {
        id: '/app.html',
        start_url: '/index.html',
        scope: '/',
        name: 'a.png',
        src: 'no.png',
        icons: [{ src: 'icon.png', sizes: '1x1' }, { src: 'data:,' }, { other: 'no.png' }],
        screenshots: [{ src: '/shot.png', label: 'no.png' }],
        shortcuts: [{ url: 'no.html', icons: [{ src: 'short.png' }] }],
        file_handlers: [{ action: 'no.html', icons: [{ src: 'file.png' }] }],
        'icons/0/src': 'no.png',
        deep: { icons: [{ src: 'no.png' }] },
      },
      undefined,
      2,
    );
    const found = scanWebManifest(manifest);
    expect(found.map(({ url }) => url)).toEqual(['icon.png', '/shot.png', 'short.png', 'file.png']);
    expect(new Set(found.map(({ need }) => need))).toEqual(new Set(['required']));
  });

  it.each([
    ['{"icons":[{"src":"a.png"}]}', `{"icons":[{"src":"a${H}.png"}]}`],
    [
      '\ufeff{ "icons" : [ { "src" : " a.png?b " } ] }',
      `\ufeff{ "icons" : [ { "src" : " a${H}.png?b " } ] }`,
    ],
    ['{"icons":[{"src":"\\u0061\\/b\\".png"}]}', `{"icons":[{"src":"\\u0061\\/b\\"${H}.png"}]}`],
    ['{"icons":[{"src":"a\\u002epng"}]}', `{"icons":[{"src":"a${H}\\u002epng"}]}`],
    ['{"\\u0069cons":[{"src":"😀.png"}]}', `{"\\u0069cons":[{"src":"😀${H}.png"}]}`],
  ])('gives the place of %s', (manifest, rewritten) => {
    expect(withHashes(manifest, scanWebManifest(manifest))).toBe(rewritten);
  });

  it('says what an escaped URL means', () => {
    expect(scanWebManifest('{"icons":[{"src":"\\u0061\\/b.png"}]}')[0]?.url).toBe('a/b.png');
  });

  it.each([
    ['{"icons":[{"src":"a.png"},]}', 26],
    ['{"icons":[]} // comment', 13],
    ['/* comment */ {}', 0],
    ['{"icons":[{"src":"a.png', 17],
    ['{icons:[]}', 1],
    ['', 0],
  ])('refuses %s', (manifest, offset) => {
    expect(() => scanWebManifest(manifest)).toThrow(SyntaxProblem);
    expect(() => scanWebManifest(manifest)).toThrow(expect.objectContaining({ offset }));
  });

  it('reads on behind what nests deeper than any manifest', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const manifest = `{ "x": ${deep}, "icons": [{ "src": "a.png" }] }`;
    expect(scanWebManifest(manifest).map(({ url }) => url)).toEqual(['a.png']);
    expect(() => scanWebManifest(deep.slice(1))).toThrow(SyntaxProblem);
  });
});

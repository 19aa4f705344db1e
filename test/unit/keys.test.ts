import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byCodePoint,
  encodePath,
  joinKey,
  nameProblem,
  stripPrefix,
  toName,
} from '../../src/keys.ts';

describe('keys', () => {
  it('turns Windows and POSIX paths into the same name', () => {
    expect(toName('css\\img\\a.png', '\\')).toBe('css/img/a.png');
    expect(toName('css/img/a.png', '/')).toBe('css/img/a.png');
  });

  it('turns any Windows path into a POSIX name and back', () => {
    const part = fc.stringMatching(/^[^\\/:*?"<>|\p{Cc}]+$/u);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const name = toName(parts.join('\\'), '\\');
        expect(name.split('/')).toEqual(parts.map((one) => one.normalize('NFC')));
      }),
    );
  });

  it('composes Unicode, so that a Mac and a server agree', () => {
    expect(toName('cafe\u0301.css', '/')).toBe('caf\u00e9.css');
  });

  it('refuses names that would leave the location or confuse a store', () => {
    for (const bad of ['', '/a', '../a', 'a/../b', 'a//b', './a', 'a/.', 'a\nb', 'a\u0085b']) {
      expect(nameProblem(bad), JSON.stringify(bad)).toBeDefined();
    }
    for (const fine of ['a', '.well-known/x', 'a..b', '...', 'a b/ü.css', 'q?x#%20.png']) {
      expect(nameProblem(fine), fine).toBeUndefined();
    }
  });

  it('strips a prefix only where it stands at the start and ends at a slash', () => {
    expect(stripPrefix('static/a/static/b', 'static')).toBe('a/static/b');
    expect(stripPrefix('static2/a', 'static')).toBeUndefined();
    expect(stripPrefix('a/static/b', 'static')).toBeUndefined();
    expect(stripPrefix('a', '')).toBe('a');
  });

  it('joins and strips as inverses', () => {
    const key = fc.stringMatching(/^[a-z./]{1,12}$/);
    fc.assert(
      fc.property(fc.constantFrom('', 'static', 'a/b'), key, (location, one) => {
        expect(stripPrefix(joinKey(location, one), location)).toBe(one);
      }),
    );
  });

  it('orders by code point, as the bytes of UTF-8 do', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(byCodePoint(a, b))).toBe(bytes);
      }),
    );
    expect(['\u{1F600}', '\uFFEE', 'z'].sort(byCodePoint)).toEqual(['z', '\uFFEE', '\u{1F600}']);
  });

  it('encodes a key so that a URL parser gives it back', () => {
    const part = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter((s) => !/^\.{1,2}$|\//.test(s));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), (parts) => {
        const url = new URL(`https://x.example/${encodePath(parts.join('/'))}`);
        expect(url.pathname.slice(1).split('/').map(decodeURIComponent)).toEqual(parts);
        expect([url.search, url.hash]).toEqual(['', '']);
      }),
    );
  });
});

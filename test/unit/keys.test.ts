import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byCodePoint,
  encodePath,
  isOwnName,
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

  it.each([
    ['', 'it is empty'],
    ['a\tb', 'it contains a control character'],
    ['/a', 'it begins with a slash'],
    ['a/../b', 'it has an empty, "." or ".." segment'],
  ])('says what is wrong with %j', (name, problem) => {
    expect(nameProblem(name)).toBe(problem);
  });

  it('knows what the tool itself keeps in a destination', () => {
    expect(['.collect-static.lock', '.collect-static-1.tmp'].every(isOwnName)).toBe(true);
    expect(['collect-static.css', 'x.collect-static', '.collect', ''].some(isOwnName)).toBe(false);
  });

  it('strips a prefix only where it stands at the start and ends at a slash', () => {
    expect(stripPrefix('static/a/static/b', 'static')).toBe('a/static/b');
    expect(stripPrefix('static2/a', 'static')).toBeUndefined();
    expect(stripPrefix('a/static/b', 'static')).toBeUndefined();
    expect(stripPrefix('a', '')).toBe('a');
  });

  it('names a location itself without a slash at its end', () => {
    expect(joinKey('static', '')).toBe('static');
    expect(joinKey('', '')).toBe('');
  });

  it('joins and strips as inverses', () => {
    const key = fc.stringMatching(/^[a-z./]{1,12}$/);
    fc.assert(
      fc.property(fc.constantFrom('', 'static', 'a/b'), key, (location, one) => {
        expect(stripPrefix(joinKey(location, one), location)).toBe(one);
      }),
    );
  });

  const expectOrderOfBytes = (a: string, b: string) => {
    const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
    expect(Math.sign(byCodePoint(a, b)), JSON.stringify([a, b])).toBe(bytes);
  };

  it('orders by code point, as the bytes of UTF-8 do', () => {
    const code = fc.oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }));
    const text = fc.string({ unit: code.map((one) => String.fromCodePoint(one)) });
    fc.assert(
      fc.property(text, text, text, (start, a, b) => {
        expectOrderOfBytes(start + a, start + b);
      }),
    );
    expect(['\u{1F600}', '\uFFEE', 'z'].sort(byCodePoint)).toEqual(['z', '\uFFEE', '\u{1F600}']);
  });

  it('orders so on either side of what UTF-16 writes as surrogates', () => {
    const edges = [0x20, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x103fe, 0x103ff, 0x10400, 0x10ffff];
    const texts = edges.map((code) => `a${String.fromCodePoint(code)}`);
    for (const a of texts) for (const b of texts) expectOrderOfBytes(a, b);
  });

  it('encodes what signatures of S3 want encoded, in capitals', () => {
    // AWS, "Signature Calculations for the Authorization Header": UriEncode().
    const kept = 'AZaz09-._~/';
    expect(encodePath(kept)).toBe(kept);
    expect(encodePath("!'()* +&=?#%\u00fc")).toBe('%21%27%28%29%2A%20%2B%26%3D%3F%23%25%C3%BC');
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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withHash } from '../../../../src/processors/hashed-name.ts';
import type { Reference } from '../../../../src/processors/rewrite/reference.ts';
import { createResolve, insertionAt } from '../../../../src/processors/rewrite/resolve.ts';

function reference(url: string, bare: Reference['bare'] = 'path'): Reference {
  return { start: 0, end: url.length, url, need: 'required', bare };
}

/** The URL with a hash in it, as a rewritten text has it. */
function hashed(url: string): string {
  const at = insertionAt(reference(url));
  return `${url.slice(0, at)}.HASH${url.slice(at)}`;
}

describe('a reference in css/app.css below /static/', () => {
  const resolve = createResolve(['/static/']);
  it.each([
    ['a.png', 'css/a.png'],
    ['./a.png', 'css/a.png'],
    ['../img/a.png', 'img/a.png'],
    ['../img//a.png', 'img//a.png'], // what a browser asks for, and no file
    ['..\\img\\a.png', 'img/a.png'], // browsers take a backslash for a slash
    ['/static/img/a.png', 'img/a.png'],
    ['../img/a.png?v=2#top', 'img/a.png'],
    ['../fonts/a.eot?#iefix', 'fonts/a.eot'],
    ['../img/sp%20ace.png', 'img/sp ace.png'],
    ['../img/sp ace.png', 'img/sp ace.png'],
    ['../img/caf%C3%A9.png', 'img/café.png'],
    ['../img/cafe\u0301.png', 'img/café.png'], // names are composed
    ['../img/100%.png', 'img/100%.png'], // malformed escapes stay
    [' a.png ', 'css/a.png'],
  ])('%s means %s', (url, name) => {
    expect(resolve(reference(url), 'css/app.css')).toBe(name);
  });

  it.each([
    'https://other.example/static/img/a.png',
    '//other.example/static/a.png',
    'data:image/png;base64,AAAA',
    'DATA:image/png;base64,AAAA',
    'javascript:void(0)',
    'mailto:a@b.example',
    'blob:https://site.example/1',
    'moz-extension://x/a.png',
    '#fragment',
    '?query',
    '',
    '/elsewhere/a.png',
    '../../a.png', // above /static/
    '../img/', // a directory
    'http://[',
  ])('%s leads elsewhere', (url) => {
    expect(resolve(reference(url), 'css/app.css')).toBeUndefined();
  });

  it('a bare specifier names a package, but a path is a path', () => {
    expect(resolve(reference('lodash/get.js', 'package'), 'js/a.js')).toBeUndefined();
    expect(resolve(reference('./get.js', 'package'), 'js/a.js')).toBe('js/get.js');
    expect(resolve(reference('/static/get.js', 'package'), 'js/a.js')).toBe('get.js');
  });

  it('counts from <base href>', () => {
    expect(resolve(reference('a.png'), 'page.html', '/static/img/')).toBe('img/a.png');
    expect(resolve(reference('a.png'), 'page.html', 'https://other.example/')).toBeUndefined();
  });
});

it('finds files by their absolute URL where the configuration knows it', () => {
  const resolve = createResolve(['https://cdn.example/s/', '/static/']);
  expect(resolve(reference('https://cdn.example/s/a.png'), 'a.css')).toBe('a.png');
  expect(resolve(reference('//cdn.example/s/a.png'), 'a.css')).toBe('a.png');
  expect(resolve(reference('b/a.png'), 'a.css')).toBe('b/a.png');
  expect(resolve(reference('https://cdn.example/other/a.png'), 'a.css')).toBeUndefined();
});

describe('the hash goes before the extension', () => {
  it.each([
    ['a.png', 'a.HASH.png'],
    ['../img/a.tar.gz?v=1.2#x.y', '../img/a.tar.HASH.gz?v=1.2#x.y'],
    ['LICENSE', 'LICENSE.HASH'],
    ['.htaccess', '.htaccess.HASH'],
    ['x.y/LICENSE#a', 'x.y/LICENSE.HASH#a'],
    ['a%2Epng', 'a.HASH%2Epng'],
    ['a.png ', 'a.HASH.png '],
  ])('%s → %s', (url, expected) => {
    expect(hashed(url)).toBe(expected);
  });

  it('where the offsets of an escaped text say it is', () => {
    // url(a\2e png): the escape stands for the dot
    const escaped = { ...reference('a.png'), start: 4, end: 12, offsets: [4, 5, 9, 10, 11] };
    expect(insertionAt(escaped)).toBe(5);
  });

  it('for every name as for every URL of it', () => {
    const segment = fc
      .string({
        unit: fc.constantFrom('a', 'b', '.', ' ', 'é', '%', '-'),
        minLength: 1,
        maxLength: 6,
      })
      .filter((text) => !/^\.{1,2}$/.test(text) && text.trim() === text);
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 3 }), (segments) => {
        const name = segments.join('/');
        const url = segments.map(encodeURIComponent).join('/');
        const at = insertionAt(reference(url));
        expect(decodeURIComponent(`${url.slice(0, at)}.HASH${url.slice(at)}`)).toBe(
          withHash(name, 'HASH'),
        );
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { CollectError } from '../../src/errors.ts';
import { manifestHash, manifestText, readManifest } from '../../src/manifest.ts';

// The texts are what Python's json.dumps makes of the sorted paths.
describe('the manifest as Django 6 writes it', () => {
  it('has one line even without files', () => {
    expect(manifestText(new Map())).toBe('{"paths": {}, "version": "1.1", "hash": "d75171398898"}');
  });

  it('is sorted, whatever the order of the files', () => {
    const paths: [string, string][] = [
      ['b.css', 'b.1.css'],
      ['a.css', 'a.2.css'],
    ];
    const text =
      '{"paths": {"a.css": "a.2.css", "b.css": "b.1.css"}, "version": "1.1", "hash": "b52153ef76b3"}';
    expect(manifestText(new Map(paths))).toBe(text);
    expect(manifestText(new Map(paths.reverse()))).toBe(text);
  });

  it('is ASCII, and sorted by code point where UTF-16 would sort otherwise', () => {
    const paths = new Map([
      ['\uffee.css', 'x'],
      ['😀.css', 'y'],
      ['é"\\.css', 'é.1.css'],
      ['\x7f\x01', 'd'],
    ]);
    expect(manifestText(paths)).toBe(
      '{"paths": {"\\u007f\\u0001": "d", "\\u00e9\\"\\\\.css": "\\u00e9.1.css", "\\uffee.css": "x", ' +
        '"\\ud83d\\ude00.css": "y"}, "version": "1.1", "hash": "4284c4f725cb"}',
    );
  });
});

describe('reading a manifest', () => {
  it('gives back what was written', () => {
    const paths = new Map([
      ['__proto__', 'a'],
      ['é.css', 'é.1.css'],
    ]);
    expect(readManifest(manifestText(paths))).toEqual({ paths, hash: manifestHash(paths) });
  });

  it('takes version 1.0, which has no hash', () => {
    const text = '{"version": "1.0", "paths": {"a.css": "a.1.css"}, "more": 1}';
    expect(readManifest(text)).toEqual({ paths: new Map([['a.css', 'a.1.css']]), hash: '' });
  });

  it('takes a manifest without paths for an empty one', () => {
    expect(readManifest('{"version": "1.1"}')).toEqual({ paths: new Map(), hash: '' });
  });

  it.each([
    ['', 'it is not JSON'],
    ['{"paths": {', 'it is not JSON'],
    ['[]', 'it is no JSON object'],
    ['{"paths": {}}', 'its version is undefined, not 1.0 or 1.1'],
    ['{"version": "1.2"}', 'its version is "1.2", not 1.0 or 1.1'],
    ['{"version": 1.1}', 'its version is 1.1, not 1.0 or 1.1'],
    ['{"version": "1.1", "paths": []}', 'its "paths" is no object'],
    ['{"version": "1.1", "paths": {"a": 1}}', 'its entry "a" is no text'],
  ])('refuses %j', (text, why) => {
    const read = () => readManifest(text);
    expect(read).toThrow(CollectError);
    expect(read).toThrow(
      expect.objectContaining({
        code: 'MANIFEST_INVALID',
        exitCode: 4,
        message: `staticfiles.json cannot be read: ${why}`,
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { scanCss } from '../../../../src/processors/rewrite/css.ts';
import { scanJs } from '../../../../src/processors/rewrite/js.ts';
import { mark, withoutMarks } from '../../../support/marked.ts';

describe('the source map of a script', () => {
  it.each([
    ['in the last line', 'x=1\n//# sourceMappingURL=«a.js.map»'],
    ['in the form of old', 'x=1\n//@ sourceMappingURL=«a.js.map»\n'],
    ['with blanks and empty lines after it', 'x=1\r\n//#\tsourceMappingURL=«a.map» \t\r\n\r\n \n'],
    [
      'with comments after it',
      'x=1\n//# sourceMappingURL=«a.map»\n// b\n/* c\n d */\n//# sourceURL=e.js\n',
    ],
    ['after code in its line', 'x=1;//# sourceMappingURL=«a.map»'],
    ['after a comment in its line', '/*! x *///# sourceMappingURL=«a.map»'],
    ['without a blank', '//#sourceMappingURL=«a.map»'],
    ['in a block comment', 'x=1\n/*# sourceMappingURL=«/s/a.map» */\n'],
    ['with a query and odd characters', `//# sourceMappingURL=«../a%20b/c'"\\x.map?v=1»`],
    ['behind imports', 'import "«./a.js»"\n//# sourceMappingURL=«a.map»'],
    [
      'behind others that do not count',
      '//# sourceMappingURL=a.map\nx=1\n//# sourceMappingURL=«b.map»',
    ],
  ])('is found %s', (_, text) => {
    expect(mark(scanJs, withoutMarks(text))).toBe(text);
  });

  it.each([
    ['in a string', 'x="\\\n//# sourceMappingURL=a.map"'],
    ['in a template', 'x=`\n//# sourceMappingURL=a.map\n`'],
    ['in a template that looks closed behind it', 'x=`\n//# sourceMappingURL=a.map\n//`'],
    ['in a comment', '/*\n//# sourceMappingURL=a.map\n*/'],
    ['in a comment of its line', 'x=1 // see //# sourceMappingURL=a.map'],
    ['in a comment with three slashes', 'x\n///# sourceMappingURL=a.map'],
    ['in front of code', '//# sourceMappingURL=a.map\nx=1'],
    ['in another case', '//# sourcemappingurl=a.map\n//# SourceMappingURL=b.map'],
    ['with more than a URL', '//# sourceMappingURL=a.map b\n'],
    ['with nothing', '//# sourceMappingURL=\n'],
    ['with the map itself', '//# sourceMappingURL=data:application/json;base64,e30='],
    ['in an open block comment', '/*# sourceMappingURL=a.map '],
  ])('is not what stands %s', (_, text) => {
    expect(scanJs(text)).toEqual([]);
  });

  it('cannot be found where the script cannot be read', () => {
    expect(() => scanJs('"\n//# sourceMappingURL=a.map')).toThrow(
      expect.objectContaining({ name: 'SyntaxProblem', offset: 0 }),
    );
  });
});

describe('the source map of a stylesheet', () => {
  it.each([
    ['at the end', 'a{}\n/*# sourceMappingURL=«a.css.map» */\n'],
    ['in the form of old', 'a{}/*@ sourceMappingURL=«a.css.map» */'],
    ['without blanks', '/*#sourceMappingURL=«a.map»*/'],
    ['with other comments after it', '/*# sourceMappingURL=«a.map» */ /* b */\n'],
    ['the last of several', '/*# sourceMappingURL=a.map *//*# sourceMappingURL=«b.map» */'],
    ['with a backslash, which is no escape here', '/*# sourceMappingURL=«a\\62.map» */'],
  ])('is found %s', (_, text) => {
    expect(mark(scanCss, withoutMarks(text))).toBe(text);
  });

  it.each([
    ['in front of rules', '/*# sourceMappingURL=a.map */a{}'],
    ['in a string', 'a{content:"/*# sourceMappingURL=a.map */'],
    ['with more than a URL', '/*# sourceMappingURL=a.map b */'],
    ['with nothing', '/*# sourceMappingURL= */'],
    ['with the map itself', '/*# sourceMappingURL=data:application/json,{} */'],
    ['in an open comment', '/*# sourceMappingURL=a.map'],
  ])('is not what stands %s', (_, text) => {
    expect(scanCss(text)).toEqual([]);
  });
});

it('need not exist, as many packages name one and do not ship it', () => {
  const kind = { url: 'a.map', need: 'source-map', bare: 'path' };
  expect(scanJs('//# sourceMappingURL=a.map')).toMatchObject([kind]);
  expect(scanCss('/*# sourceMappingURL=a.map */')).toMatchObject([kind]);
});

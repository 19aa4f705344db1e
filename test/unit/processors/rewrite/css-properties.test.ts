import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scanCss } from '../../../../src/processors/rewrite/css.ts';
import { SyntaxProblem } from '../../../../src/processors/rewrite/reference.ts';
import { readReferences } from '../../../support/css-reference.ts';
import { join, noise, placedOf, spelled } from '../../../support/pieces.ts';

const soup = fc
  .array(
    fc.constantFrom(
      ...['url(', 'URL(', 'u\\rl(', '"', "'", '\\', '\n', '\r\n', '\f', ' ', ')', '(', '[', ']'],
      ...[
        'a',
        '.png',
        '/*',
        '*/',
        '{',
        '}',
        ';',
        ':',
        '@import',
        '@layer',
        '@x',
        '#',
        '--x',
        '1e3',
      ],
      ...[
        'é',
        '😀',
        '<!--',
        '-->',
        '\\2e ',
        '\0',
        '\u007f',
        'src(',
        'image-set(',
        'b',
        '\\\n',
        ',',
      ],
      ...['url("c")', '"d.png"', 'image-set("e" 1x)', '@import "f";', 'behavior:', 'a{b:url(g)}'],
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

it('finds in any text what another tokenizer finds, or refuses the text', () => {
  fc.assert(
    fc.property(soup, (text) => {
      // A text that ends in a backslash is the one point where the two tokenizers differ by design.
      fc.pre(!text.endsWith('\\'));
      const expected = readReferences(text.replaceAll('\0', '\ufffd'));
      if (expected === undefined) expect(() => scanCss(text)).toThrow(SyntaxProblem);
      else expect(scanCss(text).map(({ url, need }) => ({ url, need }))).toEqual(expected);
    }),
    { numRuns: 1_500 },
  );
});

/** A character as it is where it may, and in the ways of writing it with an escape. */
const ways = (special: string) => (char: string) => {
  const hex = (char.codePointAt(0) ?? 0).toString(16);
  const escapes = [`\\${hex} `, `\\${hex}\r\n`, `\\${hex.padStart(6, '0')}\f`];
  if (!/[0-9a-f]/.test(char)) escapes.push(`\\${char}`);
  return special.includes(char) ? escapes : [char, char, char, ...escapes];
};
const inUrl = spelled(ways(` ()'"\\`));
const inDouble = spelled(ways('"\\'));
const inSingle = spelled(ways("'\\"));
const plain = fc.constantFrom;
const value = fc.oneof(
  fc.tuple(plain('url(', 'URL( ', 'url(\n\t'), inUrl, plain(')', ' )')),
  fc.tuple(
    plain('url("', 'url( "', 'src("', 'image-set("', 'image-set(url(#a) 1x,"'),
    inDouble,
    plain('" )'),
  ),
  fc.tuple(plain("url('", "src('", "-webkit-image-set('"), inSingle, plain("')", "' type('x'))")),
  fc.tuple(
    plain('/* url(a) " */', '"url(a)"', "'/*'", 'url(#x)', 'url(data:a)', 'url(a b)', '#fff '),
  ),
);
const declaration = fc
  .tuple(
    plain('b:', '--c:', 'background : ', 'src:'),
    fc.array(value, { maxLength: 3 }),
    plain(';', ' ;'),
  )
  .map(([name, values, end]) => [name, ...values.flat(), end]);
const block = fc
  .tuple(
    plain('a{', '@font-face{', '@media x{a{}', '@supports (b:url(c)){'),
    fc.array(declaration, { maxLength: 3 }),
  )
  .map(([begin, declarations]) => [begin, ...declarations.flat(), '}']);
const imports = fc.oneof(
  fc.tuple(plain('@import "', '@IMPORT/**/"'), inDouble, plain('";', '" layer(x);')),
  fc.tuple(
    plain('@import url("', '@import src("'),
    inDouble,
    plain('");', '") supports(b:url(c)) x;'),
  ),
  fc.tuple(plain('@import url( '), inUrl, plain(');', ')supports(b:url(c)) x;')),
  fc.tuple(plain('@charset "a";', '@namespace url(b);', '/*@import "c"*/', '<!--', '@x url(d);')),
);
const sheet = fc
  .tuple(fc.array(imports, { maxLength: 3 }), fc.array(block, { maxLength: 3 }))
  .map(([some, blocks]) => [...some.flat(), ...blocks.flat()])
  .map((all) => join(all.map((one) => (typeof one === 'string' ? noise(one) : one))));

it('finds the references of a stylesheet where they are, and nothing else', () => {
  fc.assert(
    fc.property(sheet, ({ text, references }) => {
      expect(placedOf(scanCss(text))).toEqual(references);
    }),
    { numRuns: 1_000 },
  );
});

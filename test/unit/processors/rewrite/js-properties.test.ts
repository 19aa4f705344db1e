import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scanJs } from '../../../../src/processors/rewrite/js.ts';
import { readReferences } from '../../../support/js-reference.ts';
import { join, noise, type Piece, placedOf, spelled } from '../../../support/pieces.ts';

/** A character as it is where it may, and in the ways of writing it with an escape. */
const ways = (quote: string) => (char: string) => {
  const hex = (char.codePointAt(0) ?? 0).toString(16);
  const escapes = [`\\u{${hex}}`];
  if (char.length === 1) escapes.push(`\\x${hex.padStart(2, '0')}`, `\\u${hex.padStart(4, '0')}`);
  if (!/[0-9b-fx]/.test(char)) escapes.push(`\\${char}`);
  return char === quote || char === '\\' ? escapes : [char, char, char, ...escapes];
};

type Text = readonly (string | Piece)[];
const plain = (...all: string[]) => fc.constantFrom(...all);
/** Texts and arbitrary pieces, one after another. */
const row = (...parts: readonly (string | fc.Arbitrary<string | Piece | Text>)[]) =>
  fc
    .tuple(...parts.map((one) => (typeof one === 'string' ? fc.constant(one) : one)))
    .map((all) => all.flat() as Text);
const list = (one: fc.Arbitrary<Text>) => fc.array(one, { maxLength: 3 }).map((all) => all.flat());

const string = fc.oneof(row('"', spelled(ways('"')), '"'), row("'", spelled(ways("'")), "'"));
const literal = fc.oneof(string, row('`', spelled(ways('`')), '`'));
const blank = plain('', '', ' ', '\n', '/* import("a") ` */', '// "\n');
const reference = fc.oneof(
  row('import', blank, '(', blank, literal, blank, plain(')', ',{with:{}})')),
  row(
    'new URL',
    plain('', ' '),
    '(',
    blank,
    literal,
    blank,
    ',',
    blank,
    'import.meta.url',
    blank,
    ')',
  ),
  row('import.meta', blank, '.resolve(', blank, literal, ')'),
);
const words = plain(
  ...['a', '1', '"import(\'b\')"', '\'new URL("c",import.meta.url)\'', '`import("d")`', '`\\``'],
  ...['/import("e")/g', '/[/"`]/', '/\\/"/', 'f.import("g")', 'h++', 'new URL("i")', '[]', '({})'],
  ...[
    'import(j+"k")',
    '(l)/2',
    'm/n',
    '/* import("o") */p',
    'q\n// import("r") "\n',
    'import.meta.env',
  ],
);
const { statement } = fc.letrec<{ expression: Text; statement: Text }>((tie) => {
  const expression = tie('expression');
  const block = row('{', list(tie('statement')), '}');
  return {
    expression: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'js' },
      words.map((one) => [one]),
      reference,
      row('(', expression, ')'),
      row('[', expression, ',', expression, ']'),
      row('(', expression, ')', blank, '/ 2 /', ' ', '(', expression, ')'),
      row('`a${', expression, '}"b${', expression, '}`'),
      row('c(', expression, ')'),
      row('(d={}/1,', expression, ')'),
      row('(function(){', list(tie('statement')), '})'),
      row('(e=>', block, ')'),
      row('/`"\'/.test(', expression, ')'),
      row('{f:', expression, ',g(){', list(tie('statement')), '}}').map((all) => [
        '(',
        ...all,
        ')',
      ]),
    ),
    statement: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'js' },
      row(expression, plain(';', '\n;')),
      row('if(', expression, ')/"/.test(1);'),
      row('if(', expression, ')', block, plain('', '/`/.test(2);')),
      row('while(', expression, ')/[`]/.exec(3);'),
      row('{function h()', block, plain('', '/"/.test(4);'), '}'),
      row(
        '{class I{static ',
        block,
        'j=',
        expression,
        ';import(){}}',
        plain('', '/"/.test(5)'),
        '}',
      ),
      row('for(;;)', block),
    ),
  };
});
const moduleItem = fc.oneof(
  statement,
  row('import', blank, string, ';'),
  row('import {}', blank, 'from', blank, string, plain(';', ' with {type:"json"};')),
  row('export * from', string, ';'),
);
const script = fc
  .tuple(list(moduleItem), list(moduleItem))
  .map((all) => join(all.flat().map((one) => (typeof one === 'string' ? noise(one) : one))));

it('finds the references of a script where they are, and nothing else, as a parser does', () => {
  fc.assert(
    fc.property(script, ({ text, references }) => {
      expect(placedOf(scanJs(text))).toEqual(references);
      expect(readReferences(text)?.map(({ url }) => url)).toEqual(references.map(({ url }) => url));
    }),
    { numRuns: 1_000 },
  );
});

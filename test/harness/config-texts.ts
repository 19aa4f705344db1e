import fc from 'fast-check';
import { canary, configValue, key, scalar } from './config-values.ts';

// Configs as files: written down, and then spoilt.

const json = configValue.map((value) => JSON.stringify(value, undefined, 1));

const yamlLine = fc
  .tuple(
    fc.constantFrom('', '  ', '    ', '\t', '- ', '? ', '<<: ', '&a ', '!!set '),
    key,
    fc.constantFrom(': ', ':', ' : ', ': &a ', ': *a', ': !!binary ', ': |\n  ', ': >-\n  ', ': ['),
    fc.oneof(
      scalar.map(String),
      fc.constantFrom('*a', '[*a, *a]', '{ a: 1', '"x', "'", '!<tag> x'),
    ),
  )
  .map((parts) => parts.join(''));
const yaml = fc.oneof(
  json,
  fc.array(yamlLine, { maxLength: 8 }).map((lines) => lines.join('\n')),
);

/** A little that becomes much. */
const bomb = fc
  .tuple(
    fc.constantFrom('[', '{"a":', '- ', '? ', 'a: &a ', '*a, ', '{*a : 1},', '"x",', '\n', '# '),
    fc.constantFrom('a: &a [x, x]\nb: [', '{"ignore": [', '', '[', '!!omap ['),
    fc.constantFrom(50, 5_000, 40_000, 120_000),
  )
  .map(([unit, head, count]) => head + unit.repeat(count));

const junk = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    `[s3]\nbucket = "assets"\nsecret = "${canary('file')}"\n[[rules]]\nmatch = '*'\n`,
    '; ini\nbucket=assets\n',
    '<config><bucket>assets</bucket></config>',
    '<<<<<<< HEAD\n{ "concurrency": 7 }\n=======\n{ "concurrency": 8 }\n>>>>>>> b\n',
    'from decouple import config\nAWS_LOCATION = config("AWS_LOCATION")\n',
    '\u0000\u0001\u0002PK\u0003\u0004',
    '',
  ),
);

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat({ max: 4 }),
  insert: fc.oneof(
    fc.constantFrom(...['', '"', "'", '{', '}', '[', ']', ',', ':', '\\', '\n', '\t', '//', '#']),
    fc.constantFrom(...['*a', '&a ', '!!x ', '<<: ', '\uFEFF', '\u001b', '\0', '\\u0000', 'None']),
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
});

/** A text after some slips of the hand. */
export function mutated(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(text, fc.oneof(fc.constant([]), fc.array(edit, { maxLength: 3 })))
    .map(([whole, edits]) =>
      edits.reduce((now, { at, remove, insert }) => {
        const start = Math.floor(at * now.length);
        return now.slice(0, start) + insert + now.slice(start + remove);
      }, whole),
    );
}

export const jsonText = fc.oneof(
  { weight: 12, arbitrary: mutated(json) },
  { weight: 2, arbitrary: junk },
  { weight: 1, arbitrary: bomb },
);
export const yamlText = fc.oneof(
  { weight: 12, arbitrary: mutated(yaml) },
  { weight: 2, arbitrary: junk },
  { weight: 1, arbitrary: bomb },
);

const statements = [
  ...["console.log('hi', process.env);", 'console.error(process.env.MY_SECRET);'],
  ...['setInterval(() => {}, 5);', 'await new Promise(() => {});', 'debugger;'],
  ...['throw new Error(process.env.MY_SECRET);', 'throw null;', "import './no.mjs';"],
  ...['process.exit(0);', 'process.exitCode = 1;', 'process.abort();', "process.chdir('/');"],
  ...["process.kill(process.pid, 'SIGKILL');", "process.on('exit', () => { throw 1; });"],
  ...[
    'Object.prototype.polluted = 1;',
    'delete globalThis.process;',
    'Array.isArray = () => true;',
  ],
  ...["import fs from 'node:fs'; fs.writeSync(1, 'hi\\n');", "Promise.reject(new Error('lost'));"],
  ...['globalThis.JSON = undefined;', "import fs from 'node:fs'; fs.writeSync(3, '{}\\n');"],
];
const exported = fc.oneof(
  configValue.map((value) => JSON.stringify(value)),
  fc.constantFrom(
    ...['() => ({})', 'Promise.resolve({})', 'new Map()', 'undefined', 'null', '[]', '5n'],
    ...['{ ignore: [() => 1] }', '{ get s3() { throw 1; } }', 'new Array(4e9)', 'Symbol()'],
    ...['{ s3: new (class A { bucket = "x" })() }', '{ concurrency: NaN }', 'new Proxy({}, {})'],
    ...['(() => { const a = {}; a.s3 = a; return a; })()', '"x".repeat(2e6)'],
  ),
);

/** A config that is a program. */
export const moduleText = mutated(
  fc
    .tuple(fc.subarray(statements, { maxLength: 2 }), exported)
    .map(([some, value]) => `${some.join('\n')}\nexport default ${value};\n`),
);

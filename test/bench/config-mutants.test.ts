import { describe, expect, it } from 'vitest';
import { isCaught, type Mutant } from '../harness/mutants.ts';

const unit = (name: string) => `test/unit/config/${name}.test.ts`;
const integration = (name: string) => `test/integration/${name}.test.ts`;

interface Case extends Mutant {
  readonly tests: readonly string[];
}

const mutant = (name: string, test: string, file: string, from: string, to: string): Case => ({
  name,
  file,
  edits: [[from, to]],
  tests: [test],
});

const evaluate = 'src/config/evaluate.ts';
const cases: Case[] = [
  mutant('no time limit', unit('evaluate'), evaluate, 'atExit(), timeUp]', 'atExit()]'),
  mutant(
    'goes on when the run is stopped',
    unit('evaluate'),
    evaluate,
    '...(signal && { signal }),',
    '',
  ),
  mutant(
    'waits for whoever holds the pipes',
    unit('evaluate'),
    evaluate,
    'await Promise.race([closed, after(grace, undefined)])',
    'await closed',
  ),
  mutant(
    'lets the config print by itself',
    unit('evaluate'),
    evaluate,
    "stdio: ['ignore', 'pipe', 'pipe', 'pipe']",
    "stdio: ['ignore', 'inherit', 'pipe', 'pipe']",
  ),
  mutant(
    'takes any size of export',
    unit('evaluate'),
    evaluate,
    'const longestAnswer = 4 *',
    'const longestAnswer = 4000 *',
  ),
  mutant(
    'does not see what callbacks throw',
    unit('evaluate'),
    'bin/evaluate-config.js',
    "process.on('uncaughtException'",
    "process.on('uncaughtThing'",
  ),
  mutant(
    'does not say that memory ran out',
    unit('evaluate'),
    'bin/evaluate-config.js',
    'if (tooMuch && !alone) writeFileSync',
    'if (!tooMuch && !alone) String',
  ),
  mutant(
    'packs every hole of a list',
    unit('evaluate'),
    'bin/evaluate-config.js',
    'i < from.length && left >= 0',
    'i < from.length',
  ),
  mutant(
    'takes a function for a config',
    unit('file'),
    'src/config/exported.ts',
    "typeof exported === 'function'",
    "typeof exported === 'never'",
  ),
  mutant(
    'no limit of size',
    unit('file'),
    'src/config/readable.ts',
    'found.size > largestFile',
    'found.size < 0',
  ),
  mutant(
    'no limit of size for YAML',
    unit('bombs'),
    'src/config/loaders.ts',
    'text.length > largestYaml',
    'text.length < 0',
  ),
  mutant(
    'no limit of aliases',
    unit('bombs'),
    'src/config/loaders.ts',
    'aliases.length > mostAliases',
    'aliases.length < 0',
  ),
  mutant(
    'a hundred times as many values',
    unit('bombs'),
    'src/config/plain.ts',
    'mostValues = 10_000',
    'mostValues = 1_000_000',
  ),
  mutant(
    'no limit of depth',
    unit('bombs'),
    'src/config/plain.ts',
    'path.length > deepest',
    'path.length < 0',
  ),
  mutant(
    'copies into objects with a prototype',
    unit('bombs'),
    'src/config/plain.ts',
    'Object.create(null) as PlainObject',
    '{} as PlainObject',
  ),
  mutant(
    'quotes what is no YAML',
    unit('file'),
    'src/config/loaders.ts',
    'reason.split(/["!]|: /)',
    '[reason]',
  ),
  mutant(
    'takes control characters',
    unit('control'),
    'src/config/values.ts',
    '/\\p{Cc}/u.test(text)',
    'text === "\\0\\0"',
  ),
  mutant(
    'takes them in credentials',
    unit('control'),
    'src/config/credentials.ts',
    'parts.filter((one) => !isPrintable(one))',
    'parts.filter(() => false)',
  ),
  mutant(
    'repeats what was meant to be a credential',
    unit('check'),
    'src/config/check.ts',
    'path.some(isCredential)',
    'path.includes("never")',
  ),
  mutant(
    'looks above the project root',
    integration('config-files'),
    'src/config/file.ts',
    'dir !== root && dirname(dir) !== dir;',
    'dirname(dir) !== dir;',
  ),
  mutant(
    'reads .env above the project root',
    unit('file'),
    'src/config/layers.ts',
    'isInside(beside, projectRoot) ?',
    'beside !== "" ?',
  ),
  mutant(
    'passes over links to nothing',
    integration('config-files'),
    'src/config/readable.ts',
    "code === 'ENOENT' && (await isLink(path))",
    "code === 'never' && (await isLink(path))",
  ),
  mutant(
    'opens whatever is there',
    integration('config-files'),
    'src/config/readable.ts',
    'if (!found.isFile())',
    'if (found.isDirectory())',
  ),
  mutant(
    'prints what a config prints among the results',
    integration('canaries.mocked'),
    'src/commands/flags.ts',
    'io.stderr.write(text);',
    'io.stdout.write(text);',
  ),
  mutant(
    'does not know the secrets of .env yet',
    integration('canaries.mocked'),
    'src/config/index.ts',
    'input.hide?.(valuesToHide(secretsIn(dotenv?.variables ?? [])));',
    'void dotenv;',
  ),
  mutant(
    'shows nothing beside the problems',
    integration('config-files'),
    'src/commands/config.ts',
    'io.stdout.write(flags.json',
    'if (error === undefined) io.stdout.write(flags.json',
  ),
];

describe('R22: the door of the configuration, broken on purpose', () => {
  it.each(cases)('$name: caught', { timeout: 120_000 }, async ({ tests, ...one }) => {
    expect(await isCaught(one, tests)).toBe(true);
  });
});

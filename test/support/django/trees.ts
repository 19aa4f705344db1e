import { createRandom, type Random } from '../../harness/random.ts';
import { oddReference, referenceTo } from './references.ts';
import { cssStatement, jsStatement } from './statements.ts';

/** Files as lists of pieces, which are easier to make smaller than texts. */
export interface Tree {
  readonly files: Readonly<Record<string, readonly (string | Buffer)[]>>;
  readonly staticUrl: string;
}

const directories = [
  '',
  'css',
  'js',
  'img',
  'a',
  'a/b',
  'a/b/c',
  'a/b/c/d',
  'fönts',
  'sp ace',
  '⊗/😀',
];
const stems = [
  'app',
  'x',
  'main',
  'é',
  'a b',
  '⊗',
  "it's",
  'a;b',
  'a+b',
  'a&b=c',
  '_',
  'A',
  'a..b',
  '.hidden',
  'b(1)',
  '@2x',
  '[x]',
  '"q"',
  'import',
  'from',
];
const endings = [
  '.css',
  '.css',
  '.css',
  '.js',
  '.js',
  '.js',
  '.png',
  '.svg',
  '.map',
  '.css.map',
  '',
  '.mjs',
  '.CSS',
  '.min.js',
  '.eot',
];

/** The tree of a seed. Most refer to files that are there, and in one direction, so that Django accepts them. */
export function randomTree(seed: number): Tree {
  const random = createRandom(seed);
  const staticUrl = random.pick([
    '/static/',
    '/static/',
    '/static/',
    '/',
    'https://cdn.example/s/',
  ]);
  const names = random.below(6) === 0 ? chainNames(random) : randomNames(random);
  const isChain = names[0]?.includes('link') === true;
  const files = names.map((name, place): [string, (string | Buffer)[]] => {
    const targets = isChain ? names.slice(place + 1, place + 2) : names.slice(place + 1);
    return [name, contents(random, { name, targets, names, staticUrl })];
  });
  return { files: Object.fromEntries(files), staticUrl };
}

function randomNames(random: Random): readonly string[] {
  const count = 3 + random.below(10);
  const few = Array.from({ length: 3 }, () => random.pick(directories));
  const names = Array.from({ length: count }, () => {
    const directory = random.pick(few);
    const name = random.pick(stems) + random.pick(endings);
    return directory === '' ? name : `${directory}/${name}`;
  });
  return [...new Set(names)].filter((name) => !names.some((other) => other.startsWith(`${name}/`)));
}

/** Up to eight files of which each refers to the next, going down, up or back and forth. */
function chainNames(random: Random): readonly string[] {
  const ending = random.pick(['.css', '.js']);
  const count = 2 + random.below(7);
  const way = random.below(3);
  return Array.from({ length: count }, (_, i) => {
    const depth = [i, count - i, (i * 3) % 5][way] ?? 0;
    return `${'d/'.repeat(depth)}link${i}${ending}`;
  });
}

interface Place {
  readonly name: string;
  /** Files that may be referred to without making a circle. */
  readonly targets: readonly string[];
  readonly names: readonly string[];
  readonly staticUrl: string;
}

function contents(random: Random, place: Place): (string | Buffer)[] {
  const { name, targets, names } = place;
  const statement = name.endsWith('.js') ? jsStatement : cssStatement;
  const count = name.includes('link') ? 1 : random.below(7);
  const pieces: (string | Buffer)[] = Array.from({ length: count }, () => {
    const url = targets.length > 0 ? reference(random, place) : oddReference(random, names);
    return statement(random, url) + random.pick(['', '\n', ' ', '\r\n', '/* é⊗😀 */', '"', '// ']);
  });
  if (random.below(12) === 0) pieces.unshift('\ufeff');
  if (random.below(150) === 0) pieces.push(Buffer.from([0xc3, 0x28]));
  return [...pieces, `/* ${random.below(1000)} */`];
}

function reference(random: Random, { name, targets, names, staticUrl }: Place): string {
  const chance = random.below(60);
  if (chance < 8 && !name.includes('link')) return oddReference(random, names);
  const any = chance === 8 ? names : targets;
  return referenceTo(random, name, random.pick(any), staticUrl);
}

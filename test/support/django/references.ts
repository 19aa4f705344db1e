import type { Random } from '../../harness/random.ts';

/** A way to name one file from another, ordinary or odd. */
export function referenceTo(
  random: Random,
  from: string,
  target: string,
  staticUrl: string,
): string {
  const path = encoded(random, pathTo(random, from, target, staticUrl));
  switch (random.below(14)) {
    case 0:
      return `${path}?v=${random.below(3)}`;
    case 1:
      return `${path}#frag`;
    case 2:
      return `${path}?#iefix`;
    case 3:
      return `${path}?a=b#c/d.css`;
    case 4:
      return `${path}#../x/y%20z`;
    case 5:
      return random.pick([
        `${path} `,
        ` ${path}`,
        `${path}?`,
        `${path}?u=/z`,
        `${path}%20`,
        `${path};#p`,
      ]);
    default:
      return path;
  }
}

function pathTo(random: Random, from: string, target: string, staticUrl: string): string {
  const here = from.split('/').slice(0, -1);
  const there = target.split('/');
  let common = 0;
  while (common < here.length && here[common] === there[common] && random.below(8) > 0) common += 1;
  const relative = [...here.slice(common).map(() => '..'), ...there.slice(common)].join('/');
  switch (random.below(12)) {
    case 0:
      return `./${relative}`;
    case 1:
      return relative.replace('/', '//');
    case 2:
      return relative.replace('/', '/./');
    case 3:
      return `nowhere/../${relative}`;
    case 4:
    case 5:
      return staticUrl.startsWith('/') ? `${staticUrl}${target}` : relative;
    case 6:
      return `./../${[...here.slice(-1), ''].join('/')}${relative}`;
    case 7:
      return random.below(4) === 0 ? relative.replaceAll('/', '\\') : relative;
    default:
      return relative;
  }
}

/** Percent signs here and there: for what needs them, for what does not, twice. */
function encoded(random: Random, path: string): string {
  switch (random.below(10)) {
    case 0:
      return encodeURI(path);
    case 1:
      return encodeURI(path).toLowerCase() === path ? path.replace('a', '%61') : encodeURI(path);
    case 2:
      return path.replace(/[a-z](?=[^/]*$)/, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
    case 3:
      return random.below(4) === 0 ? path.replace('.', '%252e') : path;
    default:
      return path;
  }
}

/** References that Django leaves alone or re-emits, and once in a while one that it refuses. */
export function oddReference(random: Random, names: readonly string[]): string {
  const refused = [
    'var(--x)',
    'DATA:x',
    'moz-extension://x/y',
    'missing.png',
    '../../../up.css',
    '..',
    'lodash',
  ];
  if (random.below(40) === 0) return random.pick(refused);
  // A directory, from the root and from a file in it.
  const directory = random.pick(names).split('/').slice(0, -1).join('/');
  const directories = [
    '.',
    './',
    `/static/${directory}`,
    '/static/',
    '/static//',
    `/${directory}/`,
  ];
  if (random.below(3) === 0) return random.pick(directories);
  return random.pick([
    'data:image/png;base64,iVBORw0KGgo=',
    'data:image/svg+xml;charset=utf8,%3Csvg xmlns=%27http://www.w3.org/2000/svg%27%3E',
    'http://example.com/a.png',
    'https://example.com/a.css?x#y',
    '//example.com/a.js',
    '/other/a.png',
    'chrome://foo',
    '#default#VML',
    '#x',
    '',
  ]);
}

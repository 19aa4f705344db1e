import type { Random } from './random.ts';

/** Where a URL stands: it decides which characters may stand there as they are. */
export type Place = 'attribute' | 'srcset' | 'css' | 'js';

/** A URL that leads from a document to a file of the site, in one of the many ways to say so. */
export function spellUrl(
  random: Random,
  from: string,
  to: string,
  options: { base: string; place: Place },
): string {
  const { base, place } = options;
  const path =
    random.below(5) === 0
      ? `${base}${spellPath(random, to, place)}`
      : relative(random, from, to, place);
  return `${path}${random.pick(suffixes)}`;
}

const suffixes = ['', '', '', '', '?v=1', '#part', '?a&b=c', '?#iefix', '?v=1#a/b.c', '?../x'];

function relative(random: Random, from: string, to: string, place: Place): string {
  const here = from.split('/').slice(0, -1);
  const there = to.split('/');
  let shared = 0;
  while (shared < here.length && shared < there.length - 1 && here[shared] === there[shared])
    shared += 1;
  // A detour: out of a directory that both are in, and back.
  if (shared > 0 && random.below(6) === 0) shared -= 1;
  const ups = Array.from({ length: here.length - shared }, () =>
    random.below(20) === 0 ? '%2E.' : '..',
  );
  const downs = spellPath(random, there.slice(shared).join('/'), place);
  // Without dots in front a module is a package.
  const isPackage = place === 'js' && ups[0] !== '..';
  const dot = isPackage || random.below(3) === 0 ? './' : '';
  return `${dot}${[...ups, downs].join('/')}`;
}

function spellPath(random: Random, path: string, place: Place): string {
  const spell = random.pick([encodeURIComponent, encodeLittle(place), encodeMuch(random)]);
  return path.split('/').map(spell).join('/');
}

/** Only what would mean something else in a URL, or in this place. */
function encodeLittle(place: Place): (segment: string) => string {
  const special = place === 'srcset' ? /[%?#\\:\s,()]/g : /[%?#\\:]|^\s|\s$/g;
  return (segment) => segment.replace(special, (char) => encodeURIComponent(char));
}

/** Also letters and dots that need not be, and in lower case. */
function encodeMuch(random: Random): (segment: string) => string {
  return (segment) =>
    encodeURIComponent(segment).replace(/%[\dA-F]{2}|[a-z.]/g, (char) => {
      if (char.startsWith('%')) return char.toLowerCase();
      return random.below(4) === 0 ? `%${char.charCodeAt(0).toString(16)}` : char;
    });
}

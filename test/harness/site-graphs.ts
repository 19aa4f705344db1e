import { createRandom, type Random } from './random.ts';
import { writers } from './site-files.ts';
import { type Place, spellUrl } from './site-urls.ts';

export interface SiteGraph {
  /** Key → content. */
  readonly files: ReadonlyMap<string, string>;
  /** How many references the files hold, each to one of them. */
  readonly references: number;
}

/**
 * A site of up to 14 files that refer to each other: in circles, to themselves, with queries and fragments, up and down
 * directories, by names that need encoding. Every reference leads to a file. The same seed makes the same site.
 */
export function makeSiteGraph(seed: number, base = '/static/'): SiteGraph {
  const random = createRandom(seed);
  const names = makeNames(random);
  const files = new Map<string, string>();
  let references = 0;
  for (const name of names) {
    const write = writers[extensionOf(name)];
    const moved = name.endsWith('.html') && random.below(8) === 0 ? random.pick(names) : undefined;
    const next = (place: Place) => {
      references += 1;
      return spellUrl(random, moved ?? name, random.pick(names), { base, place });
    };
    const text = write?.(random, random.below(5), next) ?? `bytes ${random.below(1e9)}`;
    files.set(
      name,
      moved === undefined ? text : `<base href="${base}${encodePath(moved)}">${text}`,
    );
  }
  return { files, references };
}

function makeNames(random: Random): string[] {
  const dirs = [''];
  const names: string[] = [];
  const count = 2 + random.below(13);
  for (let i = 0; i < count; i += 1) {
    if (random.below(3) === 0) dirs.push(`${random.pick(dirs)}${random.pick(words)}${i}d/`);
    names.push(`${random.pick(dirs)}${random.pick(words)}${i}${random.pick(extensions)}`);
  }
  return names;
}

const words = [
  ...['a', 'b', 'B', '_', 'v1.2', 'img.min', 'x y', ' x', 'ä', '日本', '😀', "o'clock", '(1)'],
  ...['a&b', 'a,b', 'a+b', 'a:b', 'a?b', 'a\\b', '#1', '100%'],
];

const extensions = [
  ...['.css', '.css', '.js', '.js', '.mjs', '.html', '.html', '.svg', '.svg'],
  ...['.png', '.PNG', '.woff2', '.webmanifest', ''],
];

function encodePath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/').replaceAll("'", '%27');
}

function extensionOf(name: string): string {
  return /\.([^./]+)$/.exec(name)?.[1] ?? '';
}

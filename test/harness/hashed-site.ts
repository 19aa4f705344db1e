import { writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { main } from '../../src/cli.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { checkLinks, readHashedTree, type Tree } from './link-checker.ts';
import { createRandom } from './random.ts';
import { makeSiteGraph } from './site-graphs.ts';

/** What became of a site: its files by key, and the key of each name. */
interface Hashed {
  readonly tree: Tree;
  readonly keys: ReadonlyMap<string, string>;
}

/**
 * Collects a random site under hashed names alone, changes one of its files and collects it again. Every reference
 * leads to a file, each file is its source once the hashes are taken out, and no key ever stands for two contents.
 * @throws where that is not so
 */
export async function checkHashedSite(seed: number): Promise<void> {
  const { files, references } = makeSiteGraph(seed);
  const site = await createSite({
    'collect.config.json': JSON.stringify({ hash: { keep: 'hashed' } }),
    ...Object.fromEntries([...files].map(([name, text]) => [`static/${name}`, text])),
  });
  try {
    const before = await collect(site, 'before');
    judge(before, files, references);
    const [name, text] = changed(seed, files);
    await writeFile(site.path('static', ...name.split('/')), text);
    const after = await collect(site, 'after');
    judge(after, new Map([...files, [name, text]]), references);
    if (before.keys.get(name) === after.keys.get(name) && !isFixed(name)) {
      throw new Error(`${name} has changed, and its key has not`);
    }
    for (const [key, bytes] of after.tree) {
      const old = before.tree.get(key);
      if (old === undefined || isFixed(key)) continue;
      if (!isDeepStrictEqual(old, bytes)) throw new Error(`${key} stands for two contents`);
    }
  } finally {
    await site.remove();
  }
}

async function collect(site: Site, to: string): Promise<Hashed> {
  const io = createFakeIo(['--to', to], { cwd: site.dir });
  const code = await main(io);
  if (code !== 0) throw new Error(`exit ${code}: ${io.err()}`);
  const stored = readHashedTree(site.path(to));
  const manifest = String(stored.get('staticfiles.json'));
  const { paths } = JSON.parse(manifest) as { paths: Readonly<Record<string, string>> };
  for (const own of ['staticfiles.json', 'assets.json']) stored.delete(own);
  return { tree: stored, keys: new Map(Object.entries(paths)) };
}

function judge({ tree, keys }: Hashed, files: ReadonlyMap<string, string>, references: number) {
  const { broken, unreadable, resolved } = checkLinks(tree, '/static/');
  const links = { broken, unreadable, resolved };
  if (!isDeepStrictEqual(links, { broken: [], unreadable: [], resolved: references })) {
    throw new Error(`of ${references} references: ${JSON.stringify(links)}`);
  }
  const renamed = [...keys].filter(([name]) => !isFixed(name));
  for (const [name, text] of files) {
    const key = keys.get(name) ?? name;
    if ((key === name) !== isFixed(name)) throw new Error(`${name} is stored as ${key}`);
    const bytes = tree.get(key);
    if (bytes === undefined) throw new Error(`${key} is not there`);
    if (withoutHashes(bytes, renamed) !== text)
      throw new Error(`${key} is not ${name} with hashes`);
  }
  if (tree.size !== files.size) throw new Error(`${tree.size} files of ${files.size}`);
}

/** Takes out what the keys have more than the names, wherever it stands. */
function withoutHashes(
  bytes: Uint8Array | string,
  renamed: readonly (readonly [name: string, key: string])[],
): string {
  let text = String(bytes);
  for (const [name, key] of renamed) text = text.replaceAll(addition(name, key), '');
  return text;
}

/** ".0123456789ab" of "a.0123456789ab.css" */
function addition(name: string, key: string): string {
  const found = /\.[\da-f]{12}(?=(?:\.[^./]*)?$)/.exec(key)?.[0] ?? '';
  if (found === '' || key.replace(found, '') !== name) throw new Error(`${name} became ${key}`);
  return found;
}

function changed(seed: number, files: ReadonlyMap<string, string>): readonly [string, string] {
  const [name, text] = createRandom(seed + 1e9).pick([...files]);
  if (/\.(?:html|svg)$/.test(name)) return [name, `${text}<!-- changed -->`];
  if (/\.(?:css|m?js)$/.test(name)) return [name, `${text}/* changed */`];
  return [name, `${text}\n`];
}

/** Names that people and browsers know: they stay. */
function isFixed(name: string): boolean {
  return /\.(?:html|webmanifest)$/.test(name);
}

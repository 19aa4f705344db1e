import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { readContent } from '../content.ts';
import { findFile } from '../open-file.ts';
import type { FoundFiles } from '../find.ts';
import { joinKey } from '../keys.ts';

/** A file that a bundler made, and what it was made of. */
type Pair = readonly [logical: string, made: string];

/** Larger ones are something else. */
const largest = 32 * 1024 * 1024;

/**
 * Names that carry a hash already, as the bundler itself says in its manifest: Vite, webpack (webpack-manifest-plugin,
 * webpack-assets-manifest), Sprockets and Propshaft. Never guessed from looks: `main.20240101.js` may be a date.
 */
export async function namesHashedByBundler(
  { files, leftOut }: Pick<FoundFiles, 'files' | 'leftOut'>,
  base: string,
): Promise<ReadonlySet<string>> {
  const names = new Set(files.map(({ name }) => name));
  const hashed = new Set<string>();
  for (const { folder, path } of await findManifests(files, leftOut)) {
    for (const [logical, made] of pairsOf(await readJson(path))) {
      if (basenameOf(logical) === basenameOf(made)) continue; // the bundler was told not to hash
      const name = placesOf(folder, made, base).find((place) => names.has(place));
      if (name !== undefined) hashed.add(name);
    }
  }
  return hashed;
}

interface Manifest {
  /** Name of the directory that its paths count from. */
  readonly folder: string;
  readonly path: string;
}

async function findManifests(
  files: FoundFiles['files'],
  leftOut: FoundFiles['leftOut'],
): Promise<Manifest[]> {
  const plain = files.flatMap(({ name, content }) =>
    content.kind === 'file' && /^(?:asset-|assets-)?manifest\.json$/.test(basenameOf(name))
      ? [{ folder: folderOf(name), path: content.path }]
      : [],
  );
  const hidden: Manifest[] = [];
  for (const { name, path, source } of leftOut) {
    const folder = joinKey(source.prefix, folderOf(name));
    const basename = basenameOf(name);
    if (/^\.(?:sprockets-manifest-[\w-]+|manifest)\.json$/.test(basename)) {
      hidden.push({ folder, path });
    } else if (basename === '.vite' && (await lstat(path)).isDirectory()) {
      hidden.push({ folder, path: join(path, 'manifest.json') });
    }
  }
  return [...plain, ...hidden];
}

/** Undefined for what is absent, too large or no JSON: then it is none of the manifests that we know. */
async function readJson(path: string): Promise<unknown> {
  const file = await findFile(path).catch(() => undefined);
  if (file === undefined || file.size > largest) return undefined;
  try {
    return JSON.parse((await readContent({ kind: 'file', ...file })).toString()) as unknown;
  } catch {
    return undefined;
  }
}

function pairsOf(manifest: unknown): Pair[] {
  if (!isObject(manifest)) return [];
  // Sprockets: { "files": { made: { "logical_path": … } }, "assets": { logical: made } }; others: { logical: made }
  const { assets, files } = manifest;
  const entries = isObject(assets) && isObject(files) ? assets : manifest;
  return Object.entries(entries).flatMap(([logical, entry]) => pairsOfEntry(logical, entry));
}

function pairsOfEntry(logical: string, entry: unknown): Pair[] {
  if (typeof entry === 'string') return [[logical, entry]];
  if (!isObject(entry)) return [];
  // Propshaft: digested_path; webpack-assets-manifest: src; Vite: file, and what it brings along
  const { digested_path: digested, src, file, css, assets } = entry;
  if (typeof digested === 'string') return [[logical, digested]];
  if (typeof file !== 'string') return typeof src === 'string' ? [[logical, src]] : [];
  const source = typeof src === 'string' ? src : logical;
  if (plainNameOf(source) === plainNameOf(file)) return [];
  const brought = [css, assets].flatMap((list): unknown[] => (Array.isArray(list) ? list : []));
  return [
    [source, file],
    ...brought.flatMap((made): Pair[] => (typeof made === 'string' ? [['', made]] : [])),
  ];
}

/** `src/main.ts` and `assets/main.js` are the same but for what a compiler does. */
function plainNameOf(path: string): string {
  return basenameOf(path).replace(/\.\w+$/, '');
}

/** Where a path of a manifest may lie among the sources: beside it, or below the URL that the bundler was told. */
function placesOf(folder: string, made: string, base: string): string[] {
  const path = made.replace(/^(?:auto)?\/+/, '');
  const below = made.startsWith(base) ? made.slice(base.length) : path;
  return [joinKey(folder, path), path, below];
}

function basenameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function folderOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { readContent } from '../content.ts';
import { findFile } from '../open-file.ts';
import type { FoundFiles } from '../find.ts';
import { joinKey } from '../keys.ts';

/** Larger ones are something else. */
const largest = 32 * 1024 * 1024;

/**
 * Names that carry a hash already, as the bundler itself says in its manifest: Vite, webpack (webpack-manifest-plugin,
 * webpack-assets-manifest), Sprockets and Propshaft. Never guessed from looks: `main.20240101.js` may be a date.
 */
export async function namesHashedByBundler(
  found: Found,
  base: string,
): Promise<ReadonlySet<string>> {
  const names = new Set(found.files.map(({ name }) => name));
  const hashed = new Set<string>();
  for (const { folder, path } of await findManifests(found)) {
    for (const made of madeIn(await readJson(path))) {
      if (!hasHash(basenameOf(made))) continue; // the bundler was told not to hash, or it is no manifest of one
      const name = placesOf(folder, made, base).find((place) => names.has(place));
      if (name !== undefined) hashed.add(name);
    }
  }
  return hashed;
}

type Found = Pick<FoundFiles, 'files' | 'ignored'>;

interface Manifest {
  /** Name of the directory that its paths count from. */
  readonly folder: string;
  readonly path: string;
}

/** Published or not: whoever leaves a manifest out has no less hashed names in it. */
async function findManifests({ files, ignored }: Found): Promise<Manifest[]> {
  const published = files.flatMap(({ name, content }) =>
    content.kind === 'file' ? [{ name, path: content.path }] : [],
  );
  const leftOut = ignored.map(({ name, path, source }) => {
    return { name: joinKey(source.prefix, name), path };
  });
  const manifests: Manifest[] = [];
  for (const { name, path } of [...published, ...leftOut]) {
    const folder = folderOf(name);
    const basename = basenameOf(name);
    if (manifestNames.test(basename)) {
      // Vite's counts from the directory above.
      manifests.push({ folder: basenameOf(folder) === '.vite' ? folderOf(folder) : folder, path });
    } else if (basename === '.vite' && (await lstat(path)).isDirectory()) {
      manifests.push({ folder, path: join(path, 'manifest.json') });
    }
  }
  return manifests;
}

const manifestNames =
  /^(?:\.sprockets-manifest-[\w-]+|\.manifest|(?:asset-|assets-)?manifest)\.json$/;

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

/** Paths of the files that a bundler says it made. */
function madeIn(manifest: unknown): string[] {
  if (!isObject(manifest)) return [];
  // Sprockets: { "files": { made: { "logical_path": … } }, "assets": { logical: made } }; Create React App: { "files":
  // { logical: made }, "entrypoints": […] }; others: { logical: made }
  const { assets, files, entrypoints } = manifest;
  const ofApp = Array.isArray(entrypoints) ? files : undefined;
  const entries = isObject(assets) && isObject(files) ? assets : (ofApp ?? manifest);
  return isObject(entries) ? Object.values(entries).flatMap(madeBy) : [];
}

function madeBy(entry: unknown): string[] {
  if (typeof entry === 'string') return [entry];
  if (!isObject(entry)) return [];
  // Propshaft: digested_path; webpack-assets-manifest: src; Vite: file, and what it brings along
  const { digested_path: digested, src, file, css, assets } = entry;
  const made = typeof file === 'string' ? [file, css, assets].flat() : [digested ?? src];
  return made.filter((path) => typeof path === 'string');
}

/**
 * Whether there is a hash in the name of a file that a bundler made, for not every bundler hashes every file: between dots or
 * at the end of such a part, hexadecimal (webpack, Sprockets, Propshaft) or eight characters (Vite), and no word. A hash that
 * is taken for a word is hashed once more; a word taken for a hash would be kept by browsers for a year.
 */
function hasHash(basename: string): boolean {
  const parts = basename.split('.').slice(0, -1);
  return parts.some((part, i) => {
    const end = /[-_]([0-9a-f]{7,}|[\w-]{8})$/.exec(part)?.[1];
    if (end !== undefined && !isWord(end)) return true;
    if (i === 0) return /^[0-9a-f]{16,}$/.test(part);
    return /^(?:[0-9a-f]{7,}|[\w-]{8})$/.test(part) && !isWord(part);
  });
}

function isWord(text: string): boolean {
  return !/\d/.test(text) && !(/[a-z]/.test(text) && /[A-Z]/.test(text));
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

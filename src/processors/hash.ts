import { sourceOf } from '../content.ts';
import type { Digester } from '../digest.ts';
import { CollectError } from '../errors.ts';
import { detailsOf } from '../explanations/index.ts';
import type { FoundFiles } from '../find.ts';
import { joinKey, longestObjectKey } from '../keys.ts';
import type { Config, StaticFile, Warning } from '../types.ts';
import { configuredUrl } from '../url.ts';
import { judgeFates, unwrittenOf, type Fate } from './fates.ts';
import { manifestNames } from './manifests.ts';
import { judgeReferences } from './missing.ts';
import { rewriteAsDjango } from './rewrite/as-django.ts';
import { rewriteModern, type Rewriting, type Rewritten } from './rewrite/modern.ts';
import { createResolve } from './rewrite/resolve.ts';
import { createScannerFor } from './rewrite/scanners.ts';
import type { Unwritten } from './rewrite/texts.ts';
import { namesInTexts, namesStillNamed } from './still-named.ts';

export interface HashDependencies {
  readonly digester: Digester;
  readonly signal?: AbortSignal | undefined;
}

export interface Hashed {
  readonly files: readonly StaticFile[];
  readonly warnings: readonly Warning[];
  /** Name → key: what the manifest says. */
  readonly keys: ReadonlyMap<string, string>;
}

/**
 * Adds a copy of each file under a name with a hash of its content, and rewrites the references between them. @throws CollectError exit 4: references to missing files, texts that cannot be rewritten, all at once
 */
export async function hashFiles(
  found: Pick<FoundFiles, 'files' | 'ignored'>,
  config: Config,
  { digester, signal }: HashDependencies,
): Promise<Hashed> {
  refuseManifestNames(found.files);
  const fates = await judgeFates(found, config);
  const unwritten = unwrittenOf(found.files, fates);
  const rewriting = await rewrite(unwritten, config, { digester, signal });
  const pathOf = new Map(found.files.map(({ name, content }) => [name, sourceOf(content)?.path]));
  const warnings = judgeReferences(rewriting, config.hash.onMissing, (name) => pathOf.get(name));
  const kept =
    config.hash.keep === 'hashed' ? await needed(unwritten, rewriting, signal) : undefined;
  const files = found.files.flatMap((file) =>
    publish(file, rewriting.files.get(file.name), { fate: fates.get(file.name), kept }),
  );
  const keys = new Map(
    found.files.map(({ name }) => [name, rewriting.files.get(name)?.key ?? name]),
  );
  const distinct = await withoutTwins(files, digester);
  refuseLongKeys(distinct, config);
  return { files: distinct, warnings, keys };
}

function rewrite(
  files: readonly Unwritten[],
  config: Config,
  { digester, signal }: HashDependencies,
): Promise<Rewriting> {
  const { engine, jsModules } = config.hash;
  if (engine !== 'modern') {
    const options = { digester, signal, staticUrl: config.url.base };
    return rewriteAsDjango(files, { engine, jsModules }, options);
  }
  const resolve = createResolve(basesOf(config));
  return rewriteModern(files, {
    digester,
    resolve,
    scannerFor: createScannerFor(config.hash),
    signal,
  });
}

/** The URLs that files have, the one that they find each other under first. */
export function basesOf({ url, s3 }: Config): string[] {
  const configured = configuredUrl(url, s3.location, '');
  if (configured === undefined) return [url.base];
  // Of a location it ends without a slash, and what is relative would count from the directory above.
  return [configured.replace(/\/*$/, '/'), url.base];
}

/** Of the files with a hashed name, those that are asked for by their own name too. */
async function needed(
  files: readonly Unwritten[],
  { files: rewritten, pinned }: Rewriting,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  const mayGo = files.filter(({ name, fate }) => fate === 'hashed' && !pinned.has(name));
  const stored = files.map(({ name, content }) => ({
    name,
    content: rewritten.get(name)?.content ?? content,
  }));
  const named = await namesStillNamed(new Set(mayGo.map(({ name }) => name)), stored, signal);
  const kept = new Set([...pinned, ...named]);
  // What is stored under its own name has its own bytes, and asks for others by theirs.
  for (let fresh: ReadonlySet<string> = kept; fresh.size > 0;) {
    const others = mayGo.filter(({ name }) => !kept.has(name)).map(({ name }) => name);
    const copies = files.filter(({ name }) => fresh.has(name));
    fresh = await namesInTexts(new Set(others), copies, signal);
    for (const name of fresh) kept.add(name);
  }
  return kept;
}

interface Publishing {
  readonly fate: Fate | undefined;
  /** The names that stay beside hashed ones; undefined: all. */
  readonly kept: ReadonlySet<string> | undefined;
}

/** The objects that a file becomes. */
function publish(
  found: StaticFile,
  rewritten: Rewritten | undefined,
  { fate = 'hashed', kept }: Publishing,
): StaticFile[] {
  if (rewritten === undefined || fate === 'frozen') return [found];
  const { refers } = rewritten;
  const file = refers === undefined ? found : { ...found, refers };
  if (fate === 'bundled') return [{ ...file, immutable: true }];
  if (fate === 'fixed') return [{ ...file, content: rewritten.content }];
  const { key, content } = rewritten;
  const hashed = { ...file, key, content, immutable: true };
  return kept?.has(file.name) === false ? [hashed] : [file, hashed];
}

/** A tree that was hashed before has files under the very names that hashing gives: the same bytes are one object. */
async function withoutTwins(
  files: readonly StaticFile[],
  digester: Digester,
): Promise<readonly StaticFile[]> {
  const byKey = new Map<string, StaticFile>();
  for (const file of files) {
    const other = byKey.get(file.key);
    if (other === undefined) {
      byKey.set(file.key, file);
      continue;
    }
    const [one, two] = await Promise.all(
      [other, file].map(({ content }) => digester.digest(content)),
    );
    if (one?.digests.sha256 !== two?.digests.sha256) throw twins(other, file);
    byKey.set(file.key, file.immutable ? file : other);
  }
  return [...byKey.values()];
}

function twins(one: StaticFile, two: StaticFile): CollectError {
  const message = `${one.name} and ${two.name} would both be stored as ${two.key}, with other bytes`;
  return new CollectError('HASHED_NAME_TAKEN', message, detailsOf('HASHED_NAME_TAKEN'));
}

function refuseManifestNames(files: readonly StaticFile[]): void {
  const taken = files.filter(({ name }) => manifestNames.includes(name));
  const [first] = taken;
  if (first === undefined) return;
  throw new CollectError(
    'MANIFEST_NAME_TAKEN',
    `the sources hold ${taken.map(({ name }) => name).join(' and ')}, where the manifest of this run belongs`,
    {
      ...detailsOf('MANIFEST_NAME_TAKEN'),
      problems: taken.map(({ name, content }) => sourceOf(content)?.path ?? name),
    },
  );
}

/** The hash makes keys longer than the names that find had looked at. */
function refuseLongKeys(files: readonly StaticFile[], { backend, s3 }: Config): void {
  if (backend !== 's3') return;
  const long = files.filter(
    ({ key }) => Buffer.byteLength(joinKey(s3.location, key)) > longestObjectKey,
  );
  if (long.length === 0) return;
  throw new CollectError(
    'KEY_TOO_LONG',
    `${long.length} hashed names are longer than the ${longestObjectKey} bytes that S3 takes`,
    {
      ...detailsOf('KEY_TOO_LONG'),
      problems: long.map(({ key }) => joinKey(s3.location, key)),
    },
  );
}

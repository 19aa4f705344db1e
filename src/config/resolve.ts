import { resolve } from 'node:path';
import type { Allowance, Config, HeaderPatch, Secret, Source } from '../types.ts';
import { resolveCompress } from './compress.ts';
import { chooseSignIn } from './credentials.ts';
import { defaultsFor } from './defaults.ts';
import { hashProblems, resolveHash } from './hash.ts';
import { chooseProxy, proxyProblems } from './proxy.ts';
import { resolveReleases } from './releases.ts';
import { sentenceAbout, type Setting, type SourceSetting } from './settings.ts';
import { placeBackend } from './storages.ts';
import { choose, type Chosen, type TargetSettings, settingsOf, targetNames } from './target.ts';
import { resolveUrl } from './url.ts';
import { withoutTrailingSlash } from './values.ts';
import { notesOf, warnLocal, warnProfile } from './warnings.ts';

/** What a run knows beside its settings. */
export interface Run {
  /** The config file's folder, or the working directory. */
  readonly root: string;
  readonly configFile: string | undefined;
  /** The variable that says that this is a build machine: "CI", "DYNO". */
  readonly machine: string | undefined;
  readonly force: boolean;
  readonly clear: boolean;
  readonly trustRecord: boolean;
  readonly acceptDeletes: number | undefined;
  readonly acceptShrink: boolean;
  readonly secrets: readonly Secret[];
  /** Where things are kept for the next run, if anywhere. */
  readonly cache: string | undefined;
  /** Paths that a problem was already reported for. */
  readonly faulty: readonly string[];
  /** Where each target's local copies go, also of those that are not in this run. */
  readonly dirs: ReadonlyMap<string, string>;
}

export interface Resolved {
  readonly config: Config;
  readonly settings: TargetSettings;
  readonly problems: readonly string[];
}

/** Where the local copies of every target go; flags are about the targets of a run alone. */
export function localDirs(all: readonly Setting[], root: string): ReadonlyMap<string, string> {
  const said = all.filter(({ origin }) => origin.layer !== 'flag');
  return new Map(
    targetNames(all).map((target) => {
      const { dir } = choose(settingsOf(target, said)).local;
      return [target, dir ?? resolve(root, defaultsFor(target).local.dir)];
    }),
  );
}

/** One target's complete Config, and what is wrong between its settings. Pure. */
export function resolveTarget(target: string, all: readonly Setting[], run: Run): Resolved {
  const defaults = defaultsFor(target);
  const anywhere = settingsOf(target, all);
  const placed = placeTarget(choose(anywhere).backend ?? defaults.backend, anywhere);
  const onS3 = placed.backend === 's3';
  const settings = onS3
    ? anywhere
    : settingsOf(
        target,
        all.filter(({ reach }) => reach !== 's3'),
      );
  const chosen = choose(settings);
  const compress = resolveCompress(settings, placed.backend);
  const signIn = chooseSignIn(settings);
  const dir = chosen.local.dir ?? resolve(run.root, defaults.local.dir);
  const bucket = chosen.s3.bucket ?? '';
  const problems = [...placed.problems, ...signIn.problems, ...compress.problems];
  if (onS3 && bucket === '' && !run.faulty.some((path) => path.endsWith('s3.bucket'))) {
    problems.push(
      `the s3 backend needs a bucket for ${target}: set AWS_STORAGE_BUCKET_NAME or s3.bucket, or use --to s3://BUCKET`,
    );
  }
  if (onS3) problems.push(...proxyProblems(settings));
  const hash = resolveHash(chosen.hash, defaults.hash, placed.hashed);
  problems.push(...hashProblems(hash, settings));
  const prune = chosen.prune ?? defaults.prune;
  const keeping = resolveReleases(chosen, { hash: hash.enabled, onS3, prune });
  problems.push(...keeping.problems);
  const config: Config = {
    target,
    neighbours: [...run.dirs]
      .filter(([name]) => name !== target)
      .map(([name, dir]) => ({ target: name, dir })),
    root: run.root,
    configFile: run.configFile,
    sources: sourcesOf(chosen, defaults.sources, run.root),
    ignore: chosen.ignore ?? defaults.ignore,
    defaultIgnore: chosen.defaultIgnore ?? defaults.defaultIgnore,
    backend: placed.backend,
    local: { dir, link: chosen.local.link ?? defaults.local.link },
    s3: {
      bucket,
      location: withoutTrailingSlash(chosen.s3.location ?? defaults.s3.location),
      region: chosen.s3.region,
      endpoint: chosen.s3.endpoint?.replace(/\/$/, ''),
      forcePathStyle: chosen.s3.forcePathStyle ?? isOtherStore(chosen.s3.endpoint),
      profile: signIn.profile,
      acl: chosen.s3.acl ?? defaults.s3.acl,
      preloadMetadata: chosen.s3.preloadMetadata ?? defaults.s3.preloadMetadata,
      expectedBucketOwner: chosen.s3.expectedBucketOwner,
      caFile: chosen.s3.caFile,
      connectTimeout: chosen.s3.connectTimeout ?? defaults.s3.connectTimeout,
      requestTimeout: chosen.s3.requestTimeout ?? defaults.s3.requestTimeout,
      credentials: signIn.credentials,
      proxy: chooseProxy(settings),
    },
    url: resolveUrl(chosen, settings, defaults.url, placed.unsigned),
    headers: { ...defaults.headers, ...chosen.headers },
    rules: (chosen.rules ?? defaults.rules).map(({ match, headers, immutable, compress }) => ({
      match,
      headers: lowerCased(headers ?? {}),
      immutable: immutable ?? false,
      compress,
    })),
    hash,
    compress: compress.options,
    manifest: { local: chosen.manifest.local },
    cache: run.cache,
    state: {
      enabled: keeping.state,
      bucket: chosen.state.bucket,
      location:
        chosen.state.location === undefined
          ? undefined
          : withoutTrailingSlash(chosen.state.location),
    },
    retain: {
      releases: chosen.retain.releases ?? defaults.retain.releases,
      days: chosen.retain.days ?? defaults.retain.days,
      maxDeletes: chosen.retain.maxDeletes ?? defaults.retain.maxDeletes,
      maxDeletePercent: chosen.retain.maxDeletePercent ?? defaults.retain.maxDeletePercent,
    },
    releases: keeping.releases,
    prune,
    cdn: {
      provider: chosen.cdn.provider ?? defaults.cdn.provider,
      distribution: chosen.cdn.distribution,
      maxPaths: chosen.cdn.maxPaths ?? defaults.cdn.maxPaths,
      endpoint: chosen.cdn.endpoint?.replace(/\/$/, ''),
    },
    lockTimeout: chosen.lockTimeout ?? defaults.lockTimeout,
    fastPath: chosen.fastPath ?? defaults.fastPath,
    concurrency: chosen.concurrency ?? defaults.concurrency,
    allow: (chosen.allow ?? defaults.allow).map(allowanceOf),
    limits: {
      files: chosen.limits.files,
      bytes: chosen.limits.bytes,
      fileSize: chosen.limits.fileSize,
    },
    secrets: run.secrets,
    clear: run.clear,
    trustRecord: run.trustRecord,
    acceptDeletes: run.acceptDeletes,
    acceptShrink: run.acceptShrink,
    force: run.force,
    // Production uploads live in media: what is there is not ours to replace.
    keepExisting: target === 'media' && !run.force,
    notes: notesOf(placed.backend, settings),
    warnings: [
      ...warnLocal(placed.backend, dir, settings, run.machine),
      ...warnProfile(placed.backend, signIn.unused),
      ...compress.warnings,
      ...keeping.warnings,
    ],
  };
  return { config, settings, problems };
}

function placeTarget(name: string, settings: TargetSettings) {
  const storages = new Map(
    [...settings].flatMap(([path, { value }]) =>
      path.startsWith('storages.')
        ? [[path.slice('storages.'.length), String(value)] as const]
        : [],
    ),
  );
  const placed = placeBackend(name, storages);
  if (!('problem' in placed)) return { ...placed, problems: [] };
  const setting = settings.get('backend');
  const problems = setting === undefined ? [] : [sentenceAbout(setting, placed.problem)];
  return { backend: name, unsigned: false, hashed: false, problems };
}

function sourcesOf(chosen: Chosen, defaults: readonly string[], root: string): readonly Source[] {
  const sources: readonly SourceSetting[] =
    chosen.sources ?? defaults.map((dir) => ({ dir: resolve(root, dir), label: dir }));
  return sources.map(
    ({ dir, label, prefix = '', include = [], ignore = [], optional = false }) => ({
      dir,
      label,
      prefix: withoutTrailingSlash(prefix).normalize('NFC'),
      include,
      ignore,
      optional,
    }),
  );
}

/** The declaration has seen to it that the parts go together. */
function allowanceOf(given: NonNullable<Chosen['allow']>[number]): Allowance {
  const { env, rule = '', match = [], reason = '' } = given;
  if (env !== undefined) return { env };
  return { rule, match: typeof match === 'string' ? [match] : match, reason };
}

/** Whether an endpoint is not AWS itself: those rarely have a host name for each bucket. */
function isOtherStore(endpoint: string | undefined): boolean {
  if (endpoint === undefined || !URL.canParse(endpoint)) return false;
  return !/(^|\.)amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname);
}

function lowerCased(headers: HeaderPatch): HeaderPatch {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

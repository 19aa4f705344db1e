// One target's configuration, complete.

import type { Encoding } from './files.ts';
import type { Warning } from './report.ts';

/** One directory to collect from. */
export interface Source {
  /** Absolute OS path. */
  readonly dir: string;
  /** The directory as the user wrote it, for messages. */
  readonly label: string;
  /** POSIX path put before every name, without slashes at its ends; '' for none. */
  readonly prefix: string;
  /** Globs a file must match one of; empty means every file. */
  readonly include: readonly string[];
  /** Globs that leave an entry out, beside the target's own. */
  readonly ignore: readonly string[];
  /** An absent or empty directory is no error. */
  readonly optional: boolean;
}

/** A header rule: globs → headers. All that match apply, later ones win. */
export interface Rule {
  readonly match: readonly string[];
  readonly headers: HeaderPatch;
  readonly immutable: boolean;
  /** Whether such files are compressed; undefined: it says nothing about that. */
  readonly compress?: boolean | undefined;
}
/** Lower-case header name → value. */
export type HeaderPatch = Readonly<Record<string, string>>;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface S3Options {
  readonly bucket: string;
  /** Object key prefix without slashes at its ends; '' is the bucket's root. */
  readonly location: string;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  readonly forcePathStyle: boolean;
  readonly profile: string | undefined;
  /** 'auto', 'none' or a canned ACL. */
  readonly acl: string;
  /** One listing answers what is unchanged; false: one HEAD per file. */
  readonly preloadMetadata: boolean;
  readonly expectedBucketOwner: string | undefined;
  /** PEM bundle trusted beside the system's; absolute path. */
  readonly caFile: string | undefined;
  /** Milliseconds. */
  readonly connectTimeout: number;
  /** Milliseconds an attempt may take at most, beside the time for its bytes. */
  readonly requestTimeout: number;
  /** Undefined: the SDK's own chain (profile, SSO, web identity, ECS, EC2). */
  readonly credentials: Credentials | undefined;
  /** From HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  readonly proxy: { readonly https?: string; readonly http?: string; readonly no?: string };
}

export interface UrlOptions {
  /** "/static/" or "https://cdn.example/x/"; ends with a slash. */
  readonly base: string;
  /** Custom domain, without protocol or slashes. */
  readonly domain: string | undefined;
  readonly protocol: 'https:' | 'http:';
  readonly signed: boolean;
  /** Seconds. */
  readonly expiresIn: number;
}

/** What becomes of a reference to a file that is not there. */
export type MissingLevel = 'error' | 'warn' | 'ignore';

/** Content-hashed names and rewritten references. */
export interface HashOptions {
  readonly enabled: boolean;
  readonly engine: 'modern' | 'django-5.2' | 'django-6';
  /** Whether imports of JavaScript modules are rewritten. */
  readonly jsModules: boolean;
  /** 'hashed': no copy under the file's own name where a hashed one takes its place. */
  readonly keep: 'both' | 'hashed';
  /** Globs; empty means every file. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Globs of names that carry a hash already. */
  readonly alreadyHashed: readonly string[];
  /** By glob of the file that refers or of the missing one; later ones win. */
  readonly onMissing: readonly { readonly match: string; readonly level: MissingLevel }[];
}

/** What `prune` leaves, and the most it may delete. */
export interface Retention {
  /** Whose files are kept, the current one included. */
  readonly releases: number;
  /** How long a file is kept after the last release that had it. */
  readonly days: number;
  /** Objects. */
  readonly maxDeletes: number;
  /** Of what is ours at the destination. */
  readonly maxDeletePercent: number;
}

/** Where the release record is kept. */
export interface StateOptions {
  /** false: none is written or read. */
  readonly enabled: boolean;
  /** Another bucket than that of the objects. */
  readonly bucket: string | undefined;
  /** Another location in that bucket, without slashes at its ends. */
  readonly location: string | undefined;
}

export interface CompressOptions {
  readonly enabled: boolean;
  /** The stored bytes themselves, or files beside them. */
  readonly mode: 'replace' | 'sidecar';
  /** In `replace`, exactly one. */
  readonly encodings: readonly Encoding[];
  /** Media types such as "text/css" or "text/*"; empty: text, and what is known to be compressible. */
  readonly types: readonly string[];
  /** Extensions never to compress, beside those of files that are compressed already. */
  readonly skipExtensions: readonly string[];
  readonly quality: Readonly<Record<Encoding, number>>;
  /** The part of a file that compressing it must save. */
  readonly minSaving: number;
}

/** The CDN that is told what a deploy has replaced. */
export interface CdnOptions {
  readonly provider: 'cloudfront';
  /** Undefined: none is told. */
  readonly distribution: string | undefined;
  /** The most paths of an invalidation. */
  readonly maxPaths: number;
  readonly endpoint: string | undefined;
}

/** One target, complete: no optional field that means "default". */
export interface Config {
  readonly target: string;
  /** The config file's folder, or the working directory: what module paths count from. */
  readonly root: string;
  readonly configFile: string | undefined;
  readonly sources: readonly Source[];
  readonly ignore: readonly string[];
  /** Whether CVS, .* and *~ are left out. */
  readonly defaultIgnore: boolean;
  /** 'local', 's3' or an absolute path or package name of a module. */
  readonly backend: string;
  readonly local: { readonly dir: string; readonly link: boolean };
  readonly s3: S3Options;
  readonly url: UrlOptions;
  /** For every file, before the built-in rules. */
  readonly headers: HeaderPatch;
  /** The user's, applied after the built-in ones. */
  readonly rules: readonly Rule[];
  readonly hash: HashOptions;
  readonly compress: CompressOptions;
  readonly manifest: {
    /** Absolute path of a copy of staticfiles.json. */
    readonly local: string | undefined;
  };
  /** Absolute path of the directory that keeps digests and compressed files for the next run; undefined: nothing is kept. */
  readonly cache: string | undefined;
  readonly state: StateOptions;
  readonly retain: Retention;
  /** Keep what it takes to put an earlier release back. */
  readonly releases: boolean;
  /** Delete what is recorded as ours and no release to be kept has. */
  readonly prune: boolean;
  readonly cdn: CdnOptions;
  /** Seconds to wait for another deploy to end. */
  readonly lockTimeout: number;
  readonly concurrency: number | 'auto';
  /** Send many puts without the SDK's work for each. */
  readonly fastPath: boolean;
  readonly allow: readonly Allowance[];
  readonly limits: Limits;
  /** This run's own, from the environment and `.env`; never shown. */
  readonly secrets: readonly Secret[];
  /** Local destinations of the other targets: what --clear must not touch. */
  readonly neighbours: readonly { readonly target: string; readonly dir: string }[];
  /** Delete what a local destination holds and no source has. */
  readonly clear: boolean;
  /** Do not list the destination: what the release record says is taken for true. */
  readonly trustRecord: boolean;
  /** This run may prune so many. */
  readonly acceptDeletes: number | undefined;
  /** This run may have less than half the files of the release before. */
  readonly acceptShrink: boolean;
  /** Upload even what is unchanged. */
  readonly force: boolean;
  /** Objects with other content are left alone (media: production uploads live there). */
  readonly keepExisting: boolean;
  /** What the first line of a run should mention, and what to warn about. */
  readonly notes: readonly string[];
  readonly warnings: readonly Warning[];
}

/** A variable whose value must not be published (or, for "warn", perhaps not). */
export interface Secret {
  readonly name: string;
  readonly value: string;
  readonly weight: 'refuse' | 'warn';
}

/** What the guard must let pass: a rule's findings in some files, or a variable whose value is public. */
export type Allowance =
  | { readonly rule: string; readonly match: readonly string[]; readonly reason: string }
  | { readonly env: string };

/** The most a run may publish; undefined: any number. */
export interface Limits {
  readonly files: number | undefined;
  readonly bytes: number | undefined;
  /** Bytes of a single file. */
  readonly fileSize: number | undefined;
}

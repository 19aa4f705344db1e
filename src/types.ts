// The nouns of the program. Types only; this file imports nothing.

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

/** Where a file's bytes are. They are read when they are needed, never kept from listing on. */
export type Content = PlainContent | CompressedContent;
export type PlainContent = FileContent | EditedContent | BytesContent;

export interface FileContent {
  readonly kind: 'file';
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Permissions; undefined where nobody looked. */
  readonly mode?: number;
  /** Which file it was, in which state, when a walk found it there under its real path. */
  readonly seen?: string;
  /** When anything about it was last changed, in nanoseconds since 1970. A new hard link is such a change too. */
  readonly changedNs?: string;
  /** Of the state it was seen in. */
  readonly digests?: Digests;
  /** All of them, where there was room to keep them. */
  readonly bytes?: Buffer;
}

/** A file with references rewritten: re-read and edited each time its bytes are needed. */
export interface EditedContent {
  readonly kind: 'edited';
  readonly source: FileContent;
  /** In order, none overlapping another. */
  readonly edits: readonly Edit[];
  /** Bytes after the edits. */
  readonly size: number;
}

/** Generated and small: a manifest. */
export interface BytesContent {
  readonly kind: 'bytes';
  readonly bytes: Uint8Array;
}

export type Encoding = 'br' | 'gzip' | 'zstd';

/** How bytes are compressed. With the same compressor, the same bytes come to the same. */
export interface Recipe {
  readonly encoding: Encoding;
  readonly quality: number;
}

/** Another content, compressed. Its bytes are taken from where they are kept, or else made again. */
export interface CompressedContent {
  readonly kind: 'compressed';
  readonly of: PlainContent;
  /** Of the bytes before. */
  readonly ofSha256: string;
  readonly recipe: Recipe;
  /** Bytes after. */
  readonly size: number;
  readonly digests: Digests;
  /** The path of an entry of the cache, the bytes themselves, or nothing. Never trusted. */
  readonly kept: string | Uint8Array | undefined;
}

/** The bytes from `start` up to `end` of a file give way to a text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface StaticFile {
  /** What templates ask for: "css/app.css". POSIX, NFC, source prefix included. */
  readonly name: string;
  /** The prefix of its source, which the name begins with; "" for none. */
  readonly prefix: string;
  /** Where it is stored, below the backend's location. Equals the name until hashed. */
  readonly key: string;
  readonly content: Content;
  /** The key changes whenever the bytes do. */
  readonly immutable: boolean;
  /** Whether its bytes name other files; undefined where nobody looked. */
  readonly refers?: boolean;
  /** What the content is compressed with. */
  readonly encoding?: Encoding;
  /** The key of the file that this is a compressed twin of: "css/app.css" for "css/app.css.br". */
  readonly twinOf?: string;
}

/** What is stored beside an object's bytes. Field names are the SDK's, lower-cased at the front. */
export interface ObjectHeaders {
  readonly contentType: string;
  readonly cacheControl?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  /** An HTTP date. */
  readonly expires?: string;
  /** User metadata; names lower-case, without the `x-amz-meta-` prefix. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly storageClass?: string;
  readonly serverSideEncryption?: string;
  readonly kmsKeyId?: string;
  /** URL-encoded: `team=web&env=prod`. */
  readonly tagging?: string;
  readonly websiteRedirect?: string;
}

/** Digests of the bytes as they will be stored, lower-case hex unless said otherwise. */
export interface Digests {
  readonly md5: string;
  readonly sha256: string;
  /** The ETag S3 gives these bytes: the MD5, or `<md5 of the parts' md5s>-<parts>` above 16 MiB. */
  readonly etag: string;
  /** Base64, as subresource integrity wants it; where it was asked for. */
  readonly sha384?: string;
}

/** A file with everything the plan compares. */
export interface Wanted extends StaticFile {
  readonly headers: ObjectHeaders;
  readonly digests: Digests;
  readonly size: number;
}

/** What a destination holds under one key. */
export interface StoredObject {
  readonly key: string;
  readonly size: number;
  /** Without quotes. An MD5 only sometimes: KMS and multipart objects have others. */
  readonly etag?: string;
  /** Only when it really is the digest of the stored bytes. */
  readonly md5?: string;
  readonly sha256?: string;
  readonly modifiedMs?: number;
  /** Of a file in a directory: which one, in which state. Equal states have equal bytes. */
  readonly state?: string;
  /** Where a symbolic link of a directory backend points. */
  readonly linkTarget?: string;
  /** What is stored beside the bytes, where that is known. */
  readonly headers?: ObjectHeaders;
  /** Whether `headers` and `acl` are all of them, as a deploy recorded them; a HEAD does not show every one. */
  readonly recorded?: boolean;
  /** The canned ACL that was asked for. */
  readonly acl?: string;
}

export type Reason =
  | 'new'
  | 'changed'
  | 'unchanged'
  | 'forced'
  | 'not consulted' // an offline dry run did not look at the destination
  | 'kept' // the destination's own version stays (media)
  | 'headers' // the bytes are there, under other headers or another ACL
  | 'restored' // the bytes are kept there, of an earlier release
  | 'replaced' // an earlier release needs the bytes that give way
  | 'release' // what this deploy is, for the next one to know
  | 'orphan'
  | 'old release'; // kept for a release that nobody goes back to any more

export interface Upload {
  readonly type: 'upload';
  readonly key: string;
  readonly file: Wanted;
  readonly reason: 'new' | 'changed' | 'forced' | 'not consulted';
}
export interface Skip {
  readonly type: 'skip';
  readonly key: string;
  readonly reason: 'unchanged' | 'kept';
}
/** Puts what is stored already under a key, with headers and ACL restated: by a copy onto itself, or from what was kept. */
export interface UpdateHeaders {
  readonly type: 'update';
  readonly key: string;
  /** The key that is copied. */
  readonly from: string;
  readonly file: Wanted;
  readonly reason: 'headers' | 'restored';
  /** Of the object that is copied: another one in its place must stay as it is. */
  readonly etag: string | undefined;
}
/** Keeps bytes for an earlier release, before they are replaced. */
export interface Preserve {
  readonly type: 'preserve';
  /** Where they are kept. */
  readonly key: string;
  readonly from: string;
  readonly sha256: string;
  readonly size: number;
  readonly etag: string | undefined;
  readonly headers: ObjectHeaders;
  readonly reason: 'replaced';
}
/** Writes the release record. */
export interface RecordRelease {
  readonly type: 'record';
  readonly key: string;
  readonly reason: 'release';
}
export interface Delete {
  readonly type: 'delete';
  readonly key: string;
  readonly reason: 'orphan' | 'old release';
}
export type Action = Upload | UpdateHeaders | Preserve | RecordRelease | Skip | Delete;

/** Steps run one after another; actions inside a step may run at once. */
export interface Plan {
  readonly steps: readonly (readonly Action[])[];
}

/** How a put was shown to have arrived whole. */
export type Proof = 'checksum' | 'etag' | 'content-md5' | 'digest';

export interface PutResult {
  readonly etag?: string;
  readonly proof: Proof;
  /** What became of the ACL, where the backend has such a thing. */
  readonly acl?: 'applied' | 'dropped' | 'none';
}

export type Outcome =
  | { readonly status: 'done'; readonly action: Action; readonly result?: PutResult }
  | { readonly status: 'failed'; readonly action: Action; readonly error: Error }
  | { readonly status: 'not-run'; readonly action: Action };

export interface Counts {
  /** Files taken from sources, shadowed included. */
  readonly found: number;
  readonly uploaded: number;
  /** Headers changed by a copy. */
  readonly updated: number;
  readonly skipped: number;
  readonly deleted: number;
  readonly failed: number;
  readonly notRun: number;
  readonly ignored: number;
  readonly shadowed: number;
  readonly refused: number;
}

/** Something the user should know that does not stop the run. */
export interface Warning {
  /** Stable, SCREAMING_SNAKE. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Keys or paths concerned; shown shortened. */
  readonly subjects?: readonly string[];
}

/** What compressing came to, over the files that it pays for. */
export interface Compression {
  /** Results made in this run, and found in the cache; what turned out not to pay is among them. */
  readonly made: number;
  readonly cached: number;
  /** Compressed files and twins, and their bytes before and after. */
  readonly files: number;
  readonly before: number;
  readonly after: number;
}

/** What a CDN is told to forget, and what became of that. */
export interface Invalidation {
  /** For people: "CloudFront E1A2B3C4D5E6F7". */
  readonly cdn: string;
  /** As the CDN takes them. */
  readonly paths: readonly string[];
  /** What it costs, unless it is free. */
  readonly mostDollars: number;
  readonly status: 'planned' | 'accepted' | 'completed' | 'failed';
  /** Of the CDN. */
  readonly id?: string;
  readonly error?: Error;
}

export interface Report {
  readonly target: string;
  readonly destination: string;
  readonly dryRun: boolean;
  readonly outcomes: readonly Outcome[];
  readonly counts: Counts;
  readonly bytes: { readonly uploaded: number };
  /** Undefined where nothing was to be compressed. */
  readonly compression?: Compression | undefined;
  readonly acl: 'applied' | 'dropped' | 'none';
  /** Undefined where no CDN had to be told anything. */
  readonly invalidation?: Invalidation | undefined;
  readonly warnings: readonly Warning[];
  readonly durationMs: number;
  readonly exitCode: number;
}

/** What one directory entry came to. Every entry seen gets exactly one. */
export type Verdict =
  | { readonly type: 'found'; readonly name: string; readonly path: string }
  | { readonly type: 'shadowed'; readonly name: string; readonly path: string; readonly by: string }
  | { readonly type: 'ignored'; readonly path: string; readonly why: string }
  | ({ readonly type: 'refused' } & Refusal);

/** Why an entry keeps the run from starting. Never holds any of the secret itself. */
export interface Refusal {
  readonly path: string;
  readonly why: string;
  /** The guard's rule. */
  readonly rule?: string;
  /** Where in the file, from 1, and what stands there as far as it may be shown. */
  readonly line?: number;
  readonly column?: number;
  readonly excerpt?: string;
  /** What to do about it. */
  readonly past?: string;
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

/** Why something is tried again. */
export type WaitReason = 'throttled' | 'server error' | 'connection' | 'unproved answer';

export type CollectEvent =
  | {
      readonly type: 'begin';
      readonly target: string;
      readonly destination: string;
      readonly dryRun: boolean;
      /** Extra facts for the first line: an endpoint that came from `.env`, the config file. */
      readonly notes: readonly string[];
    }
  | Verdict
  | { readonly type: 'warning'; readonly warning: Warning }
  | {
      readonly type: 'planned';
      readonly plan: Plan;
      readonly destination: string;
      readonly dryRun: boolean;
    }
  /** Everything that pays is compressed. */
  | { readonly type: 'compressed'; readonly compression: Compression }
  /** The plan of one target begins to be carried out; with several targets, all are planned before. */
  | { readonly type: 'applying'; readonly target: string; readonly plan: Plan }
  | { readonly type: 'started'; readonly action: Action }
  | { readonly type: 'finished'; readonly outcome: Outcome }
  /** Requests have failed and are tried again: told every second while that lasts, at last with 0 requests. */
  | {
      readonly type: 'waiting';
      /** What keeps most of them. */
      readonly why: WaitReason;
      readonly requests: number;
      /** Since the first failure of the one that has waited longest. */
      readonly forMs: number;
    }
  /** Another deploy to the same destination is waited for. */
  | { readonly type: 'locked'; readonly text: string }
  /** What a CDN is told, or in a dry run would be. */
  | { readonly type: 'invalidation'; readonly invalidation: Invalidation }
  | { readonly type: 'report'; readonly report: Report };

export type Listener = (event: CollectEvent) => void;

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

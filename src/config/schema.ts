import * as v from 'valibot';
import { guardRules } from '../guard/rules.ts';
import { headerProblem } from '../headers.ts';
import {
  bucketProblem,
  controlProblem,
  domainProblem,
  endpointProblem,
  locationProblem,
  prefixProblem,
  targetNameProblem,
  urlBaseProblem,
} from './values.ts';

// The declaration of what people may write. The JSON schema, the variables, the did-you-means and the
// README's table are made from it, so a key is added here and nowhere else.

const cannedAcls = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
  'log-delivery-write',
] as const;

const line = v.pipe(v.string(), sound(controlProblem));
const text = v.pipe(line, v.nonEmpty('must not be empty'));
const glob = v.pipe(text, v.maxLength(1000, 'must not be longer than 1000 characters'));
const globs = v.array(glob);
/** For people to read: it may have lines. */
const prose = v.pipe(v.string(), v.nonEmpty('must not be empty'));

const source = v.pipe(
  v.union([
    text,
    v.strictObject({
      dir: v.pipe(text, v.description('The directory.')),
      prefix: key(v.pipe(v.string(), sound(prefixProblem)), 'Path put before every name.'),
      include: key(globs, 'Globs a file must match one of; without it, every file.'),
      ignore: key(globs, 'Globs to leave out, beside the general ones.'),
      optional: key(v.boolean(), 'An absent or empty directory is no error.'),
    }),
  ]),
  v.transform((entry) => (typeof entry === 'string' ? { dir: entry } : entry)),
);

const localOptions = v.strictObject({
  dir: key(text, 'Directory that the local backend copies into.'),
  link: key(v.boolean(), 'Make symbolic links instead of copies.'),
});

const milliseconds = whole(1, 3_600_000);

const s3Options = v.strictObject({
  bucket: key(v.pipe(v.string(), sound(bucketProblem)), 'Bucket.'),
  location: key(
    v.pipe(v.string(), sound(locationProblem)),
    'Where keys begin in the bucket; "" is its root.',
  ),
  region: key(
    v.pipe(v.string(), v.regex(/^[\w.-]+$/, 'must be a region such as eu-west-1')),
    'Region of the bucket.',
  ),
  endpoint: key(v.pipe(line, sound(endpointProblem)), 'URL of an S3-compatible store.'),
  forcePathStyle: key(v.boolean(), 'Bucket in the path instead of the host name.'),
  profile: key(text, 'Profile in the AWS configuration files.'),
  acl: key(
    v.picklist(['auto', 'none', ...cannedAcls]),
    'Canned ACL of every object; auto: public-read where the bucket takes ACLs.',
  ),
  preloadMetadata: key(v.boolean(), 'One listing tells what is unchanged; false: a HEAD per file.'),
  expectedBucketOwner: key(
    v.pipe(v.string(), v.regex(/^\d{12}$/, 'must be an account id of 12 digits')),
    'Account that must own the bucket.',
  ),
  caFile: key(text, "PEM file with certificates to trust beside the system's."),
  connectTimeout: key(milliseconds, 'Milliseconds to wait for a connection.'),
  requestTimeout: key(
    milliseconds,
    'Milliseconds an attempt may take at most, beside the time for its bytes.',
  ),
});

const urlBase = v.pipe(line, sound(urlBaseProblem));

const urlOptions = v.pipe(
  v.union([
    urlBase,
    v.strictObject({
      base: key(urlBase, 'Path or URL that public names begin with.'),
      domain: key(
        v.pipe(v.string(), sound(domainProblem)),
        'Custom domain in front of the bucket.',
      ),
      protocol: key(v.picklist(['https:', 'http:']), 'Protocol of URLs on the custom domain.'),
      signed: key(v.boolean(), 'URLs with a signature in the query string.'),
      expiresIn: key(whole(1, 604_800), 'Seconds a signed URL is good for.'),
    }),
  ]),
  // Before the transformation: what comes after one is not in the JSON schema.
  v.description('How public URLs are made; a string is short for its base.'),
  v.transform((entry) => (typeof entry === 'string' ? { base: entry } : entry)),
);

const rule = v.strictObject({
  match: v.pipe(
    v.union([glob, v.pipe(globs, v.minLength(1, 'must name at least one glob'))]),
    v.description('Glob or globs of names.'),
    v.transform((match) => (typeof match === 'string' ? [match] : match)),
  ),
  headers: key(headers({ acl: false }), 'Headers for the files that match.'),
  immutable: key(v.boolean(), 'The names already carry a content hash.'),
  compress: key(
    v.boolean(),
    'false: do not compress these files; true: do, whatever their type says.',
  ),
});

const allowance = v.pipe(
  v.strictObject({
    rule: key(v.picklist(guardRules), 'Rule of the guard that would refuse it.'),
    match: key(
      v.union([glob, v.pipe(globs, v.minLength(1, 'must name at least one glob'))]),
      'Glob or globs of names that the rule lets pass.',
    ),
    reason: key(prose, 'Why this may be published.'),
    env: key(text, 'Instead of a rule: a variable whose value is public.'),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const message = allowanceProblem(dataset.value);
    if (message !== undefined) addIssue({ message });
  }),
);

const missingLevel = v.picklist(['error', 'warn', 'ignore']);

const hashOptions = v.strictObject({
  engine: key(
    v.picklist(['modern', 'django-5.2', 'django-6']),
    'How references are found and rewritten; the Django ones do as Django does, byte for byte.',
  ),
  jsModules: key(
    v.boolean(),
    'Rewrite imports of JavaScript modules; off in the Django engines, on in the modern one.',
  ),
  keep: key(
    v.picklist(['both', 'hashed']),
    'both: every file under its own name too; hashed: only what nothing refers to by its hashed name.',
  ),
  include: key(globs, 'Globs of files to hash; without it, every file.'),
  exclude: key(globs, 'Globs of files to leave as they are.'),
  alreadyHashed: key(
    globs,
    "Globs of names that carry a hash already, beside the bundler's own manifest.",
  ),
  onMissing: v.optional(
    v.pipe(
      v.union([missingLevel, v.record(v.string(), missingLevel)]),
      v.description(
        'What a reference to a missing file is: error, warn or ignore; or an object by glob of the file that refers or is missing.',
      ),
      v.transform((given) =>
        typeof given === 'string'
          ? [{ match: '**', level: given }]
          : Object.entries(given).map(([match, level]) => ({ match, level })),
      ),
    ),
  ),
});

const hash = v.pipe(
  v.union([v.boolean(), hashOptions]),
  // Before the transformation: what comes after one is not in the JSON schema.
  v.description('Store each file under a name with a hash of its content, too.'),
  v.transform((given) =>
    typeof given === 'boolean' ? { enabled: given } : { enabled: true, ...given },
  ),
);

const mediaType = v.pipe(
  v.string(),
  v.regex(/^[\w.+-]+\/(?:[\w.+-]+|\*)$/, 'must be a media type such as text/css or text/*'),
);

const compressOptions = v.strictObject({
  mode: key(
    v.picklist(['replace', 'sidecar']),
    'replace: what is stored is compressed, and Content-Encoding says so; sidecar: .br, .gz and .zst beside each file.',
  ),
  encodings: key(
    v.pipe(
      v.array(v.picklist(['br', 'gzip', 'zstd'])),
      v.minLength(1, 'must name at least one of br, gzip and zstd'),
    ),
    'br, gzip, zstd; one of them in replace.',
  ),
  types: key(
    v.array(mediaType),
    'Media types to compress; without it, text and what is known to be compressible.',
  ),
  skipExtensions: key(
    v.array(v.pipe(v.string(), v.regex(/^\.?[\w-]+$/, 'must be an extension such as "bin"'))),
    'Extensions never to compress, beside those of files that are compressed already.',
  ),
  quality: key(
    v.strictObject({
      br: key(whole(0, 11), 'Quality of Brotli, 0 to 11.'),
      gzip: key(whole(1, 9), 'Level of gzip, 1 to 9.'),
      zstd: key(whole(1, 22), 'Level of Zstandard, 1 to 22.'),
    }),
    'How hard to try.',
  ),
  minSaving: key(
    v.pipe(
      v.number(),
      v.minValue(0, 'must be a number from 0 to 0.99'),
      v.maxValue(0.99, 'must be a number from 0 to 0.99'),
    ),
    'The part of a file that compressing must save, or it is left alone.',
  ),
});

const compress = v.pipe(
  v.union([v.boolean(), compressOptions]),
  // Before the transformation: what comes after one is not in the JSON schema.
  v.description(
    'Compress text: true is replace with gzip on S3, sidecar with br and gzip elsewhere.',
  ),
  v.transform((given) =>
    typeof given === 'boolean' ? { enabled: given } : { enabled: true, ...given },
  ),
);

const manifest = v.strictObject({
  local: key(
    text,
    'Where to write a local copy of staticfiles.json as well, and beside it one of assets.json.',
  ),
});

const state = v.pipe(
  v.union([
    v.boolean(),
    v.strictObject({
      bucket: key(
        v.pipe(v.string(), sound(bucketProblem)),
        'Another bucket for the release record and the lock.',
      ),
      location: key(
        v.pipe(v.string(), sound(locationProblem)),
        'Another location for them in that bucket.',
      ),
    }),
  ]),
  // Before the transformation: what comes after one is not in the JSON schema.
  v.description(
    'Keep a record of each deploy below .collect-static/ at the destination, and let one deploy at a time write there; on for S3 and with prune.',
  ),
  v.transform((given) =>
    typeof given === 'boolean' ? { enabled: given } : { enabled: true, ...given },
  ),
);

const count = whole(1, Number.MAX_SAFE_INTEGER);

const retain = v.strictObject({
  releases: key(whole(1, 1000), 'Releases whose files are kept, the current one included.'),
  days: key(whole(0, 36_500), 'Days that a file is kept after the last release that had it.'),
  maxDeletes: key(count, 'Most objects that --prune may delete at once; more are refused.'),
  maxDeletePercent: key(
    whole(1, 100),
    'Most of what is ours that --prune may delete at once, in percent.',
  ),
});

const cdn = v.strictObject({
  provider: key(v.picklist(['cloudfront']), 'The CDN in front of the bucket.'),
  distribution: key(
    v.pipe(v.string(), v.regex(/^[A-Z0-9]{1,64}$/, 'must be an id such as E1A2B3C4D5E6F7')),
    'Distribution to invalidate after a deploy; without it, none.',
  ),
  maxPaths: key(
    whole(1, 3000),
    'Most paths of an invalidation; where there are more, wildcards take their place.',
  ),
  endpoint: key(v.pipe(line, sound(endpointProblem)), "URL of the CDN's API, if another."),
});

const limits = v.strictObject({
  files: key(count, 'Most files to publish; more are refused.'),
  bytes: key(count, 'Most bytes in all.'),
  fileSize: key(count, 'Most bytes of a single file.'),
});

const shared = {
  sources: key(
    v.pipe(v.array(source), v.minLength(1, 'must name at least one directory')),
    'Directories to collect from; the first that has a name wins.',
  ),
  ignore: key(globs, 'Globs to leave out, beside the default ones.'),
  defaultIgnore: key(v.boolean(), 'Leave out CVS, .* and *~ (.well-known is kept).'),
  backend: key(text, 'local, s3, a module such as ./my-backend.js, or a Django class path.'),
  local: key(localOptions, 'The local backend.'),
  s3: key(s3Options, 'The S3 backend.'),
  url: v.optional(urlOptions),
  headers: key(headers({ acl: true }), 'Headers for every file, as raw names.'),
  rules: key(v.array(rule), 'Headers by glob; all that match apply, later ones win.'),
  hash: v.optional(hash),
  compress: v.optional(compress),
  manifest: key(manifest, 'The manifest of hashed names.'),
  state: v.optional(state),
  releases: key(
    v.boolean(),
    'Keep what it takes to go back to an earlier release; on with hash and state, on S3.',
  ),
  retain: key(retain, 'What --prune leaves.'),
  prune: key(v.boolean(), 'Delete what is recorded as ours and no release to be kept has.'),
  cdn: key(cdn, 'The CDN that is told what a deploy has replaced; with the S3 backend.'),
  lockTimeout: key(
    whole(0, 86_400),
    'Seconds to wait for another deploy to the same destination to end.',
  ),
  concurrency: key(
    v.union([whole(1, 1024), v.literal('auto')]),
    'How many files at once, at most; auto goes from 64 to 256 while that brings more.',
  ),
  fastPath: key(v.boolean(), "Send many puts without the AWS SDK's work for each."),
  allow: key(v.array(allowance), 'What the guard would refuse, and why it may be published.'),
  limits: key(limits, 'Budgets; off unless set.'),
};

export const targetConfig = v.strictObject(shared);

export const userConfig = v.strictObject({
  $schema: key(v.string(), 'For editors.'),
  ...shared,
  storages: key(
    v.record(v.string(), text),
    'Django storage class paths of your own, and the backend each one means.',
  ),
  targets: key(
    v.pipe(
      v.record(v.pipe(v.string(), sound(targetNameProblem)), targetConfig),
      v.check((all) => Object.keys(all).length <= 100, 'must not have more than 100 entries'),
    ),
    'Further destinations; each inherits the top level, which is the target static.',
  ),
});

/** What people may write in a config file: everything optional, shorthands allowed. */
export type UserConfig = DeepReadonly<v.InferInput<typeof userConfig>>;
/** The same with the shorthands written out. */
export type ParsedConfig = v.InferOutput<typeof userConfig>;
export type ParsedTarget = v.InferOutput<typeof targetConfig>;

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

function key<const S extends v.GenericSchema>(schema: S, description: string) {
  return v.optional(v.pipe(schema, v.description(description)));
}

/** A string that `problem` finds nothing wrong with; its answer completes "<key> …". */
function sound(problem: (value: string) => string | undefined) {
  return v.rawCheck<string>(({ dataset, addIssue }) => {
    const message = dataset.typed ? problem(dataset.value) : undefined;
    if (message !== undefined) addIssue({ message });
  });
}

/** Completes "allow.0 …". */
function allowanceProblem(given: {
  readonly rule?: string | undefined;
  readonly match?: unknown;
  readonly reason?: string | undefined;
  readonly env?: string | undefined;
}): string | undefined {
  if (given.env !== undefined) {
    const alone = given.rule === undefined && given.match === undefined;
    return alone ? undefined : 'must have either env, or rule, match and reason';
  }
  const missing = (['rule', 'match', 'reason'] as const).filter(
    (part) => given[part] === undefined,
  );
  if (missing.length === 0) return undefined;
  if (missing.length === 3) return 'must have rule, match and reason, or env';
  return `lacks ${missing.join(' and ')}: an exception names its rule, its files and why`;
}

function whole(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return v.pipe(
    v.number(),
    v.integer(message),
    v.minValue(least, message),
    v.maxValue(most, message),
  );
}

/** Header name → value. The ACL is one value for a whole target, so a rule cannot set it. */
function headers({ acl }: { acl: boolean }) {
  return v.pipe(
    v.record(v.string(), v.string()),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      for (const [name, value] of Object.entries(dataset.value)) {
        const problem =
          name.toLowerCase() === 'x-amz-acl' ? aclProblem(value, acl) : headerProblem(name, value);
        if (problem === undefined) continue;
        const path = { type: 'object', origin: 'value', input: dataset.value, key: name, value };
        addIssue({ message: `is refused: ${problem}`, path: [path as v.ObjectPathItem] });
      }
    }),
  );
}

function aclProblem(value: string, allowed: boolean): string | undefined {
  if (!allowed) return 'the ACL is the same for a whole target; set s3.acl or x-amz-acl in headers';
  const known: readonly string[] = cannedAcls;
  return known.includes(value) ? undefined : `it must be one of ${known.join(', ')}`;
}

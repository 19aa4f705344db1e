import { exitCodes } from '../errors.ts';
import type { CodeExplanation } from './explanation.ts';

const warning = [exitCodes.ok] as const;
const sayBackend =
  'use --backend s3 or COLLECT_STATIC_BACKEND=s3; or say that it is meant: --backend local';
const answer =
  'leave them out with "ignore"; or, if that is meant, say so in "allow" with the rule and a reason';

/** What does not stop a run. */
export const warnings = {
  STALE_CACHE: {
    what: 'files are replaced under names that browsers may keep for long',
    why: 'Their Cache-Control lets browsers keep the old bytes without asking, a year by default.',
    fix: 'give such files a rule with "no-cache" or a short max-age, or names that change with their content',
    exit: warning,
  },
  KEPT_EXISTING: {
    what: 'objects with other content were left alone',
    why: 'The target media never overwrites: in production its objects are uploads of users.',
    fix: '--force overwrites them',
    exit: warning,
  },
  NOT_CONSULTED: {
    what: 'the destination could not be read, so everything is uploaded',
    why: 'With --force the credentials need no right to list.',
    fix: 'allow s3:ListBucket (collect-static policy --iam) to upload only what has changed',
    exit: warning,
  },
  LOCK_DENIED: {
    what: 'no lock is taken',
    why: 'The credentials may not write or read below .collect-static/. Two deploys at once would mix their files.',
    fix: 'allow it with the policy that collect-static policy --iam prints; or see to it that deploys run one at a time',
    exit: warning,
  },
  LOCK_UNSUPPORTED: {
    what: 'no lock is taken, as the store does not keep to conditions of a write',
    why: 'A lock takes a store that refuses a put under If-None-Match or If-Match when it must.',
    fix: 'see to it that deploys run one at a time; or have no record and no lock: "state": false',
    exit: warning,
  },
  RECORD_DENIED: {
    what: 'no release record is kept and no lock taken',
    why: 'The credentials may not read or write below .collect-static/. Changed headers of unchanged files are not found then, and nothing is pruned.',
    fix: 'allow it with the policy that collect-static policy --iam prints, or do without: "state": false',
    exit: warning,
  },
  RELEASES_NOT_KEPT: {
    what: 'releases are kept on S3 alone',
    why: 'An earlier release is put back by copies inside the bucket; a directory or a module keeps none.',
    fix: 'leave releases out where the backend is not s3',
    exit: warning,
  },
  RECORD_NEWER: {
    what: 'the release record is of a later version of this tool',
    why: 'Another machine deploys the same destination with a newer version.',
    fix: 'use the same version everywhere; until then this one deploys as if there were no record, and leaves it alone',
    exit: warning,
  },
  RECORD_BROKEN: {
    what: 'the release record cannot be read',
    why: 'Something else wrote or changed it. What is recorded as ours is unknown then, and nothing is pruned.',
    fix: 'nothing: it is written anew',
    exit: warning,
  },
  RECORD_TRUSTED: {
    what: 'the destination was not listed, but taken as the last deploy recorded it',
    why: '--trust-record says so. What somebody deleted or changed since is not found.',
    fix: 'leave --trust-record out now and then',
    exit: warning,
  },
  ACL_DROPPED: {
    what: 'the bucket takes no ACLs, so "public-read" was left out',
    why: 'New buckets have ACLs switched off, and some stores know none.',
    fix: 'make the objects public with a bucket policy: collect-static policy --bucket',
    exit: warning,
  },
  NOT_PUBLIC: {
    what: 'an uploaded object cannot be read by the public',
    why: 'There is neither a public ACL nor a bucket policy, Block Public Access is on, or the domain serves another bucket or path.',
    fix: 'allow public reading with the bucket policy of collect-static policy --bucket, or set s3.acl to "none" and url.domain to a CDN that may read the bucket',
    exit: warning,
  },
  PUBLIC_CHECK_FAILED: {
    what: 'whether an uploaded object is public could not be found out',
    why: 'Its address was not reachable from here, or answered with something else than yes or no.',
    fix: 'open it in a browser',
    exit: warning,
  },
  BACKEND_DEFAULTED_IN_CI: {
    what: 'files are copied to a local directory, although this is a build machine',
    why: 'CI or DYNO is set and no backend is; a variable may be missing that names it.',
    fix: sayBackend,
    exit: warning,
  },
  BUCKET_NOT_USED: {
    what: 'a bucket is configured and not used',
    why: 'The backend is local unless it is set; a bucket alone does not change that.',
    fix: sayBackend,
    exit: warning,
  },
  ENCODING_FOR_ALL: {
    what: 'files are stored in an encoding that not every client understands',
    why: 'An object of S3 has one body, and a client that does not ask for Brotli or Zstandard gets it all the same.',
    fix: 'use "encodings": ["gzip"], which every browser and tool understands, or the mode "sidecar" behind a server that chooses',
    exit: warning,
  },
  ENCODING_NOT_KEPT: {
    what: 'compressed files take the place of plain ones in a directory',
    why: 'A directory keeps no Content-Encoding: browsers get bytes that they cannot read, unless the server says what they are.',
    fix: 'use the mode "sidecar" in a directory, or have the server send Content-Encoding for these files',
    exit: warning,
  },
  CACHE_NOT_WRITTEN: {
    what: 'digests and compressed files could not be kept for the next run',
    why: 'The directory for caches is on a full or read-only disk, or belongs to someone else.',
    fix: 'let XDG_CACHE_HOME name a directory that can be written, or use --no-cache',
    exit: warning,
  },
  TWINS_OUTDATED: {
    what: 'compressed twins of new or changed files lie at the destination, and this run does not make them',
    why: 'An earlier run or another tool made them; servers that look for them send their older bytes.',
    fix: 'delete them, with --clear in a directory, or compress in the mode "sidecar" again',
    exit: warning,
  },
  PROFILE_NOT_USED: {
    what: 'the profile is not used',
    why: 'Access keys of higher precedence are set, by variables mostly.',
    fix: 'unset the access keys to use the profile, or the profile to be told nothing',
    exit: warning,
  },
  NOT_A_FILE: {
    what: 'entries of a source were left out because they are no files',
    why: 'They are links that lead nowhere or in a circle, pipes, sockets or devices.',
    fix: 'remove or ignore them; if a link should lead to a file, restore the file',
    exit: warning,
  },
  FILE_AND_DIRECTORY: {
    what: 'names are a file in one source and a directory in another',
    why: 'S3 keeps both, but no disk can hold a copy of this tree.',
    fix: 'give one of the sources a prefix, or rename the file',
    exit: warning,
  },
  KEY_PUBLISHED: {
    what: 'the value of a *_KEY variable is in a file',
    why: 'Many such keys are public (maps, search), and some are not.',
    fix: 'if it is meant to be public: "allow": [{ "env": "NAME" }]; if not, take it out and change it',
    exit: warning,
  },
  SOURCE_MAPS: {
    what: 'source maps are published, which may show the sources',
    why: 'Bundlers write them beside their output.',
    fix: answer,
    exit: warning,
  },
  UNBUILT_SOURCES: {
    what: 'files look like sources that no build has touched',
    why: 'Browsers cannot use .ts, .scss or .php; the directory may be the one before the build.',
    fix: answer,
    exit: warning,
  },
  DEPENDENCY_FOLDERS: {
    what: 'files lie in node_modules or bower_components',
    why: 'Whole packages are seldom meant to be published.',
    fix: answer,
    exit: warning,
  },
  PRIVATE_FILES: {
    what: 'files are private on disk and will be public',
    why: 'Their permissions keep other users from reading them, which may be on purpose.',
    fix: answer,
    exit: warning,
  },
} as const satisfies Readonly<Record<string, CodeExplanation>>;

import { exitCodes } from '../errors.ts';
import type { CodeExplanation } from './explanation.ts';

const { bug, usage, config, source, refused, unreachable, partial, interrupted, conflict } =
  exitCodes;

/** The command line, the configuration, and the end of a run. */
export const ofTheRun = {
  USAGE: {
    what: 'the command line is not one that the program knows',
    why: 'A flag or command is misspelt, has no value, or belongs to another tool.',
    fix: 'see collect-static --help',
    exit: [usage],
  },
  FLAGS_CONFLICT: {
    what: 'two flags contradict each other',
    why: 'Each of --target and --source is about one target, --all about every one; --to says already which backend is meant.',
    fix: 'leave out one of the two flags',
    exit: [usage],
  },
  UNKNOWN_TARGET: {
    what: 'there is no target of that name',
    why: 'Beside static and media there are only the targets of the configuration.',
    fix: 'check the spelling, or add the target under "targets" in the config',
    exit: [usage],
  },
  UNKNOWN_NAME: {
    what: 'there is no file of that name',
    why: 'collect-static find and url take names as templates write them: with the prefix of the source, without the directory. What is ignored has no name. Where names are hashed, url answers from the manifest of the last run, which a file that is new since then is not in.',
    fix: 'check the spelling; collect-static --dry-run -v 3 lists every name',
    exit: [source],
  },
  SOURCE_SHRANK: {
    what: 'the sources have less than half the files of the last release',
    why: 'A build that failed or went elsewhere looks like that, and --prune would delete what is missing in time.',
    fix: 'check that everything was built; if it was, add --accept-shrink',
    exit: [refused],
  },
  TOO_MANY_DELETES: {
    what: '--prune would delete more than it may',
    why: 'So many files at once rarely go on purpose. The ceilings are retain.maxDeletes and retain.maxDeletePercent.',
    fix: 'look at them with --dry-run; if they are to go, add --accept-deletes N',
    exit: [refused],
  },
  RELEASE_INCOMPLETE: {
    what: 'not everything of the release is stored any more',
    why: 'Files that were replaced are kept for a rollback only by deploys with releases on, and only until --prune deletes what no release to be kept has; or somebody else deleted them, or replaced media. A rollback of media that broke off stands in the way of any other until it is run again.',
    fix: 'go back to another release, see collect-static releases; or deploy it from its sources',
    exit: [refused],
  },
  RELEASE_UNKNOWN: {
    what: 'there is no release of that id',
    why: 'It was never deployed to this destination, or is older than what retain.releases keeps; or the first digits of an id fit several releases.',
    fix: 'collect-static releases lists those that there are',
    exit: [usage],
  },
  NO_RELEASES: {
    what: 'there is no release to go back to',
    why: 'Releases are off (they come with hash and state, or by "releases": true), nothing was deployed since they are on, or the current release is the oldest that is known.',
    fix: 'deploy the earlier state from its sources; with "releases": true it can be gone back to from then on',
    exit: [refused],
  },
  RELEASE_ACL: {
    what: 'the release had another ACL than the configuration says',
    why: 'Who may read the objects was changed since then, and a rollback must not undo that unasked.',
    fix: 'say which one is meant with --acl',
    exit: [refused],
  },
  LOCK_HELD: {
    what: 'another deploy writes to the same destination',
    why: 'It holds the lock below .collect-static/ and renews it. The lock of one that died ends by itself after a minute.',
    fix: 'run again when it has ended, or wait longer for it: --lock-timeout; collect-static unlock removes a lock by hand',
    exit: [conflict],
  },
  LOCK_LOST: {
    what: 'another deploy took the lock of this one',
    why: 'This run stood still for more than a minute, or somebody ran collect-static unlock. What it has stored stays; the other deploy goes on alone.',
    fix: 'run again when the other deploy has ended',
    exit: [conflict],
  },
  PLAN_INVALID: {
    what: 'the plan cannot be used',
    why: 'The file is not there, is no plan, was damaged, or was written by a version of collect-static with another format.',
    fix: 'make it anew: collect-static plan -o plan.json',
    exit: [usage],
  },
  PLAN_OUTDATED: {
    what: 'the plan does not hold any more',
    why: 'The sources, the configuration, the flags or the destination are not those that it was made with. What it says has been agreed to, and nothing else is done in its place.',
    fix: 'give apply the flags that plan was given; if they were the same, make a new plan, look at it, and apply that',
    exit: [refused],
  },
  CLEAR_REFUSED: {
    what: '--clear would delete what must not be deleted',
    why: 'It works on a local directory of copies alone: not on S3, not for media, and not on a directory that holds a repository, a package.json, the config or another target.',
    fix: 'leave out --clear, or name a destination that holds nothing but static files',
    exit: [usage, refused],
  },
  CLEAR_DECLINED: {
    what: 'nobody said yes to --clear',
    why: 'It asks before it deletes. In a script or a job there is nobody to answer.',
    fix: 'add --yes where the deletes are meant',
    exit: [refused],
  },
  CONFIG_INVALID: {
    what: 'values of the configuration are wrong',
    why: 'An unknown key, a value of the wrong kind, settings that contradict each other, or one that is missing. Every problem is listed with the file, variable or flag that it comes from.',
    fix: 'correct what is listed; collect-static config shows every value and where it came from',
    exit: [config],
  },
  CONFIG_UNREADABLE: {
    what: 'the config file cannot be read',
    why: 'It is not there, empty, no valid JSON or YAML, not readable for this user, or its code failed.',
    fix: 'correct the file, or name another one with --config',
    exit: [config],
  },
  CONFIG_NO_SOURCE: {
    what: 'no source is configured, and there is no directory static',
    why: 'The command runs in another directory than the one meant, or nothing is configured yet.',
    fix: 'change to the project, or write a collect.config.json with "sources"; --source DIR names one for a single run',
    exit: [config],
  },
  NO_BUCKET: {
    what: 'the command is about a bucket, and none is configured',
    why: 'collect-static policy prints policies for one bucket.',
    fix: 'set s3.bucket, AWS_STORAGE_BUCKET_NAME or --to s3://BUCKET/LOCATION',
    exit: [config],
  },
  BACKEND_INVALID: {
    what: 'the backend module cannot be used',
    why: 'Its path or package was not found, it threw while it was loaded, or what it made has no label, no put, or the number of another API version.',
    fix: 'its default export is a function that returns { label, put, … }; see "A backend of one\'s own" in the README',
    exit: [config],
  },
  BACKEND_FAILED: {
    what: 'the backend module failed',
    why: 'A method of the module threw; its own message is repeated.',
    fix: 'see its own documentation, then run again',
    exit: [partial, unreachable],
  },
  PUT_UNPROVED: {
    what: 'the backend module did not say how a put was proved',
    why: 'A put that returns nothing may have stored nothing.',
    fix: 'let put compare what was stored with object.digests, and return { proof: "digest" }, "checksum" or "etag"',
    exit: [partial],
  },
  URL_EXPIRES_TOO_LATE: {
    what: 'a signed URL cannot be valid for so long',
    why: 'The signatures of S3 last a week at most.',
    fix: 'lower url.expiresIn (AWS_QUERYSTRING_EXPIRE)',
    exit: [config],
  },
  INTERRUPTED: {
    what: 'it was stopped',
    why: 'By Ctrl-C, the end of a job, a closed terminal. Multipart uploads are aborted and temporary files removed, within five seconds; a second signal ends the run at once.',
    fix: 'run again to go on',
    exit: [interrupted],
  },
  BUG: {
    what: 'this is a bug in collect-static',
    why: 'Something happened that nobody foresaw; the stack says where.',
    fix: 'report it with the stack, then compare with collect-static --dry-run what is there',
    exit: [bug],
  },
} as const satisfies Readonly<Record<string, CodeExplanation>>;

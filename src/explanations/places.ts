import { exitCodes } from '../errors.ts';
import type { CodeExplanation } from './explanation.ts';

const { ok, source, refused, permission, unreachable, partial, conflict } = exitCodes;

/** Where files come from, and directories they go to. */
export const ofPlaces = {
  SOURCE_INVALID: {
    what: 'the sources cannot be collected as they are',
    why: 'A source is missing or empty, which mostly means that the build did not run or the command runs elsewhere; or names collide (a file and a directory, two forms of one Unicode name), are not UTF-8, hold control characters, or make keys of more than 1,024 bytes.',
    fix: 'run the build, and correct what is listed; "optional": true is for a source that may be absent or empty',
    exit: [source],
  },
  SOURCE_ESCAPE: {
    what: 'a symbolic link leads out of its source',
    why: 'What lies behind it was never meant as a source, and may be anything: a home directory, /etc.',
    fix: 'copy the files into the source, add their directory as a source of its own, or ignore the link',
    exit: [refused],
  },
  SOURCE_CHANGED: {
    what: 'a file changed while it was being collected',
    why: 'A build or an editor still writes to it. Half of an old and half of a new version is never stored.',
    fix: 'wait until the build has finished, then run again',
    exit: [source, partial],
  },
  SOURCE_VANISHED: {
    what: 'a file vanished while it was being collected',
    why: 'A build or a clean-up runs at the same time.',
    fix: 'wait until the build has finished, then run again',
    exit: [source, partial],
  },
  SOURCE_UNREADABLE: {
    what: 'a file cannot be read',
    why: 'Its permissions keep this user out, or the disk has an error.',
    fix: 'make it readable for the user that runs collect-static, or ignore it',
    exit: [source, partial],
  },
  CASE_COLLISION: {
    what: 'names differ in nothing but upper and lower case',
    why: 'S3 keeps them apart, and there this is a warning; a disk of Windows or macOS can hold only one of them.',
    fix: 'rename or ignore all but one',
    exit: [source, ok],
  },
  GUARD_REFUSED: {
    what: 'something must not be published',
    why: 'The guard found a secret, or a file that shows that a source is the wrong directory, or more than a limit allows. Each finding names its rule, which collect-static explain knows as well.',
    fix: 'take it out, or ignore it; what is meant to be public is named in "allow", with a reason. A secret that was published before is known to others: change it',
    exit: [refused],
  },
  DESTINATION_OVERLAP: {
    what: 'the destination and a source lie within each other',
    why: 'The next run would collect its own copies, or overwrite the sources.',
    fix: 'collect into a directory of its own: local.dir, STATIC_ROOT or --to DIR',
    exit: [refused],
  },
  DESTINATION_CONFLICT: {
    what: 'something else stands where a file or directory belongs',
    why: 'A directory has the name of a file, a file that of a directory, or a link stands for a directory and could lead anywhere.',
    fix: 'remove it, then run again',
    exit: [refused, partial],
  },
  DESTINATION_FULL: {
    what: 'there is no room left at the destination',
    why: 'The disk or the quota is full. Nothing further is tried; what is there is whole.',
    fix: 'make room, then run again; what is there is whole',
    exit: [partial],
  },
  DESTINATION_UNWRITABLE: {
    what: 'the destination cannot be written or read',
    why: 'Its permissions keep this user out, it is mounted read-only, or the disk has an error.',
    fix: 'make it writable, then run again',
    exit: [partial, permission, unreachable],
  },
  PRECONDITION_FAILED: {
    what: 'what is stored is not what the write was made to depend on',
    why: 'Another run stored, replaced or deleted the same key in the meantime. What it did stays.',
    fix: 'run again: it will start from what is there now',
    exit: [conflict],
  },
  CONDITION_UNSUPPORTED: {
    what: 'the store cannot make a write depend on what is there',
    why: 'It does not know If-Match and If-None-Match, or the backend module cannot tell what it holds.',
    fix: 'use a store with conditional writes; a backend module must have head and put must heed "if"',
    exit: [unreachable],
  },
  OBJECT_TOO_LARGE: {
    what: 'a stored object is larger than what is read whole',
    why: 'The key belongs to a manifest or a record of this program, and something else was stored there.',
    fix: 'look what is stored under that key, and delete it if nothing needs it',
    exit: [unreachable],
  },
  DESTINATION_BUSY: {
    what: 'another deploy writes to the same directory, or did since it was listed',
    why: 'Two jobs overlap. The lock of a run that died does not last: a dead process is noticed, one on another machine is believed for two minutes.',
    fix: 'run again when it has ended',
    exit: [conflict],
  },
} as const satisfies Readonly<Record<string, CodeExplanation>>;

import { exitCodes } from '../errors.ts';
import type { CodeExplanation } from './explanation.ts';

const { ok, source, partial } = exitCodes;

/** Hashed names, references and manifests. */
export const ofHashing = {
  REFERENCE_MISSING: {
    what: 'a file refers to one that is not there',
    why: 'It was not built, is ignored, or its name is written in another case. Published, the reference would be a 404.',
    fix: 'add the file or correct the reference; what is meant to be so: "hash": { "onMissing": { "GLOB": "warn" } }',
    exit: [source],
  },
  REFERENCES_MISSING: {
    what: 'references lead to no file, and that was said to be no error',
    why: 'Packages name source maps that they do not ship; others are warned about because hash.onMissing says so.',
    fix: 'add the files, or "hash": { "onMissing": { "GLOB": "ignore" } }',
    exit: [ok],
  },
  TEXT_UNREADABLE: {
    what: 'a text cannot be rewritten, as it cannot be understood',
    why: 'It has a syntax error, is in another language than its extension says, or is UTF-16.',
    fix: 'correct it, or publish it as it is: "hash": { "exclude": ["GLOB"] }',
    exit: [source],
  },
  MANIFEST_NAME_TAKEN: {
    what: 'the sources hold a staticfiles.json or assets.json, where the manifest of this run belongs',
    why: 'Another tool wrote it, or the source is a tree whose names were hashed before.',
    fix: 'rename or ignore it; a tree that is hashed already is published with --no-hash',
    exit: [source],
  },
  HASHED_NAME_TAKEN: {
    what: 'two files with other bytes would be stored under one hashed name',
    why: 'An earlier run left hashed copies in the sources, and one of them was changed by hand.',
    fix: 'remove what an earlier run left in the sources, or leave it out (hash.exclude, ignore)',
    exit: [source],
  },
  KEY_TOO_LONG: {
    what: 'hashed names are longer than the 1,024 bytes that S3 takes',
    why: 'The hash adds 13 bytes to a name that was just short enough.',
    fix: 'shorten them, or leave them unhashed (hash.exclude)',
    exit: [source],
  },
  MANIFEST_INVALID: {
    what: 'staticfiles.json cannot be read',
    why: 'It is no JSON, of another version than 1.0 and 1.1, or something else under this name.',
    fix: 'write it anew with a run that hashes names',
    exit: [source],
  },
  MANIFEST_MISSING: {
    what: 'there is no staticfiles.json in the destination',
    why: 'No run with hashed names has stored anything there yet, or target, bucket or location is another one than it was.',
    fix: 'run collect-static with the same configuration first; collect-static url --no-hash gives the plain name',
    exit: [source],
  },
  MANIFEST_NOT_WRITTEN: {
    what: 'everything is deployed, but the local copy of the manifest cannot be written',
    why: 'The place that manifest.local names is read-only, full, or a directory.',
    fix: 'make manifest.local a place that can be written, then run again',
    exit: [partial],
  },
  TEMPLATES_MISSING: {
    what: 'no template matches what --templates names',
    why: 'Globs count from the working directory, and a shell expands those that are not quoted.',
    fix: 'quote the glob, and count from the working directory',
    exit: [source],
  },
  HASH_NAME_UNSAFE: {
    what: 'a name cannot be hashed as Django does',
    why: 'Django takes a name for a URL: % ? # \\ : and blanks at its ends would give another name than was asked for.',
    fix: 'rename the file, ignore it, or use the engine "modern"',
    exit: [source],
  },
  TEXT_NOT_UTF8: {
    what: 'a stylesheet or script is not UTF-8, which Django refuses',
    why: 'It was saved in another encoding, or is no text at all.',
    fix: 'save the file as UTF-8, ignore it, or use another name for it',
    exit: [source],
  },
  REFERENCE_CYCLE: {
    what: 'files refer to each other in a circle, or in too long a chain for Django',
    why: 'Django gives up after five passes ("Max post-process passes exceeded").',
    fix: 'use the engine "modern", which takes both',
    exit: [source],
  },
  REFERENCE_INVALID: {
    what: 'a reference is not a valid URL, which Django refuses',
    why: 'Its host or port is malformed.',
    fix: 'correct the reference, ignore the file, or use the engine "modern"',
    exit: [source],
  },
  REFERENCE_OUTSIDE: {
    what: 'a reference leads out of the static files, which Django refuses',
    why: 'It has more ".." than there are directories.',
    fix: 'correct the reference, ignore the file, or use the engine "modern"',
    exit: [source],
  },
  REWRITE_REFUSED: {
    what: 'several files would be refused by Django, for different reasons',
    why: 'Every reason is listed with its file, line and column.',
    fix: 'correct the references, ignore these files, or use the engine "modern"',
    exit: [source],
  },
} as const satisfies Readonly<Record<string, CodeExplanation>>;

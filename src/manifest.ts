import { createHash } from 'node:crypto';
import { CollectError, exitCodes } from './errors.ts';
import { byCodePoint } from './keys.ts';

/** What a manifest says: name → hashed name, and the hash over all of them ("" in version 1.0). */
export interface Manifest {
  readonly paths: ReadonlyMap<string, string>;
  readonly hash: string;
}

const version = '1.1';
const readable: readonly unknown[] = ['1.0', version];

/** staticfiles.json as Django 6 writes it, byte for byte. */
export function manifestText(paths: ReadonlyMap<string, string>): string {
  const entries = sorted(paths).map(([name, key]) => `${quoted(name)}: ${quoted(key)}`);
  const hash = quoted(manifestHash(paths));
  return `{"paths": {${entries.join(', ')}}, "version": "${version}", "hash": ${hash}}`;
}

/** The manifest's own hash, equal to the one of Django: over the sorted entries as Python's JSON. */
export function manifestHash(paths: ReadonlyMap<string, string>): string {
  const entries = sorted(paths).map(([name, key]) => `[${quoted(name)}, ${quoted(key)}]`);
  const text = `[${entries.join(', ')}]`;
  return createHash('md5').update(text).digest('hex').slice(0, 12);
}

/** Reads versions 1.0 and 1.1. @throws CollectError MANIFEST_INVALID where Django would refuse it */
export function readManifest(text: string): Manifest {
  const stored = parse(text);
  const { paths = {}, hash = '' } = stored;
  if (!readable.includes(stored['version'])) {
    throw invalid(`its version is ${JSON.stringify(stored['version'])}, not 1.0 or 1.1`);
  }
  if (!isRecord(paths)) throw invalid('its "paths" is no object');
  const entries = Object.entries(paths).map(([name, key]): [string, string] => {
    if (typeof key !== 'string') throw invalid(`its entry ${JSON.stringify(name)} is no text`);
    return [name, key];
  });
  return { paths: new Map(entries), hash: typeof hash === 'string' ? hash : '' };
}

function sorted(paths: ReadonlyMap<string, string>): [string, string][] {
  return [...paths].sort(([a], [b]) => byCodePoint(a, b));
}

/** A JSON string as Python writes it: everything outside printable ASCII as \uXXXX. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid('it is not JSON', cause);
  }
  if (!isRecord(value)) throw invalid('it is no JSON object');
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(why: string, cause?: unknown): CollectError {
  return new CollectError('MANIFEST_INVALID', `staticfiles.json cannot be read: ${why}`, {
    exitCode: exitCodes.source,
    hint: 'write it anew with a run that hashes names',
    cause,
  });
}

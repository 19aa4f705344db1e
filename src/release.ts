import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { byCodePoint } from './keys.ts';
import type { ObjectHeaders } from './types.ts';

/** Where a deploy says what it left at the destination, for the next one to know. */
export const recordKey = '.collect-static/release.json.gz';

export const format = 'collect-static release';
/** Number of the format. Readers ignore fields they do not know, and take a newer number for no record at all. */
export const version = 1;

/** What a listing cannot tell of one object. */
export interface ReleaseEntry {
  /** Hex, of the stored bytes. */
  readonly sha256: string;
  readonly size: number;
  /** As they were sent; undefined where the object was there before and nobody could look. */
  readonly headers: ObjectHeaders | undefined;
  /** Where it is another than S3 usually gives such bytes: without quotes. */
  readonly etag?: string | undefined;
  /** Seconds since 1970, where a listing told: a later one means that somebody wrote there since. */
  readonly modified?: number | undefined;
}

/** An object of ours that the current release does not have: what it takes to know when it may go. */
export interface Former {
  /** Of the last release that had it. */
  readonly sequence: number;
  /** When that was replaced by one without it; seconds since 1970. */
  readonly since: number;
  /**
   * Where it was to be deleted once this was recorded: when it had been stored, in seconds since 1970. Another time means
   * that it is gone, and that what is there now is somebody else's.
   */
  readonly leaving?: number;
}

/** A release that came before. */
export interface PastRelease {
  readonly id: string;
  readonly sequence: number;
  readonly deployedMs: number;
  readonly files: number;
  /** Of the release that this one put back. */
  readonly restores?: number;
}

export interface Release {
  /** The same for the same files under the same headers, wherever they are deployed from. */
  readonly id: string;
  /** Deploys of this destination so far, this one included. */
  readonly sequence: number;
  readonly deployedMs: number;
  /** The ACL that every object was sent with. */
  readonly acl: string;
  readonly entries: ReadonlyMap<string, ReleaseEntry>;
  readonly former: ReadonlyMap<string, Former>;
  /** Oldest first. */
  readonly past: readonly PastRelease[];
  /** The sequence of the release that a rollback put back as this one. */
  readonly restores?: number;
}

export type Reading =
  | { readonly is: 'release'; readonly release: Release }
  /** Of a later version of this tool: it is neither used nor written over. */
  | { readonly is: 'newer'; readonly version: number }
  | { readonly is: 'broken'; readonly why: string };

/** A hash over every key with its bytes, headers and ACL. */
export function releaseId({ entries, acl }: Pick<Release, 'entries' | 'acl'>): string {
  const hash = createHash('sha256').update(`${JSON.stringify(acl)}\n`);
  for (const [key, { sha256, headers }] of sortedByKey(entries)) {
    hash.update(`${JSON.stringify([key, sha256, headers && identityOf(headers)])}\n`);
  }
  return hash.digest('hex');
}

/** A hundred thousand files have a handful of different headers, and are asked for theirs more than once. */
const identities = new WeakMap<ObjectHeaders, string>();

/** Equal for equal headers, in whatever order they were set. */
export function identityOf(headers: ObjectHeaders): string {
  const known = identities.get(headers);
  if (known !== undefined) return known;
  const { metadata = {}, ...rest } = headers;
  const parts = [rest, metadata].map((part) => Object.entries(part).sort(byName));
  const identity = JSON.stringify(parts);
  identities.set(headers, identity);
  return identity;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return byCodePoint(a, b);
}

/** Never throws: a record is an aid, and what it says is checked against the destination. */
export function decodeRelease(bytes: Uint8Array): Reading {
  try {
    return decode(JSON.parse(gunzipSync(bytes, { maxOutputLength }).toString()));
  } catch (error) {
    return broken(error instanceof Error ? error.message : String(error));
  }
}

/** About three million keys. */
const maxOutputLength = 512 * 1024 * 1024;

function decode(value: unknown): Reading {
  if (!isRecord(value) || value['format'] !== format) return broken('it is no release record');
  const { version: number, headers, objects, former, past } = value;
  if (typeof number !== 'number') return broken('it has no version');
  if (number > version) return { is: 'newer', version: number };
  if (!Array.isArray(headers) || !isRecord(objects) || !isRecord(former) || !Array.isArray(past)) {
    return broken('parts of it are missing');
  }
  const release = {
    id: textOf(value['id']),
    sequence: numberOf(value['sequence']),
    deployedMs: timeOf(value['deployed']),
    acl: textOf(value['acl']),
    entries: entriesOf(objects, headers),
    former: new Map(
      Object.entries(former).map(([key, row]) => {
        const [sequence, since, leaving] = rowOf(row);
        const one = { sequence: numberOf(sequence), since: numberOf(since) };
        return [key, { ...one, ...(leaving !== undefined && { leaving: numberOf(leaving) }) }];
      }),
    ),
    past: past.map((row) => {
      const [id, sequence, deployed, files, restores] = rowOf(row);
      return {
        id: textOf(id),
        sequence: numberOf(sequence),
        deployedMs: timeOf(deployed),
        files: numberOf(files),
        ...(restores !== undefined && { restores: numberOf(restores) }),
      };
    }),
    ...(value['restores'] !== undefined && { restores: numberOf(value['restores']) }),
  };
  return { is: 'release', release };
}

function entriesOf(
  objects: Readonly<Record<string, unknown>>,
  headers: readonly unknown[],
): Map<string, ReleaseEntry> {
  const entries = new Map<string, ReleaseEntry>();
  for (const key of Object.keys(objects)) entries.set(key, entryOf(objects[key], headers));
  return entries;
}

function entryOf(row: unknown, headers: readonly unknown[]): ReleaseEntry {
  const [digest, size, at, modified, etag] = rowOf(row);
  const sha256 = digestOf(digest);
  const found = headers[numberOf(at)];
  return {
    sha256,
    size: numberOf(size),
    headers: isRecord(found) ? (found as unknown as ObjectHeaders) : undefined,
    etag: etag === undefined ? undefined : textOf(etag),
    modified: modified === undefined || modified === 0 ? undefined : numberOf(modified),
  };
}

function digestOf(value: unknown): string {
  const sha256 = Buffer.from(textOf(value), 'base64').toString('hex');
  if (sha256.length !== 64) throw new Error('it has a digest that is none');
  return sha256;
}

function rowOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('it has a row that is none');
  return value;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('it has something else where a text must be');
  return value;
}

function numberOf(value: unknown): number {
  if (typeof value !== 'number') throw new Error('it has something else where a number must be');
  return value;
}

function timeOf(value: unknown): number {
  const ms = Date.parse(textOf(value));
  if (Number.isNaN(ms)) throw new Error('it has something else where a time must be');
  return ms;
}

function broken(why: string): Reading {
  return { is: 'broken', why };
}

/** In the order of the keys, by code point. */
export function* sortedByKey<T>(map: ReadonlyMap<string, T>): Generator<[string, T]> {
  for (const key of [...map.keys()].sort(byCodePoint)) yield [key, map.get(key) as T];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { Backend, PutOptions } from './backends/backend.ts';
import { digestContent } from './digest.ts';
import { CollectError, exitCodes } from './errors.ts';
import { explanations } from './explanations/index.ts';
import { byCodePoint } from './keys.ts';
import { encodeRelease } from './encode-release.ts';
import { decodeRelease, recordKey, type Release, type ReleaseEntry } from './release.ts';
import type { StoredObject, Warning } from './types.ts';

/** The release record that was found at a destination. */
export interface Recorded {
  readonly release: Release;
  /** Keys of the release, in order. */
  readonly keys: readonly string[];
  /** Adds what a listing cannot tell, if the object is still the one that was recorded. */
  complete(held: StoredObject): StoredObject;
  /** Whether it is the object that was recorded, as far as a listing tells. */
  readonly holds: (held: StoredObject) => boolean;
  /** The object as it was recorded. */
  trust(key: string): StoredObject;
}

export interface RecordState {
  readonly recorded: Recorded | undefined;
  /** What the record is compared with before it is written over. */
  readonly etag: string | undefined;
  /** Whether one may be written. */
  readonly writable: boolean;
  /** Whether the tool may read what it keeps there at all. */
  readonly readable: boolean;
  readonly warnings: readonly Warning[];
}

/** What the last deploy left. Without the right to read it, or with a broken one, there is none. @throws CollectError */
export async function readRecord(backend: Backend, pass: PutOptions): Promise<RecordState> {
  const nothing = {
    recorded: undefined,
    etag: undefined,
    writable: true,
    readable: true,
    warnings: [],
  } as const;
  if (backend.read === undefined) return { ...nothing, writable: false, readable: false };
  let held: Awaited<ReturnType<NonNullable<Backend['read']>>>;
  try {
    held = await backend.read(recordKey, pass);
  } catch (error) {
    if (!isDenied(error)) throw error;
    return { ...nothing, writable: false, readable: false, warnings: [denied(error)] };
  }
  if (held === undefined) return nothing;
  const reading = decodeRelease(held.bytes);
  const { etag } = held;
  if (reading.is === 'newer') {
    const message = `the release record is of format ${reading.version}, which this version does not know: it is left alone`;
    const warning = { code: 'RECORD_NEWER', message, hint: explanations.RECORD_NEWER.fix };
    return { ...nothing, etag, writable: false, warnings: [warning] };
  }
  if (reading.is === 'broken') {
    const message = `the release record cannot be read (${reading.why}): it is written anew`;
    const warning = { code: 'RECORD_BROKEN', message, hint: explanations.RECORD_BROKEN.fix };
    return { ...nothing, etag, warnings: [warning] };
  }
  return { ...nothing, etag, recorded: createRecorded(reading.release, held.modifiedMs) };
}

export function isDenied(error: unknown): error is CollectError {
  return error instanceof CollectError && error.exitCode === exitCodes.permission;
}

export function denied(error: CollectError): Warning {
  return {
    code: 'RECORD_DENIED',
    message: `no release record is kept and no lock taken: ${error.message}`,
    hint: explanations.RECORD_DENIED.fix,
  };
}

/** `writtenMs`: when the record was stored, by the clock of the store that holds the objects too. */
export function createRecorded(release: Release, writtenMs: number | undefined): Recorded {
  const { acl, entries } = release;
  const holds = (held: StoredObject): boolean => {
    const entry = entries.get(held.key);
    return entry !== undefined && isAbout(entry, held, writtenMs);
  };
  const complete = (held: StoredObject): StoredObject => {
    const entry = entries.get(held.key);
    if (entry?.headers === undefined || !holds(held)) return held;
    // Where the ETag is the usual one, it tells more about the bytes than a record does.
    const sha256 = entry.etag === undefined ? held.sha256 : entry.sha256;
    const { key, size, etag, md5, modifiedMs, state, linkTarget } = held;
    const { headers } = entry;
    // Not `...held`: of so many objects each would have a hidden class of its own.
    return {
      key,
      size,
      etag,
      md5,
      sha256,
      modifiedMs,
      state,
      linkTarget,
      headers,
      acl,
      recorded: true,
    };
  };
  return {
    release,
    keys: [...entries.keys()].sort(byCodePoint),
    complete,
    holds,
    trust(key) {
      const entry = entries.get(key);
      if (entry === undefined) throw new TypeError(`${key} is not in the record`);
      const { sha256, size, headers, etag } = entry;
      return { key, size, etag, sha256, headers, acl, recorded: true };
    },
  };
}

/** The same, which tells of every object that is still the recorded one which bytes it has. */
export function identify(recorded: Recorded): Recorded {
  return {
    ...recorded,
    complete(held) {
      const sha256 = recorded.release.entries.get(held.key)?.sha256;
      const whole = recorded.complete(held);
      return sha256 !== undefined && recorded.holds(held) ? { ...whole, sha256 } : whole;
    },
  };
}

/** Whether nobody wrote there since: of what anybody replaced, the size, the ETag or the time is another. */
function isAbout(entry: ReleaseEntry, held: StoredObject, writtenMs: number | undefined): boolean {
  if (entry.size !== held.size) return false;
  if (entry.etag !== undefined && entry.etag !== held.etag) return false;
  // Some answers tell the time in seconds only.
  const last = entry.modified ?? (writtenMs === undefined ? undefined : secondsOf(writtenMs));
  if (last === undefined || held.modifiedMs === undefined) return true;
  return secondsOf(held.modifiedMs) <= last;
}

export function secondsOf(ms: number): number {
  return Math.floor(ms / 1000);
}

/** Stores the record, for this tool alone to read. @throws CollectError */
export function writeRecord(backend: Backend, release: Release, pass: PutOptions): Promise<void> {
  return putRelease(backend, recordKey, release, pass);
}

export async function putRelease(
  backend: Backend,
  key: string,
  release: Release,
  pass: PutOptions,
): Promise<void> {
  const content = { kind: 'bytes', bytes: await encodeRelease(release) } as const;
  await backend.put(
    {
      key,
      content,
      headers: { contentType: 'application/gzip', cacheControl: 'no-store' },
      digests: await digestContent(content),
      visibility: 'private',
    },
    pass,
  );
}

import { mapAtOnce } from './at-once.ts';
import { readLimit, type Backend, type PutOptions } from './backends/backend.ts';
import { digestContent } from './digest.ts';
import { CollectError, exitCodes } from './errors.ts';
import { differences } from './headers-seen.ts';
import { byCodePoint, isOwnName } from './keys.ts';
import { preservedKey } from './preserve.ts';
import type { Release, ReleaseEntry } from './release.ts';
import type { StoredObject } from './types.ts';

const atOnce = 32;

export interface Problem {
  readonly key: string;
  readonly why: string;
}

export interface Verified {
  readonly problems: readonly Problem[];
  /** Files of the release. */
  readonly files: number;
  /** Objects that are no files of it, and not the tool's own. */
  readonly others: number;
  /** Whether the ACLs were left out, since they may not be read. */
  readonly withoutAcls: boolean;
}

export interface VerifyOptions {
  readonly release: Release;
  /** An earlier one need not be what visitors see: it is enough that everything of it is kept somewhere. */
  readonly current: boolean;
  readonly pass: PutOptions;
}

/** Whether every file of a release is stored with its bytes, and where it is the current one, with headers and ACL. @throws CollectError */
export async function verifyRelease(
  backend: Backend,
  { release, current, pass }: VerifyOptions,
): Promise<Verified> {
  const stored = new Map<string, StoredObject>();
  let others = 0;
  for await (const held of backend.list?.(pass) ?? []) {
    if (!isOwnName(held.key.split('/', 1)[0] ?? '')) {
      others += release.entries.has(held.key) ? 0 : 1;
    }
    stored.set(held.key, held);
  }
  const acls = createAclCheck(backend, release.acl, pass);
  const check = async ([key, entry]: readonly [string, ReleaseEntry]): Promise<string[]> => {
    if (!current) {
      const places = [key, preservedKey(entry.sha256)];
      for (const place of places) {
        const held = stored.get(place);
        if (held !== undefined && (await hasBytes(backend, entry, held, pass))) return [];
      }
      return ['its bytes are not there any more'];
    }
    const held = stored.get(key);
    if (held === undefined) return ['it is not there'];
    if (!(await hasBytes(backend, entry, held, pass))) return ['it has other bytes'];
    return [...(await headerProblems(backend, key, entry, pass)), ...(await acls.problems(key))];
  };
  const entries = [...release.entries].sort(([a], [b]) => byCodePoint(a, b));
  const found = await mapAtOnce(entries, atOnce, async (entry) =>
    (await check(entry)).map((why): Problem => ({ key: entry[0], why })),
  );
  const withoutAcls = acls.denied();
  return { problems: found.flat(), files: entries.length, others, withoutAcls };
}

/** Whether the bytes are those of the release. A listing proves that by an ETag that nobody else's bytes have; else they are read. */
async function hasBytes(
  backend: Backend,
  { size, sha256, etag }: ReleaseEntry,
  held: StoredObject,
  pass: PutOptions,
): Promise<boolean> {
  if (held.size !== size) return false;
  if (held.etag !== undefined && (held.etag === etag || isNamedBy(held.key, held.etag)))
    return true;
  // What is too large to be held in memory says itself what it is: S3 replaces that together with the bytes.
  if (size > readLimit) return (await backend.head?.(held.key, pass))?.sha256 === sha256;
  const read = await backend.read?.(held.key, pass).catch((error: unknown) => {
    if (error instanceof CollectError && error.code === 'S3_BAD_DIGEST') return undefined;
    throw error;
  });
  if (read === undefined) return false;
  return (await digestContent({ kind: 'bytes', bytes: read.bytes })).sha256 === sha256;
}

/** The name of a hashed file has the first 12 digits of its MD5, and so has its ETag. */
function isNamedBy(key: string, etag: string): boolean {
  const basename = key.slice(key.lastIndexOf('/') + 1);
  return /^[0-9a-f]{32}$/.test(etag) && basename.split('.').includes(etag.slice(0, 12));
}

async function headerProblems(
  backend: Backend,
  key: string,
  { headers }: ReleaseEntry,
  pass: PutOptions,
): Promise<string[]> {
  const held = await backend.head?.(key, pass);
  if (held?.headers === undefined || headers === undefined) return [];
  return differences(held.headers, headers);
}

/** Compares ACLs, until the first one that may not be read. */
function createAclCheck(backend: Backend, wanted: string, pass: PutOptions) {
  const comparable = ['private', 'public-read', 'public-read-write', 'authenticated-read'];
  let denied = false;
  return {
    denied: () => denied,
    async problems(key: string): Promise<string[]> {
      if (denied || backend.acl === undefined || !comparable.includes(wanted)) return [];
      try {
        const is = await backend.acl(key, pass);
        if (is === wanted) return [];
        // Where the bucket takes no ACLs, a policy may do what the ACL was to do.
        const open = wanted === 'public-read' && is === 'private';
        if (open && (await backend.checkPublic?.(key, pass)) === undefined) return [];
        return [`its ACL is ${is}, not ${wanted}`];
      } catch (error) {
        if (!(error instanceof CollectError) || error.exitCode !== exitCodes.permission)
          throw error;
        denied = true;
        return [];
      }
    },
  };
}

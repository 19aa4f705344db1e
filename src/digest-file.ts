import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { openCached, writeCached } from './cache-files.ts';
import { recordSize } from './digest-records.ts';

// The file of a project's digests: a header, and records. Another run may put a new one in its place at any time; it is
// read whole or not at all, and believed only if it is what was written.

/** What is kept of one project and target. */
export interface DigestFile {
  /** Whether the records have a SHA-384. */
  readonly wide: boolean;
  /** What the guard's fingerprint was made with, and it. */
  readonly salt: Buffer;
  readonly guard: Buffer;
  readonly records: Buffer;
}

export const saltSize = 16;
const magic = Buffer.from('collect-static digests\n');
/** Of the format. Another one is not read, and written over. */
const version = 1;
const at = { version: 23, wide: 24, salt: 32, guard: 48, digest: 80, records: 112 };
/** No file is larger: two million wide records. */
const mostBytes = 512 * 1024 * 1024;

/** Undefined where there is none in order. */
export async function readDigestFile(
  path: string,
): Promise<(DigestFile & { readonly usedMs: number }) | undefined> {
  const file = await openCached(path);
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size < at.records || stats.size > mostBytes) return undefined;
    const bytes = await file.readFile();
    if (!isWhole(bytes)) return undefined;
    return {
      wide: isWide(bytes),
      salt: bytes.subarray(at.salt, at.guard),
      guard: bytes.subarray(at.guard, at.digest),
      records: bytes.subarray(at.records),
      usedMs: stats.mtimeMs,
    };
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

/** Puts it in its place whole, or not at all. */
export async function writeDigestFile(
  path: string,
  { wide, salt, guard, records }: DigestFile,
): Promise<void> {
  const header = Buffer.alloc(at.records);
  magic.copy(header);
  header[at.version] = version;
  header[at.wide] = Number(wide);
  salt.copy(header, at.salt);
  guard.copy(header, at.guard);
  digestOf(header, records).copy(header, at.digest);
  await writeCached(path, dirname(path), async (file) => {
    await file.writeFile(header);
    await file.writeFile(records);
  });
}

function isWide(bytes: Buffer): boolean {
  return bytes[at.wide] === 1;
}

function isWhole(bytes: Buffer): boolean {
  const records = bytes.subarray(at.records);
  return (
    bytes.subarray(0, magic.length).equals(magic) &&
    bytes[at.version] === version &&
    records.length % recordSize(isWide(bytes)) === 0 &&
    digestOf(bytes, records).equals(bytes.subarray(at.digest, at.records))
  );
}

/** Of all but itself. */
function digestOf(header: Buffer, records: Buffer): Buffer {
  return createHash('sha256').update(header.subarray(0, at.digest)).update(records).digest();
}

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { FakeObject, FakeRequest, HistoryEntry } from '../support/fake-s3/types.ts';
import { isOwnRecord } from '../support/own-records.ts';

// Shares no code with src/: what must be stored is computed here a second time, by other means.

/** What the program said of itself. */
export interface Claim {
  readonly exitCode: number;
  /** Keys it said it uploaded, as the user knows them. */
  readonly uploaded: readonly string[];
  readonly skipped: readonly string[];
}

export interface Evidence {
  readonly claim: Claim;
  /** Bytes by key, as found in the source. */
  readonly site: ReadonlyMap<string, Buffer>;
  /** Bytes by key that the bucket held before. */
  readonly before: ReadonlyMap<string, Buffer>;
  readonly objects: ReadonlyMap<string, FakeObject>;
  readonly history: readonly HistoryEntry[];
  readonly writes: readonly FakeRequest[];
  readonly location: string;
  readonly aclExpected: boolean;
  /** Whether nothing kept the run from taking the lock and writing the record. */
  readonly recording: boolean;
  /** The exit codes that may come of what was done to the run. */
  readonly answers?: readonly number[];
}

/** The files of a source directory by key. */
export async function readSite(dir: string): Promise<Map<string, Buffer>> {
  const site = new Map<string, Buffer>();
  const walk = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(dir, below), { withFileTypes: true })) {
      const key = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) await walk(key);
      else site.set(key, await readFile(join(dir, key)));
    }
  };
  await walk('');
  return site;
}

/** Everything that is wrong about a run; nothing, if it kept its promises. */
export function judge(evidence: Evidence): string[] {
  const { claim, site, location } = evidence;
  const must = new Set(claim.exitCode === 0 ? site.keys() : claim.uploaded);
  const problems = [...must].flatMap((key) =>
    problemsOf(key, evidence).map((problem) => `claimed, but ${key} ${problem}`),
  );
  for (const [objectKey, object] of evidence.objects) {
    if (isOwnRecord(objectKey)) continue;
    const key = objectKey.slice(location.length + 1);
    const versions = [site.get(key), evidence.before.get(key)];
    if (!versions.some((bytes) => bytes?.equals(object.bytes) === true)) {
      problems.push(`wrong object: ${objectKey} is neither its old nor its new version`);
    }
  }
  for (const key of evidence.before.keys()) {
    if (!evidence.objects.has(`${location}/${key}`)) problems.push(`lost: ${key} is gone`);
  }
  const { exitCode } = claim;
  if (exitCode >= 2 && exitCode <= 7 && evidence.writes.length > 0) {
    problems.push(
      `exit ${exitCode} promises an untouched store, which took ${evidence.writes.length} writes`,
    );
  }
  const { answers = [0, 4, 6, 7, 8] } = evidence;
  if (!answers.includes(exitCode)) problems.push(`exit ${exitCode} is no answer to this`);
  for (const key of claim.skipped) {
    const planted = evidence.before.get(key);
    if (planted?.equals(site.get(key) ?? Buffer.alloc(0)) !== true) {
      problems.push(`skipped, but ${key} was not there`);
    }
  }
  return [...problems, ...recordProblems(evidence), ...misdeeds(evidence)];
}

function problemsOf(key: string, { site, objects, location, aclExpected }: Evidence): string[] {
  const bytes = site.get(key);
  const object = objects.get(`${location}/${key}`);
  if (bytes === undefined) return ['is no file of the site'];
  if (object === undefined) return ['is missing'];
  const wrong = Object.entries(headersOf(key, bytes)).filter(
    ([name, value]) => object.headers[name] !== value,
  );
  return [
    ...(object.bytes.equals(bytes) ? [] : ['has other bytes']),
    ...wrong.map(([name]) => `has ${name}: ${object.headers[name] ?? '(none)'}`),
    ...(aclExpected && object.acl !== 'public-read' ? [`has the ACL ${object.acl}`] : []),
  ];
}

/** The headers that an object has to have. */
export function headersOf(key: string, bytes: Buffer): Record<string, string> {
  return {
    'content-type': mediaTypes[extname(key)] ?? 'application/octet-stream',
    'cache-control': isPage(key) ? 'no-cache' : 'public, max-age=31556926',
    'x-amz-meta-collect-static-sha256': sha256Of(bytes),
  };
}

/** A record says what is there and all of it, and is there after every success. */
function recordProblems(evidence: Evidence): string[] {
  const { claim, objects, site, location, recording } = evidence;
  const held = objects.get(recordOf(location));
  if (held === undefined) {
    return claim.exitCode === 0 && recording ? ['a success without a record'] : [];
  }
  const problems = held.acl === 'private' && !held.public ? [] : ['the record is public'];
  const recorded = new Map(
    Object.entries(rowsIn(held.bytes)).map(([key, row]) => [key, digestIn(row)]),
  );
  for (const [key, bytes] of site) {
    if (recorded.get(key) !== sha256Of(bytes)) problems.push(`recorded as another: ${key}`);
    if (objects.get(`${location}/${key}`)?.bytes.equals(bytes) !== true) {
      problems.push(`recorded, but ${key} is not there`);
    }
  }
  if (recorded.size !== site.size) problems.push(`the record has ${recorded.size} keys`);
  return problems;
}

export function recordOf(location: string): string {
  return `${location}/.collect-static/release.json.gz`;
}

/**
 * Whether the record at a destination is the one of this site: then a further run has nothing to do. Without the headers of
 * a file it is not, as long as somebody may look at them.
 */
export function isRecorded(
  objects: ReadonlyMap<string, FakeObject>,
  site: ReadonlyMap<string, Buffer>,
  location: string,
): boolean {
  const held = objects.get(recordOf(location));
  const rows = held === undefined ? {} : rowsIn(held.bytes);
  return [...site].every(([key, bytes]) => {
    const row = rows[key];
    return row !== undefined && digestIn(row) === sha256Of(bytes) && row[2] >= 0;
  });
}

type Row = readonly [digest: string, size: number, headers: number];

function rowsIn(record: Buffer): Readonly<Record<string, Row>> {
  const { objects } = JSON.parse(gunzipSync(record).toString()) as { objects: Record<string, Row> };
  return objects;
}

/** SHA-256 in hex. */
function digestIn([digest]: Row): string {
  return Buffer.from(digest, 'base64').toString('hex');
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Pages that became visible before everything else was there, what nobody asked for, and what was written without the lock. */
function misdeeds({ history, site, before, location, recording }: Evidence): string[] {
  const waiting = new Set(
    [...site]
      .filter(([key, bytes]) => !isPage(key) && before.get(key)?.equals(bytes) !== true)
      .map(([key]) => key),
  );
  const unwritten = new Set(
    [...site].filter(([key, bytes]) => before.get(key)?.equals(bytes) !== true).map(([key]) => key),
  );
  const problems: string[] = [];
  let locked = false;
  for (const { op, key: objectKey } of history) {
    const key = objectKey.slice(location.length + 1);
    if (objectKey.endsWith('/lock.json')) {
      locked = op === 'put';
      continue;
    }
    if (recording && !locked) problems.push(`${key} was written without the lock`);
    if (objectKey === recordOf(location)) {
      if (op === 'delete') problems.push('the record was deleted');
      if (unwritten.size > 0)
        problems.push(`the record was written before ${unwritten.size} files`);
      continue;
    }
    unwritten.delete(key);
    if (op === 'put' && isPage(key) && waiting.size > 0) {
      problems.push(
        `the page ${key} was published before ${waiting.size} of the files it may name`,
      );
    }
    if (op === 'put') waiting.delete(key);
    if (op === 'put' && before.get(key)?.equals(site.get(key) ?? Buffer.alloc(0)) === true) {
      problems.push(`${key} was there and was written again`);
    }
    if (op === 'delete') problems.push(`${key} was deleted, which nobody asked for`);
  }
  return problems;
}

const isPage = (key: string) => key.endsWith('.html');

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mp4': 'video/mp4',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

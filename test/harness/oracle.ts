import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FakeObject, FakeRequest, HistoryEntry } from '../support/fake-s3/types.ts';

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
  return [...problems, ...misdeeds(evidence)];
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
    'x-amz-meta-collect-static-sha256': createHash('sha256').update(bytes).digest('hex'),
  };
}

/** Pages that became visible before everything else was there, and what nobody asked for. */
function misdeeds({ history, site, before, location }: Evidence): string[] {
  const waiting = new Set(
    [...site]
      .filter(([key, bytes]) => !isPage(key) && before.get(key)?.equals(bytes) !== true)
      .map(([key]) => key),
  );
  const problems: string[] = [];
  for (const { op, key: objectKey } of history) {
    const key = objectKey.slice(location.length + 1);
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

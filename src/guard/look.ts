import type { Digester } from '../digest.ts';
import type { DigestCache } from '../digest-cache.ts';
import type { Known } from '../digest-records.ts';
import { stateOf } from '../open-file.ts';
import type { Content, StaticFile } from '../types.ts';
import type { NameFinding } from './names.ts';
import { isTextName, type Scanned, type Scanner } from './scan.ts';

export interface LookOptions {
  readonly scan: Scanner;
  readonly digester: Digester;
  readonly cache: DigestCache;
}

export interface Look {
  /** With its digests. */
  readonly content: Content;
  readonly scanned: Scanned;
}

/** Reads a file once, unless everything that reading it could tell is known; `named`: what its name gave away. */
export async function lookAtFile(
  { name, content: found }: StaticFile,
  named: NameFinding | undefined,
  { scan, digester, cache }: LookOptions,
): Promise<Look> {
  // Where a name alone does not settle it, the beginning of the file is needed.
  if (found.kind === 'file' && named?.confirm === undefined) {
    const known = cache.find(stateOf(found), found.size);
    if (known !== undefined && isClean(known, name) && digester.isEnough(known.digests)) {
      const { digests } = known;
      return { content: { digests, ...found }, scanned: recall(known, name) };
    }
  }
  const beganMs = Date.now();
  const { content, value: scanned } = await digester.along(found, (file, each) =>
    scan(file, name, each),
  );
  const { findings, verdict } = scanned;
  // What was found must be found again, for who allows it today need not tomorrow.
  if (content.kind === 'file' && content.digests !== undefined && findings.length === 0) {
    cache.add(stateOf(content), { digests: content.digests, verdict }, beganMs);
  }
  return { content, scanned };
}

/** Whether nothing was found, and under that name nothing more would have been looked for. */
function isClean({ verdict }: Known, name: string): boolean {
  return verdict === 'text' || verdict === 'named' || (verdict === 'other' && !isTextName(name));
}

function recall({ verdict = 'other' }: Known, name: string): Scanned {
  const text = verdict === 'text' || isTextName(name);
  return { text, verdict, findings: [], head: Buffer.alloc(0) };
}

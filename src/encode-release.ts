import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { format, identityOf, sortedByKey, version, type Release } from './release.ts';
import type { ObjectHeaders } from './types.ts';

/** The record's bytes: JSON, compressed. The same release gives the same bytes. */
export async function encodeRelease(release: Release): Promise<Buffer> {
  const gzip = createGzip({ level: 6 });
  const [bytes] = await Promise.all([buffer(gzip), pipeline(piecesOf(release), gzip)]);
  return bytes;
}

/** Rows of a piece of the text. */
const rowsAtOnce = 1_000;

/** Piece by piece: as objects and as one text, a hundred thousand rows take more room than all else of a deploy. */
function* piecesOf(release: Release): Generator<string> {
  const { id, sequence, acl, deployedMs, entries, former, past, restores } = release;
  const table = createTable();
  yield '{"objects":{';
  let rows: string[] = [];
  let before = '';
  for (const [key, entry] of sortedByKey(entries)) {
    const at = entry.headers === undefined ? -1 : table.indexOf(entry.headers);
    const rest = entry.etag === undefined ? [entry.modified] : [entry.modified ?? 0, entry.etag];
    const row = [packed(entry.sha256), entry.size, at, ...rest.filter((one) => one !== undefined)];
    rows.push(`${JSON.stringify(key)}:${JSON.stringify(row)}`);
    if (rows.length < rowsAtOnce) continue;
    yield before + rows.join(',');
    rows = [];
    before = ',';
  }
  if (rows.length > 0) yield before + rows.join(',');
  const rest = {
    format,
    version,
    id,
    sequence,
    deployed: new Date(deployedMs).toISOString(),
    acl,
    headers: table.headers,
    former: Object.fromEntries(
      [...sortedByKey(former)].map(([key, { sequence: last, since, leaving }]) => [
        key,
        [last, since, ...(leaving === undefined ? [] : [leaving])],
      ]),
    ) as unknown,
    past: past.map((one) => [
      one.id,
      one.sequence,
      new Date(one.deployedMs).toISOString(),
      one.files,
      ...(one.restores === undefined ? [] : [one.restores]),
    ]),
    restores,
  };
  yield `},${JSON.stringify(rest).slice(1)}`;
}

/** Equal headers are kept once: nearly all files of a site have one of a few. */
function createTable() {
  const headers: ObjectHeaders[] = [];
  const known = new Map<ObjectHeaders, number>();
  const indices = new Map<string, number>();
  return {
    headers,
    indexOf(one: ObjectHeaders): number {
      const same = known.get(one);
      if (same !== undefined) return same;
      const identity = identityOf(one);
      const index = indices.get(identity) ?? headers.push(one) - 1;
      indices.set(identity, index);
      known.set(one, index);
      return index;
    },
  };
}

function packed(sha256: string): string {
  return Buffer.from(sha256, 'hex').toString('base64');
}

import { hash } from 'node:crypto';
import { partsOf, singlePutLimit } from './parts.ts';
import { makeDigests } from './running-digests.ts';
import type { Digests } from './types.ts';

// How digests are kept for the next run: records of one size, in the order of their keys, so that a hundred thousand of
// them are one buffer and not as many objects. Pure.

/** What is known of a file's bytes. */
export interface Known {
  readonly digests: Digests;
  /** What the guard saw, where it found nothing. */
  readonly verdict: Verdict | undefined;
}

/** A text; no text, but looked through as one for its name; no text, and not looked through. */
export type Verdict = 'text' | 'named' | 'other';

const verdicts = [undefined, 'text', 'named', 'other'] as const;
const verdictBits = 3;
const hasSha384 = 4;
/** So that what was written before there was this flag is still read as it was meant. */
const lacksMd5 = 8;

/** Places in a record. */
const at = { md5: 16, etag: 32, sha256: 48, flags: 80, sha384: 81 };
const size384 = 48;
/** More are not kept: when they are sorted, key and place go into one number. */
const mostRecords = 2 ** 21;

/** Bytes of a record; `wide` ones have a SHA-384. */
export function recordSize(wide: boolean): number {
  return wide ? at.sha384 + size384 : at.sha384;
}

/** What a state of a file is called: half a SHA-256. */
export function keyOf(state: string): Buffer {
  return hash('sha256', state, 'buffer').subarray(0, at.md5);
}

/** The record of a key among sorted ones: where it begins; undefined where there is none. */
export function findRecord(records: Buffer, step: number, key: Buffer): number | undefined {
  const wanted = key.readUInt32BE(0);
  let low = 0;
  let high = records.length / step;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (records.readUInt32BE(middle * step) < wanted) low = middle + 1;
    else high = middle;
  }
  for (let start = low * step; start < records.length; start += step) {
    if (records.readUInt32BE(start) !== wanted) return undefined;
    if (records.compare(key, 0, at.md5, start, start + at.md5) === 0) return start;
  }
  return undefined;
}

/** What a record says of a file of `size` bytes. */
export function readRecordAt(records: Buffer, start: number, size: number): Known {
  const hex = (from: number, to: number) => records.toString('hex', start + from, start + to);
  const flags = records[start + at.flags] ?? 0;
  const md5 = flags & lacksMd5 ? undefined : hex(at.md5, at.etag);
  const inParts = size > singlePutLimit || md5 === undefined;
  const etag = inParts ? `${hex(at.etag, at.sha256)}-${partsOf(size).length}` : md5;
  const sha256 = hex(at.sha256, at.flags);
  const from = start + at.sha384;
  return {
    digests: makeDigests({
      md5,
      sha256,
      etag,
      sha384: flags & hasSha384 ? records.toString('base64', from, from + size384) : undefined,
    }),
    verdict: verdicts[flags & verdictBits],
  };
}

/** A record, filled into a buffer of its size. */
export function fillRecord(record: Buffer, key: Buffer, { digests, verdict }: Known): void {
  const { md5, etag, sha256, sha384 } = digests;
  const wide = record.length > at.sha384 && sha384 !== undefined;
  record.set(key);
  if (md5 !== undefined) record.write(md5, at.md5, 'hex');
  record.write(etag.slice(0, 32), at.etag, 'hex');
  record.write(sha256, at.sha256, 'hex');
  record[at.flags] =
    verdicts.indexOf(verdict) + (wide ? hasSha384 : 0) + (md5 === undefined ? lacksMd5 : 0);
  if (wide) record.write(sha384, at.sha384, 'base64');
}

/** Takes the guard's word away: it looks for something else now. */
export function forgetVerdicts(records: Buffer, step: number): void {
  for (let flags = at.flags; flags < records.length; flags += step) {
    records[flags] = (records[flags] ?? 0) & ~verdictBits;
  }
}

/** Records of two buffers in one, in the order of their keys; of several for one key, the first. Some of the second stay behind. */
export function mergeRecords(
  first: Buffer,
  second: Buffer,
  { step, isKept }: { readonly step: number; readonly isKept: (index: number) => boolean },
): Buffer {
  const most = Math.min(first.length / step, mostRecords);
  const count = Math.min(most + second.length / step, mostRecords);
  const beginningOf = (i: number) =>
    i < most ? first.readUInt32BE(i * step) : second.readUInt32BE((i - most) * step);
  // Numbers are sorted ten times as fast as what takes a comparison: of the key, its beginning will do.
  const order = new Float64Array(count);
  for (let i = 0; i < count; i += 1) order[i] = beginningOf(i) * mostRecords + i;
  order.sort();
  const merged = Buffer.allocUnsafe(count * step);
  let filled = 0;
  for (const number of order) {
    const i = number % mostRecords;
    if (i >= most && !isKept(i - most)) continue;
    const [from, start] = i < most ? [first, i * step] : [second, (i - most) * step];
    from.copy(merged, filled, start, start + step);
    if (!repeatsKey(merged, filled, step)) filled += step;
  }
  return merged.subarray(0, filled);
}

/** Whether a record has the key of one before it; those that begin the same lie side by side. */
function repeatsKey(records: Buffer, start: number, step: number): boolean {
  const beginning = records.readUInt32BE(start);
  for (let other = start - step; other >= 0; other -= step) {
    if (records.readUInt32BE(other) !== beginning) return false;
    if (records.compare(records, other, other + at.md5, start, start + at.md5) === 0) return true;
  }
  return false;
}

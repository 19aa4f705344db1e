import { describe, expect, it } from 'vitest';
import {
  fillRecord,
  findRecord,
  keyOf,
  mergeRecords,
  readRecordAt,
  recordSize,
  type Known,
} from '../../src/digest-records.ts';
import { singlePutLimit } from '../../src/parts.ts';

const digit = (i: number, length: number) => i.toString(16).padStart(length, '0');

function known(i: number, more: Partial<Known> = {}): Known {
  const md5 = digit(i, 32);
  return { digests: { md5, etag: md5, sha256: digit(i, 64) }, verdict: 'text', ...more };
}

function records(keys: readonly Buffer[], step = recordSize(false)): Buffer {
  const all = Buffer.alloc(keys.length * step);
  for (const [i, key] of keys.entries()) {
    fillRecord(all.subarray(i * step, (i + 1) * step), key, known(i));
  }
  return all;
}

const step = recordSize(false);
const nothing = Buffer.alloc(0);
const all = { step, isKept: () => true };
const numbersIn = (bytes: Buffer) =>
  Array.from({ length: bytes.length / step }, (_, i) =>
    Number(`0x${readRecordAt(bytes, i * step, 1).digests.md5}`),
  );

describe('digest records', () => {
  it('give back what was put in', () => {
    const digests = { ...known(7).digests, sha384: Buffer.alloc(48, 9).toString('base64') };
    for (const verdict of ['text', 'named', 'other', undefined] as const) {
      const record = Buffer.alloc(recordSize(true));
      fillRecord(record, keyOf('a'), { digests, verdict });
      expect(readRecordAt(record, 0, 5)).toEqual({ digests, verdict });
    }
  });

  it('have no SHA-384 where there was none, or no room', () => {
    const wide = Buffer.alloc(recordSize(true), 0xff);
    fillRecord(wide, keyOf('a'), known(1));
    expect(readRecordAt(wide, 0, 5)).toEqual(known(1));
    const narrow = Buffer.alloc(recordSize(false));
    fillRecord(narrow, keyOf('a'), {
      ...known(1),
      digests: { ...known(1).digests, sha384: 'AAAA' },
    });
    expect(readRecordAt(narrow, 0, 5)).toEqual(known(1));
  });

  it('have no MD5 of a large object where nobody made one', () => {
    const digests = { etag: `${digit(2, 32)}-3`, sha256: digit(1, 64) };
    const record = Buffer.alloc(step);
    fillRecord(record, keyOf('a'), { digests, verdict: 'other' });
    expect(readRecordAt(record, 0, singlePutLimit + 1)).toEqual({ digests, verdict: 'other' });
  });

  it('know how many parts a large object has', () => {
    // 16 MiB and a byte, in parts of 8 MiB.
    const digests = { ...known(1).digests, etag: `${digit(2, 32)}-3` };
    const record = Buffer.alloc(step);
    fillRecord(record, keyOf('a'), { digests, verdict: 'other' });
    expect(readRecordAt(record, 0, singlePutLimit + 1).digests).toEqual(digests);
  });

  it('are found among many, whatever order they came in', () => {
    const keys = Array.from({ length: 5000 }, (_, i) => keyOf(`file ${i}`));
    const sorted = mergeRecords(records(keys), nothing, all);
    for (const [i, key] of keys.entries()) {
      const start = findRecord(sorted, step, key);
      expect(start).toBeDefined();
      expect(readRecordAt(sorted, start ?? 0, 1)).toEqual(known(i));
    }
    for (let i = 0; i < 5000; i += 1) {
      expect(findRecord(sorted, step, keyOf(`other ${i}`))).toBeUndefined();
    }
    expect(findRecord(nothing, step, keyOf('a'))).toBeUndefined();
  });

  it('are told apart where their keys begin the same', () => {
    const keys = [3, 1, 2, 0].map((end) => Buffer.alloc(16, 0xff).fill(end, 15));
    const sorted = mergeRecords(records(keys), nothing, all);
    const found = keys.map((key) => readRecordAt(sorted, findRecord(sorted, step, key) ?? -1, 1));
    expect(found).toEqual(keys.map((_, i) => known(i)));
    expect(findRecord(sorted, step, Buffer.alloc(16, 0xff))).toBeUndefined();
  });

  it('that are new take the place of old ones, and the rest of those stays as far as it is kept', () => {
    const [a, b, c] = ['a', 'b', 'c'].map(keyOf) as [Buffer, Buffer, Buffer];
    const old = mergeRecords(records([a, b, c]), nothing, all);
    const kept = numbersIn(old);
    const fresh = Buffer.alloc(step);
    fillRecord(fresh, a, known(9));
    expect(numbersIn(mergeRecords(fresh, old, all)).sort()).toEqual([1, 2, 9]);
    const isKept = (i: number) => kept[i] !== 2;
    expect(numbersIn(mergeRecords(fresh, old, { step, isKept })).sort()).toEqual([1, 9]);
  });
});

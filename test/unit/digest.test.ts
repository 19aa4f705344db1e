import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { digestContent } from '../../src/digest.ts';
import { partSizeOf, partsOf } from '../../src/parts.ts';

const MiB = 1024 * 1024;

it('gives the digests that md5sum and sha256sum give', async () => {
  // printf hello | md5sum; printf hello | sha256sum
  expect(await digestContent({ kind: 'bytes', bytes: Buffer.from('hello') })).toEqual({
    md5: '5d41402abc4b2a76b9719d911017c592',
    sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
    etag: '5d41402abc4b2a76b9719d911017c592',
  });
});

it('gives the composite ETag of multipart uploads above 16 MiB', async () => {
  const bytes = Buffer.alloc(16 * MiB + 1, 'collect');
  const md5 = (part: Buffer) => createHash('md5').update(part).digest();
  const parts = [
    bytes.subarray(0, 8 * MiB),
    bytes.subarray(8 * MiB, 16 * MiB),
    bytes.subarray(16 * MiB),
  ];
  const composite = createHash('md5')
    .update(Buffer.concat(parts.map(md5)))
    .digest('hex');
  const digests = await digestContent({ kind: 'bytes', bytes });
  expect(digests.etag).toBe(`${composite}-3`);
  expect(digests.md5).toBe(md5(bytes).toString('hex'));
});

it('cuts objects of any size into at most 10,000 parts of at least 5 MiB', () => {
  for (const size of [17 * MiB, 5 * 1024 * MiB, 100 * 1024 * MiB, 5 * 1024 * 1024 * MiB]) {
    const parts = Math.ceil(size / partSizeOf(size));
    expect(parts).toBeLessThanOrEqual(10_000);
    expect(partSizeOf(size)).toBeGreaterThanOrEqual(5 * MiB);
    expect(partSizeOf(size)).toBeLessThanOrEqual(5 * 1024 * MiB);
  }
});

it('covers every byte once', () => {
  const parts = partsOf(17 * MiB + 3);
  expect(parts[0]?.start).toBe(0);
  expect(parts.at(-1)?.end).toBe(17 * MiB + 3);
  for (const [i, part] of parts.entries()) expect(part.start).toBe(i === 0 ? 0 : parts[i - 1]?.end);
});

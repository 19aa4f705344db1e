import { expect, it } from 'vitest';
import { openCompressed } from '../../src/compressed.ts';
import { compressBytes } from '../../src/compressor.ts';
import type { CompressedContent, Recipe } from '../../src/types.ts';

const MiB = 1024 * 1024;

/** A compressed content of which nothing is kept, as without a cache. */
function contentOf(size: number, recipe: Recipe): CompressedContent {
  const of = { kind: 'file', path: '/a.json', size, mtimeMs: 0 } as const;
  const digests = { md5: '', sha256: '', etag: '' };
  return { kind: 'compressed', of, ofSha256: '', recipe, size: 1, digests, kept: undefined };
}

it('what is compressed once more to be stored stops at the signal, and the source is closed', async () => {
  const stop = new AbortController();
  const size = 64 * MiB;
  let [reads, closed] = [0, 0];
  const source = {
    size,
    read: (start: number, end: number) => {
      reads += 1;
      if (reads === 3) stop.abort('SIGINT');
      return Promise.resolve(Buffer.alloc(end - start, `${start}`));
    },
    verify: () => Promise.resolve(),
    close: () => Promise.resolve(void (closed += 1)),
  };
  const opening = { open: () => Promise.resolve(source), signal: stop.signal };
  const opened = openCompressed(contentOf(size, { encoding: 'br', quality: 5 }), opening);
  await expect(opened).rejects.toThrow();
  expect(reads).toBeLessThan(10);
  expect(closed).toBe(1);
});

it('what is compressed in one piece is not waited for after the signal', async () => {
  const stop = new AbortController();
  const bytes = Buffer.from(Array.from({ length: MiB }, (_, i) => (i * i) % 251));
  const order: string[] = [];
  const recipe = { encoding: 'br', quality: 11 } as const;
  const whole = compressBytes(bytes, recipe).then(() => order.push('whole'));
  const stopped = compressBytes(bytes, recipe, stop.signal).catch(() => order.push('stopped'));
  stop.abort('SIGINT');
  await Promise.all([whole, stopped]);
  expect(order).toEqual(['stopped', 'whole']);
  await expect(compressBytes(bytes, recipe, stop.signal)).rejects.toBe('SIGINT');
});

// How an object is cut into parts. Pure: digests, uploads and comparisons must agree on it.

const MiB = 1024 * 1024;

/** Up to here an object is one put, its bytes in memory. */
export const singlePutLimit = 16 * MiB;

const smallestPart = 8 * MiB;
/** S3 allows 10,000 parts; some margin keeps sizes round. */
const mostParts = 9_000;

/** Bytes per part of an object of `size` bytes; a whole number of MiB, the last part may be shorter. */
export function partSizeOf(size: number): number {
  return Math.max(smallestPart, Math.ceil(size / mostParts / MiB) * MiB);
}

/** Half-open byte ranges of the parts of an object of `size` bytes. */
export function partsOf(size: number): { start: number; end: number }[] {
  const step = partSizeOf(size);
  const parts: { start: number; end: number }[] = [];
  for (let start = 0; start < size; start += step) {
    parts.push({ start, end: Math.min(start + step, size) });
  }
  return parts;
}

/** Instead of src/parts.ts: a large file of 20 KiB, where what is tested is the order of requests and not the bytes. */
const partSize = 8 * 1024;

export const singlePutLimit = 16 * 1024;

export const partSizeOf = () => partSize;

export const partsOf = (size: number) =>
  Array.from({ length: Math.ceil(size / partSize) }, (_, i) => ({
    start: i * partSize,
    end: Math.min((i + 1) * partSize, size),
  }));

import { createHash } from 'node:crypto';
import type { Edit } from './pieces.ts';

/** The same edits with offsets that count bytes of the source's UTF-8. */
export function inBytes(edits: readonly Edit[], source: string, size: number): readonly Edit[] {
  if (size === source.length) return edits; // ASCII
  let unit = 0;
  let byte = 0;
  const byteAt = (offset: number) => {
    byte += Buffer.byteLength(source.slice(unit, offset));
    unit = offset;
    return byte;
  };
  return edits.map(({ start, end, text }) => ({ start: byteAt(start), end: byteAt(end), text }));
}

/** The MD5 of the bytes after the edits, in hex. */
export function md5AfterEdits(bytes: Uint8Array, edits: readonly Edit[]): string {
  const md5 = createHash('md5');
  let at = 0;
  for (const { start, end, text } of edits) {
    md5.update(bytes.subarray(at, start)).update(text);
    at = end;
  }
  return md5.update(bytes.subarray(at)).digest('hex');
}

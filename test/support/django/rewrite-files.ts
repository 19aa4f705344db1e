import { createHash } from 'node:crypto';
import {
  rewriteDjango,
  type DjangoOptions,
  type DjangoSource,
} from '../../../src/processors/rewrite/django/index.ts';

export interface Rewritten {
  readonly key: string;
  readonly bytes: Buffer;
  /** As Latin-1 where it is no UTF-8. */
  readonly text: string;
}

export const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

/** Rewrites files held in memory and applies the edits. Files are handed over sorted by name, as a walk finds them. */
export async function rewriteFiles(
  files: ReadonlyMap<string, Buffer>,
  options: DjangoOptions,
): Promise<ReadonlyMap<string, Rewritten>> {
  const sources = [...files].map(([name, bytes]): DjangoSource => {
    return { name, size: bytes.length, md5: md5(bytes), read: () => Promise.resolve(bytes) };
  });
  const results = await rewriteDjango(sources, options);
  return new Map(
    results.map((result): [string, Rewritten] => {
      const { name, key, edits } = result;
      const bytes = applied(files.get(name) ?? Buffer.alloc(0), edits);
      if (md5(bytes) !== result.md5) throw new Error(`${name}: the MD5 is not of the edited bytes`);
      const text = bytes.toString('utf8');
      return [
        name,
        { key, bytes, text: Buffer.from(text).equals(bytes) ? text : bytes.toString('latin1') },
      ];
    }),
  );
}

function applied(source: Buffer, edits: readonly { start: number; end: number; text: string }[]) {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { start, end, text } of edits) {
    if (start < at || end < start || end > source.length) throw new Error('edits overlap');
    parts.push(source.subarray(at, start), Buffer.from(text));
    at = end;
  }
  return Buffer.concat([...parts, source.subarray(at)]);
}

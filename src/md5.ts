import { createHash } from 'node:crypto';
import type { Digests } from './types.ts';

/** S3's ETag of an object that came in parts: MD5 of the parts' MD5s, and how many there are. */
export function compositeEtag(md5s: readonly Uint8Array[]): string {
  return `${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-${md5s.length}`;
}

/** The MD5 of digests that were asked for with it. */
export function md5Of({ md5 }: Digests): string {
  if (md5 === undefined) throw new TypeError('the MD5 of a large object was not asked for');
  return md5;
}

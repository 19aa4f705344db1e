import { createHash } from 'node:crypto';
import { compositeEtag } from './md5.ts';
import { partSizeOf, singlePutLimit } from './parts.ts';
import type { Digests } from './types.ts';

/** What is wanted beside the digests that every content gets. */
export interface DigestChoice {
  /** Names are hashed: sha384 is wanted as well. */
  readonly hashing?: boolean;
  /** false: nobody needs the MD5 of all bytes of what is sent in parts. */
  readonly wholeMd5?: boolean;
}

/** Digests of bytes that come one after the other. */
export interface RunningDigests {
  readonly update: (bytes: Uint8Array) => void;
  readonly end: () => Digests;
}

/**
 * Digests without what is undefined. There are as many as files, and what begins with a spread has a hidden class for each
 * object in V8: five times the memory.
 */
export function makeDigests({
  md5,
  sha256,
  etag,
  sha384,
  parts,
}: { readonly [Name in keyof Digests]: Digests[Name] | undefined } & Pick<
  Digests,
  'sha256' | 'etag'
>): Digests {
  const digests: { -readonly [Name in keyof Digests]: Digests[Name] } =
    md5 === undefined ? { sha256, etag } : { md5, sha256, etag };
  if (sha384 !== undefined) digests.sha384 = sha384;
  if (parts !== undefined) digests.parts = parts;
  return digests;
}

export function createDigests(
  size: number,
  { hashing = false, wholeMd5 = true }: DigestChoice,
): RunningDigests {
  const sha256 = createHash('sha256');
  const md5 = wholeMd5 || size <= singlePutLimit ? createHash('md5') : undefined;
  const sha384 = hashing ? createHash('sha384') : undefined;
  const parts = size > singlePutLimit ? createPartDigests(size) : undefined;
  return {
    update(bytes) {
      for (const hash of [sha256, md5, sha384, parts]) hash?.update(bytes);
    },
    end() {
      const whole = md5?.digest('hex');
      const ofParts = parts?.end();
      return makeDigests({
        md5: whole,
        sha256: sha256.digest('hex'),
        etag: ofParts === undefined ? (whole ?? '') : compositeEtag(ofParts),
        sha384: sha384?.digest('base64'),
        parts: ofParts?.map((one) => one.toString('hex')),
      });
    },
  };
}

/** Digests of the parts that a large object is sent in, wherever the pieces end that its bytes come in. */
function createPartDigests(size: number) {
  const digests: Buffer[] = [];
  const step = partSizeOf(size);
  let part = createHash('md5');
  let filled = 0;
  const close = () => {
    digests.push(part.digest());
    part = createHash('md5');
    filled = 0;
  };
  return {
    update(bytes: Uint8Array) {
      for (let at = 0; at < bytes.length;) {
        const piece = bytes.subarray(at, at + step - filled);
        part.update(piece);
        at += piece.length;
        filled += piece.length;
        if (filled === step) close();
      }
    },
    end() {
      if (filled > 0) close();
      return digests;
    },
  };
}

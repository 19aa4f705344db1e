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
      return {
        ...(whole !== undefined && { md5: whole }),
        sha256: sha256.digest('hex'),
        etag: ofParts === undefined ? (whole ?? '') : compositeEtag(ofParts),
        ...(sha384 && { sha384: sha384.digest('base64') }),
        ...(ofParts && { parts: ofParts.map((one) => one.toString('hex')) }),
      };
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

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export type Algorithm = 'crc32' | 'crc32c' | 'crc64nvme' | 'sha1' | 'sha256';

export const ALGORITHMS: readonly Algorithm[] = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'];

export interface Checksum {
  update(chunk: Uint8Array): void;
  /** Base64 of the big-endian value, as in `x-amz-checksum-*`. */
  digest(): string;
}

export function createChecksum(algorithm: Algorithm): Checksum {
  switch (algorithm) {
    case 'crc32':
      return createCrc(crc32);
    case 'crc32c':
      return createCrc(crc32c);
    case 'crc64nvme':
      return createCrc64();
    case 'sha1':
    case 'sha256':
      return createSha(algorithm);
  }
}

export function checksumOf(algorithm: Algorithm, bytes: Uint8Array): string {
  const checksum = createChecksum(algorithm);
  checksum.update(bytes);
  return checksum.digest();
}

/** Bytes of a value of this kind: one of another length is no checksum at all. */
export const CHECKSUM_SIZE: Record<Algorithm, number> = {
  crc32: 4,
  crc32c: 4,
  crc64nvme: 8,
  sha1: 20,
  sha256: 32,
};

function createSha(algorithm: 'sha1' | 'sha256'): Checksum {
  const hash = createHash(algorithm);
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest('base64') };
}

function createCrc(step: (chunk: Uint8Array, value: number) => number): Checksum {
  let value = 0;
  return {
    update: (chunk) => {
      value = step(chunk, value);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes.toString('base64');
    },
  };
}

const CRC32C = makeTable(0x82f63b78n);

function crc32c(chunk: Uint8Array, start: number): number {
  let value = ~start;
  // Not for…of, which takes four times as long.
  for (let index = 0; index < chunk.length; index++)
    value = (value >>> 8) ^ at(CRC32C.low, (value ^ at(chunk, index)) & 0xff);
  return ~value >>> 0;
}

const CRC64 = makeTable(0x9a6c9329ac4bc9b5n);

/** In two halves of 32 bits: a BigInt per byte would take seconds for a big file. */
function createCrc64(): Checksum {
  let high = -1;
  let low = -1;
  return {
    update: (chunk) => {
      for (let index = 0; index < chunk.length; index++) {
        const entry = (low ^ at(chunk, index)) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ at(CRC64.low, entry);
        high = (high >>> 8) ^ at(CRC64.high, entry);
      }
    },
    digest: () => {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(~high >>> 0, 0);
      bytes.writeUInt32BE(~low >>> 0, 4);
      return bytes.toString('base64');
    },
  };
}

/** The table of a reflected CRC of up to 64 bits. */
function makeTable(polynomial: bigint): { high: Int32Array; low: Int32Array } {
  const high = new Int32Array(256);
  const low = new Int32Array(256);
  for (let index = 0; index < 256; index++) {
    let value = BigInt(index);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    high[index] = Number(BigInt.asIntN(32, value >> 32n));
    low[index] = Number(BigInt.asIntN(32, value));
  }
  return { high, low };
}

const at = (table: Int32Array | Uint8Array, index: number) => table[index] ?? 0;

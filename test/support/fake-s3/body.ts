import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ALGORITHMS, createChecksum } from './checksums.ts';
import type { Algorithm } from './checksums.ts';
import { createChunkDecoder } from './chunked.ts';
import { S3Error } from './errors.ts';

/** A body as stored: digested while it came in. */
export interface Payload {
  /** `undefined` if it was too large to keep. */
  readonly bytes: Buffer | undefined;
  readonly size: number;
  readonly md5: string;
  readonly sha256: string;
  readonly checksum: { readonly algorithm: Algorithm; readonly value: string } | undefined;
  readonly trailers: Readonly<Record<string, string>>;
  /** Its framing was broken: told once the request is known to be signed. */
  readonly error?: S3Error;
}

export async function receive(
  message: IncomingMessage,
  options: { readonly checksums: boolean; readonly keep: number; readonly corrupt: boolean },
): Promise<Payload> {
  const { headers } = message;
  const digests = createDigests(
    options.checksums ? algorithmOf(headers as Record<string, string>) : undefined,
    options.keep,
  );
  let broken = !options.corrupt;
  const add = (data: Buffer) => {
    if (!broken && data.length > 0) {
      data[0] = (data[0] ?? 0) ^ 1;
      broken = true;
    }
    digests.add(data);
  };
  if (!isChunked(headers as Record<string, string>)) {
    for await (const chunk of message) add(chunk as Buffer);
    return digests.finish({});
  }
  const decoder = createChunkDecoder(add);
  let error: S3Error | undefined;
  for await (const chunk of message) {
    try {
      if (error === undefined) decoder.push(chunk as Buffer);
    } catch (thrown) {
      error = asS3Error(thrown);
    }
  }
  let trailers: Record<string, string> = {};
  try {
    if (error === undefined) trailers = decoder.finish();
  } catch (thrown) {
    error = asS3Error(thrown);
  }
  return { ...digests.finish(trailers), ...(error && { error }) };
}

/** The payload of bytes that did not come over the network. */
export function payloadOf(bytes: Buffer, algorithm: Algorithm | undefined): Payload {
  const digests = createDigests(algorithm, Infinity);
  digests.add(bytes);
  return digests.finish({});
}

export function isChunked(headers: Readonly<Record<string, string>>): boolean {
  return headers['x-amz-content-sha256']?.startsWith('STREAMING-') ?? false;
}

/** Which checksum is to be computed: the one announced, else CRC64NVME, which AWS adds by itself. */
function algorithmOf(headers: Readonly<Record<string, string>>): Algorithm {
  const announced = ALGORITHMS.find(
    (algorithm) =>
      headers[`x-amz-checksum-${algorithm}`] !== undefined ||
      headers['x-amz-trailer']?.toLowerCase() === `x-amz-checksum-${algorithm}`,
  );
  return announced ?? 'crc64nvme';
}

function createDigests(algorithm: Algorithm | undefined, keep: number) {
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  const checksum = algorithm && createChecksum(algorithm);
  let kept: Buffer[] = [];
  let size = 0;
  return {
    add(chunk: Buffer) {
      size += chunk.length;
      md5.update(chunk);
      sha256.update(chunk);
      checksum?.update(chunk);
      if (size <= keep) kept.push(chunk);
      else kept = [];
    },
    finish(trailers: Record<string, string>): Payload {
      return {
        bytes: size > keep ? undefined : Buffer.concat(kept),
        size,
        md5: md5.digest('hex'),
        sha256: sha256.digest('hex'),
        checksum: algorithm && checksum && { algorithm, value: checksum.digest() },
        trailers,
      };
    },
  };
}

function asS3Error(thrown: unknown): S3Error {
  if (thrown instanceof S3Error) return thrown;
  throw thrown;
}

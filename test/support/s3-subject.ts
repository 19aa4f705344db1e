import { createS3Backend } from '../../src/backends/s3/index.ts';
import type { S3Options } from '../../src/types.ts';
import type { ContractSubject } from './backend-contract.ts';

export interface S3Place {
  readonly endpoint: string | undefined;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly bucket: string;
  readonly location: string;
  readonly region?: string;
  readonly acl?: string;
  /** Puts that the SDK sends before the fast path does. */
  readonly fastAfter?: number;
}

/** Where what is tested is not about URLs. */
export const plainUrl = {
  base: '/',
  domain: undefined,
  protocol: 'https:',
  signed: false,
  expiresIn: 1,
} as const;

export function s3Options(place: S3Place, more: Partial<S3Options> = {}): S3Options {
  return {
    bucket: place.bucket,
    location: place.location,
    region: place.region ?? 'us-east-1',
    endpoint: place.endpoint,
    forcePathStyle: place.endpoint !== undefined,
    profile: undefined,
    acl: place.acl ?? 'auto',
    preloadMetadata: true,
    expectedBucketOwner: undefined,
    caFile: undefined,
    connectTimeout: 5_000,
    requestTimeout: 60_000,
    credentials: place.credentials,
    proxy: {},
    ...more,
  };
}

/** A place in a bucket for the contract; what is stored is read back by a signed URL, not by the backend's calls. */
export async function s3Subject(place: S3Place): Promise<ContractSubject> {
  const url = { ...plainUrl, signed: true, expiresIn: 600 };
  const { fastAfter } = place;
  const fast = { fastPath: fastAfter !== undefined, ...(fastAfter !== undefined && { fastAfter }) };
  const backend = await createS3Backend({ s3: s3Options(place), url, concurrency: 32, ...fast });
  return {
    backend,
    read: async (key) => {
      const response = await fetch((await backend.url?.(key)) ?? '');
      if (response.status === 404) return undefined;
      if (!response.ok) throw new Error(`${key}: HTTP ${response.status}`);
      return Buffer.from(await response.arrayBuffer());
    },
  };
}

import type { CdnOptions, Config, S3Options } from '../types.ts';

/** One CDN, as far as a deploy needs it. Its failures are CollectErrors with exit 12. */
export interface CdnInvalidator {
  /** For people: "CloudFront E1A2B3C4D5E6F7". */
  readonly label: string;
  /** A URL's path as the CDN takes it. */
  readonly encode: (path: string) => string;
  /** The most paths with a wildcard at the end. */
  readonly mostWildcards: number;
  /** What so many paths cost in dollars, unless they are free. */
  readonly price: (paths: number) => number;
  /** Asks for it; the same reference for the same paths asks for it once. */
  readonly invalidate: (
    paths: readonly string[],
    reference: string,
    signal?: AbortSignal,
  ) => Promise<{ readonly id: string }>;
  /** Resolves when every cache has forgotten. */
  readonly completed: (id: string, signal?: AbortSignal) => Promise<void>;
}

type Create = (
  cdn: CdnOptions & { readonly distribution: string },
  s3: S3Options,
) => CdnInvalidator;

/** Where each one is. Loading it loads the AWS SDK. */
const providers: Readonly<Record<CdnOptions['provider'], () => Promise<Create>>> = {
  cloudfront: async () => (await import('./cloudfront.ts')).createCloudFront,
};

/** The CDN that a configuration names, if there is one. Nothing is sent yet. */
export async function createInvalidator({
  backend,
  cdn,
  s3,
}: Config): Promise<CdnInvalidator | undefined> {
  const { provider, distribution } = cdn;
  if (backend !== 's3' || distribution === undefined) return undefined;
  const create = await providers[provider]();
  return create({ ...cdn, distribution }, s3);
}

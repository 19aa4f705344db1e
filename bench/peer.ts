/** Where a run deploys to. */
export interface Place {
  readonly bucket: string;
  readonly endpoint: string;
}

export type Install =
  | { readonly kind: 'own' }
  | {
      readonly kind: 'go';
      readonly module: string;
      readonly release: string;
      readonly tags?: string;
    }
  | { readonly kind: 'debian'; readonly package: string }
  | { readonly kind: 'pip'; readonly requirements: readonly string[] }
  | { readonly kind: 'npm'; readonly packages: readonly string[] };

export interface Peer {
  readonly name: string;
  readonly install: Install;
  /** Says its version. */
  readonly version: readonly string[];
  /** What people type in a folder that holds the site in `static/`, to deploy it to `static/` in a bucket. */
  readonly deploys: (bucket: string) => readonly string[];
  /** What they have set beside credentials, AWS_REGION and AWS_ENDPOINT_URL. */
  readonly env?: (place: Place) => Readonly<Record<string, string>>;
  /** Files in that folder that configure it. */
  readonly files?: (place: Place) => Readonly<Record<string, string>>;
  /** Copies `static/` into the local directory `out/`. */
  readonly copies?: readonly string[];
  readonly note?: string;
}

/** What every peer that can be told is told to set. */
export const cacheControl = 'public, max-age=31556926';

// What is to be done, and what became of it.

import type { ObjectHeaders, Wanted } from './files.ts';

export type Reason =
  | 'new'
  | 'changed'
  | 'unchanged'
  | 'forced'
  | 'not consulted' // an offline dry run did not look at the destination
  | 'kept' // the destination's own version stays (media)
  | 'headers' // the bytes are there, under other headers or another ACL
  | 'restored' // the bytes are kept there, of an earlier release
  | 'replaced' // an earlier release needs the bytes that give way
  | 'release' // what this deploy is, for the next one to know
  | 'orphan'
  | 'old release'; // kept for a release that nobody goes back to any more

export interface Upload {
  readonly type: 'upload';
  readonly key: string;
  readonly file: Wanted;
  readonly reason: 'new' | 'changed' | 'forced' | 'not consulted';
}
export interface Skip {
  readonly type: 'skip';
  readonly key: string;
  readonly reason: 'unchanged' | 'kept';
}
/** Puts what is stored already under a key, with headers and ACL restated: by a copy onto itself, or from what was kept. */
export interface UpdateHeaders {
  readonly type: 'update';
  readonly key: string;
  /** The key that is copied. */
  readonly from: string;
  readonly file: Wanted;
  readonly reason: 'headers' | 'restored';
  /** Of the object that is copied: another one in its place must stay as it is. */
  readonly etag: string | undefined;
}
/** Keeps bytes for an earlier release, before they are replaced. */
export interface Preserve {
  readonly type: 'preserve';
  /** Where they are kept. */
  readonly key: string;
  readonly from: string;
  readonly sha256: string;
  readonly size: number;
  readonly etag: string | undefined;
  readonly headers: ObjectHeaders;
  readonly reason: 'replaced';
}
/** Writes the release record. */
export interface RecordRelease {
  readonly type: 'record';
  readonly key: string;
  readonly reason: 'release';
}
export interface Delete {
  readonly type: 'delete';
  readonly key: string;
  readonly reason: 'orphan' | 'old release';
}
export type Action = Upload | UpdateHeaders | Preserve | RecordRelease | Skip | Delete;

/** Steps run one after another; actions inside a step may run at once. */
export interface Plan {
  readonly steps: readonly (readonly Action[])[];
}

/** How a put was shown to have arrived whole. */
export type Proof = 'checksum' | 'etag' | 'content-md5' | 'digest';

export interface PutResult {
  readonly etag?: string | undefined;
  readonly proof: Proof;
  /** What became of the ACL, where the backend has such a thing. */
  readonly acl?: 'applied' | 'dropped' | 'none';
}

export type Outcome =
  | { readonly status: 'done'; readonly action: Action; readonly result?: PutResult }
  | { readonly status: 'failed'; readonly action: Action; readonly error: Error }
  /** `begun`: it was under way when the run was stopped, and may have been carried out. */
  | { readonly status: 'not-run'; readonly action: Action; readonly begun?: true };

import type {
  Content,
  Digests,
  ObjectHeaders,
  PutResult,
  StoredObject,
  WaitReason,
  Warning,
} from '../types.ts';

/** The number a backend module may state; readers of other numbers refuse it. */
export const backendApiVersion = 1;

export interface PutRequest {
  /** Relative to the backend's location. */
  readonly key: string;
  readonly content: Content;
  readonly headers: ObjectHeaders;
  readonly digests: Digests;
  /** 'private' for what must not be public (the tool's own records); default 'public'. */
  readonly visibility?: 'public' | 'private';
  /** The key, stored before, of what this is a compressed twin of; servers want both to have one time. */
  readonly twinOf?: string;
}

/** A request that failed and will be tried again. */
export interface Wait {
  readonly why: WaitReason;
  /** Milliseconds since its first failure. */
  readonly forMs: number;
}

export interface PutOptions {
  readonly signal?: AbortSignal;
  /** Called at each such failure. What it returns is to be called when the next attempt has ended. */
  readonly onWait?: (wait: Wait) => () => void;
}

export interface ListOptions extends PutOptions {
  /** Keys, in order, that the listing may be cut at: where it can be begun at several places at once, it is faster. */
  readonly cuts?: readonly string[];
}

export interface CopyRequest {
  /** Keys relative to the backend's location; the same for headers that are restated. */
  readonly from: string;
  readonly to: string;
  /** All of them: none of the source's stay. */
  readonly headers: ObjectHeaders;
  /** Of the bytes to be copied. */
  readonly digests: Pick<Digests, 'sha256'>;
  readonly size: number;
  /** Of the source: another object in its place is not copied. */
  readonly etag: string | undefined;
  readonly visibility?: 'public' | 'private';
}

/** What must be true of the key for a put to take place: nothing is stored there, or what has this ETag. */
export type Condition = 'absent' | { readonly etag: string };

export interface WriteOptions extends PutOptions {
  /** If it is not so, the put rejects with PRECONDITION_FAILED, and what is there stays. */
  readonly if?: Condition;
  /** Leave it to the store alone to refuse: that shows whether it does. */
  readonly probe?: boolean;
}

export interface ReadOptions extends PutOptions {
  /** Bytes. A larger object is refused with OBJECT_TOO_LARGE; `readLimit` unless given. */
  readonly atMost?: number;
}

/** What is read whole is small: manifests, records, locks. */
export const readLimit = 64 * 1024 * 1024;

/** An object's bytes, proved to be whole as far as the store lets one. */
export interface ReadResult {
  readonly bytes: Uint8Array;
  /** What a put can be made to depend on. */
  readonly etag?: string;
  readonly modifiedMs?: number;
}

export interface BeginOptions {
  /** Whether the plan has anything to do. If not, a destination that is in order must not be touched. */
  readonly writes: boolean;
}

/**
 * Where objects are put. Only `put` is required; everything else is discovered.
 * A backend stores: it does not decide what to store, does not print, does not know about sources.
 */
export interface Backend {
  /** 1, when stated. */
  readonly apiVersion?: number;
  /** For people: "s3://assets/static/". */
  readonly label: string;
  /**
   * Resolves only when the object is proved to be stored whole; rejects otherwise. Of several that put under one
   * condition at once one succeeds, as far as the store can decide that; equal bytes may be taken for one's own.
   */
  put(object: PutRequest, options?: WriteOptions): Promise<PutResult>;
  /** Every object below the location, in any order. Rejects rather than end early. */
  list?(options?: ListOptions): AsyncIterable<StoredObject>;
  /** One object's state, with a digest of its bytes where one can be had; undefined if absent. */
  head?(key: string, options?: PutOptions): Promise<StoredObject | undefined>;
  /** One object's bytes; undefined only where it is plainly absent. */
  read?(key: string, options?: ReadOptions): Promise<ReadResult | undefined>;
  /** Copies one object at the destination itself. Resolves only when that is proved. */
  copy?(object: CopyRequest, options?: PutOptions): Promise<PutResult>;
  /** Resolves to the keys that could not be deleted, with the reason. */
  delete?(
    keys: readonly string[],
    options?: PutOptions,
  ): Promise<readonly { key: string; error: Error }[]>;
  /** The URL of a stored object, when the backend knows one. */
  url?(key: string): string | Promise<string>;
  /** The canned ACL that lets the same strangers in as the object's own. */
  acl?(key: string, options?: PutOptions): Promise<string>;
  /** Whether anyone may read the object: asked once after a deploy. */
  checkPublic?(key: string, options?: PutOptions): Promise<Warning | undefined>;
  /**
   * Called before the first write of a run, after the listing; not in a dry run. Resolves to what ends the run.
   * Rejects with exit code 10 when another deploy writes there, or did since the listing.
   */
  begin?(options: BeginOptions): Promise<() => Promise<void>>;
  /** Told a moment before how many requests will come at once, so that it may have connections open by then. */
  expect?(requests: number): void;
  /** The store's clock, in milliseconds since 1970, where an answer told it. */
  now?: () => number | undefined;
  close?(): Promise<void> | void;
}

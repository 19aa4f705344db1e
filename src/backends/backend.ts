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

export interface ReadOptions extends PutOptions {
  /** Bytes. What is larger is refused. */
  readonly atMost?: number;
}

/** An object's bytes, and which state of it they are of. */
export interface ReadResult {
  readonly bytes: Uint8Array;
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
  /** Resolves only when the object is proved to be stored whole; rejects otherwise. */
  put(object: PutRequest, options?: PutOptions): Promise<PutResult>;
  /** Every object below the location, in any order. Rejects rather than end early. */
  list?(options?: ListOptions): AsyncIterable<StoredObject>;
  /** One object's state, with a digest of its bytes where one can be had; undefined if absent. */
  head?(key: string, options?: PutOptions): Promise<StoredObject | undefined>;
  /** The bytes of one small object; undefined if absent. */
  read?(key: string, options: ReadOptions): Promise<ReadResult | undefined>;
  /** Copies one object at the destination itself. Resolves only when that is proved. */
  copy?(object: CopyRequest, options?: PutOptions): Promise<PutResult>;
  /** Resolves to the keys that could not be deleted, with the reason. */
  delete?(
    keys: readonly string[],
    options?: PutOptions,
  ): Promise<readonly { key: string; error: Error }[]>;
  /** The URL of a stored object, when the backend knows one. */
  url?(key: string): string | Promise<string>;
  /** Whether anyone may read the object: asked once after a deploy. */
  checkPublic?(key: string, options?: PutOptions): Promise<Warning | undefined>;
  /**
   * Called before the first write of a run, after the listing; not in a dry run. Resolves to what ends the run.
   * Rejects with exit code 10 when another deploy writes there, or did since the listing.
   */
  begin?(options: BeginOptions): Promise<() => Promise<void>>;
  close?(): Promise<void> | void;
}

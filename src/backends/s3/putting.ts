import { CollectError } from '../../errors.ts';
import { detailsOf } from '../../explanations/index.ts';
import type { Content } from '../../types.ts';
import type { AclChoice } from './acl.ts';
import type { Budget } from './budget.ts';
import type { Connection } from './client.ts';
import type { FastPut } from './fast-put.ts';
import type { Leftovers } from './leftovers.ts';

/** What every put of one backend shares. */
export interface Putting extends Connection {
  readonly acl: AclChoice;
  readonly budget: Budget;
  /** Buffers for parts, to be used again: eight megabytes of garbage for each are slower to collect than to read. */
  readonly rooms: Buffer[];
  readonly leftovers: Leftovers;
  /** All bytes of a content; not more files are open at once than needed. */
  readonly read: (content: Content, signal: AbortSignal | undefined) => Promise<Buffer>;
  /** Undefined: the SDK sends every put. */
  readonly fast: FastPut | undefined;
}

/** How one object is sent. */
export interface Sending {
  readonly signal: AbortSignal | undefined;
  readonly aclSent?: string;
  /** Headers that make the write depend on what is stored. */
  readonly conditions?: { readonly IfNoneMatch: string } | { readonly IfMatch: string };
  /** Told of each attempt that may have stored the object although it failed. */
  readonly onLost?: () => void;
}

/** The bytes that were read are not those that were found. */
export function changed(key: string): CollectError {
  const message = `${key} changed while it was being uploaded`;
  return new CollectError('SOURCE_CHANGED', message, detailsOf('SOURCE_CHANGED'));
}

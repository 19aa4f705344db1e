import { CollectError } from '../../errors.ts';
import { detailsOf } from '../../explanations/index.ts';
import type { AclChoice } from './acl.ts';
import type { Budget } from './budget.ts';
import type { Connection } from './client.ts';
import type { Leftovers } from './leftovers.ts';

/** What every put of one backend shares. */
export interface Putting extends Connection {
  readonly acl: AclChoice;
  readonly budget: Budget;
  readonly leftovers: Leftovers;
}

/** The bytes that were read are not those that were found. */
export function changed(key: string): CollectError {
  const message = `${key} changed while it was being uploaded`;
  return new CollectError('SOURCE_CHANGED', message, detailsOf('SOURCE_CHANGED'));
}

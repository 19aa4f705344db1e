import { CollectError } from '../errors.ts';
import { detailsOf } from '../explanations/index.ts';
import type { StoredObject } from '../types.ts';
import type { Condition } from './backend.ts';

/** Throws unless what is stored is what the write depends on. @throws CollectError PRECONDITION_FAILED */
export function requireCondition(
  condition: Condition,
  held: Pick<StoredObject, 'key' | 'etag'> | undefined,
  key: string,
): void {
  const met =
    condition === 'absent'
      ? held === undefined
      : held !== undefined && held.etag === condition.etag;
  if (!met) throw preconditionFailed(key, condition);
}

export function preconditionFailed(key: string, condition: Condition): CollectError {
  const why = condition === 'absent' ? 'there is something already' : 'it is not what it was';
  const message = `${key} was not stored: ${why}`;
  return new CollectError('PRECONDITION_FAILED', message, detailsOf('PRECONDITION_FAILED'));
}

export function conditionUnsupported(key: string, cause?: unknown): CollectError {
  const message = `${key} was not stored: the store cannot make that depend on what is there`;
  return new CollectError('CONDITION_UNSUPPORTED', message, {
    ...detailsOf('CONDITION_UNSUPPORTED'),
    cause,
  });
}

export function tooLarge(key: string, atMost: number): CollectError {
  const message = `${key} is not read: it is larger than ${atMost} bytes`;
  return new CollectError('OBJECT_TOO_LARGE', message, detailsOf('OBJECT_TOO_LARGE'));
}

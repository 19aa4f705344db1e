import { CollectError } from '../../errors.ts';
import type { PutResult, StoredObject } from '../../types.ts';
import type { Condition, PutRequest, WriteOptions } from '../backend.ts';
import { conditionUnsupported, preconditionFailed, requireCondition } from '../conditions.ts';
import { headObject } from './head.ts';
import { putObject } from './put.ts';
import type { Putting, Sending } from './putting.ts';

/**
 * Stores one object if what is there is what it depends on. The store decides. It is looked up before all the same:
 * there are stores that take no notice of a condition, and there it holds but for a race.
 */
export async function putIf(
  putting: Putting,
  object: PutRequest,
  { if: condition, probe = false, signal }: WriteOptions & { readonly if: Condition },
): Promise<PutResult> {
  const { key } = object;
  if (!probe) requireCondition(condition, await headObject(putting, key, signal), key);
  let lost = 0;
  const onLost = () => {
    lost += 1;
  };
  for (const conditions of waysToSay(condition)) {
    try {
      return await putObject(putting, object, { signal, conditions, onLost });
    } catch (error) {
      if (!(error instanceof CollectError)) throw error;
      if (error.code === 'S3_NOT_IMPLEMENTED') throw conditionUnsupported(key, error);
      // An If-Match of what is gone is answered 404.
      if (error.code !== 'PRECONDITION_FAILED' && error.code !== 'S3_NOT_FOUND') throw error;
    }
    // The store has refused, and nothing else is asked for.
    if (probe && lost === 0) throw preconditionFailed(key, condition);
    const held = await headObject(putting, key, signal);
    // An attempt without an answer may have stored it, and the next one met our own object.
    if (lost > 0 && held?.sha256 === object.digests.sha256) return resultOf(held);
    requireCondition(condition, held, key);
  }
  throw preconditionFailed(key, condition);
}

/** AWS documents ETags with quotes; to Ceph 16 a quoted one never matches. */
function waysToSay(condition: Condition): NonNullable<Sending['conditions']>[] {
  if (condition === 'absent') return [{ IfNoneMatch: '*' }];
  return [{ IfMatch: `"${condition.etag}"` }, { IfMatch: condition.etag }];
}

function resultOf({ etag }: StoredObject): PutResult {
  return { proof: 'digest', ...(etag !== undefined && { etag }) };
}

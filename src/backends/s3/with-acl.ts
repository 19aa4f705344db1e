import { CollectError } from '../../errors.ts';
import type { PutResult } from '../../types.ts';
import type { Putting } from './putting.ts';

type Stored = Pick<PutResult, 'etag' | 'proof'>;

/** Stores with the ACL; where the store takes none and none was insisted on, without one. */
export async function withAcl(
  { acl, s3 }: Putting,
  visibility: 'public' | 'private' = 'public',
  store: (aclSent: string | undefined) => Promise<Stored>,
): Promise<PutResult> {
  const aclSent = acl.current(visibility);
  if (aclSent === undefined) {
    return told(await store(undefined), s3.acl === 'none' ? 'none' : 'dropped');
  }
  try {
    return told(await store(aclSent), 'applied');
  } catch (error) {
    const refused = error instanceof CollectError && error.code === 'S3_ACL_NOT_SUPPORTED';
    if (!refused || !acl.droppable) throw error;
  }
  // Only a proved one shows that it was the ACL: when this one fails too, its error is the true one.
  const stored = await store(undefined);
  acl.drop();
  return told(stored, 'dropped');
}

/** Not `...stored`: there may be a hundred thousand of them, and a spread takes twice the room. */
function told({ proof, etag }: Stored, acl: NonNullable<PutResult['acl']>): PutResult {
  return { proof, etag, acl };
}

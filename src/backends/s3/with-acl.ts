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
    const stored = await store(undefined);
    return { acl: s3.acl === 'none' ? 'none' : 'dropped', ...stored };
  }
  try {
    return { acl: 'applied', ...(await store(aclSent)) };
  } catch (error) {
    const refused = error instanceof CollectError && error.code === 'S3_ACL_NOT_SUPPORTED';
    if (!refused || !acl.droppable) throw error;
  }
  // Only a proved one shows that it was the ACL: when this one fails too, its error is the true one.
  const stored = await store(undefined);
  acl.drop();
  return { acl: 'dropped', ...stored };
}

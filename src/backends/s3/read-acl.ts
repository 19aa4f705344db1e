import { GetObjectAclCommand, type Grant } from '@aws-sdk/client-s3';
import { joinKey } from '../../keys.ts';
import type { Connection } from './client.ts';

const groups = 'http://acs.amazonaws.com/groups/global/';

/** The canned ACL that lets the same strangers in as an object's own. @throws CollectError */
export async function readAcl(
  { s3, send }: Connection,
  key: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const command = new GetObjectAclCommand({
    Bucket: s3.bucket,
    Key: joinKey(s3.location, key),
    ...(s3.expectedBucketOwner !== undefined && { ExpectedBucketOwner: s3.expectedBucketOwner }),
  });
  const { Grants = [] } = await send(command, { operation: 'read', key, signal });
  const may = (group: string, what: string) => Grants.some((grant) => isFor(grant, group, what));
  if (may('AllUsers', 'READ'))
    return may('AllUsers', 'WRITE') ? 'public-read-write' : 'public-read';
  return may('AuthenticatedUsers', 'READ') ? 'authenticated-read' : 'private';
}

function isFor({ Grantee, Permission }: Grant, group: string, what: string): boolean {
  return Grantee?.URI === groups + group && (Permission === what || Permission === 'FULL_CONTROL');
}

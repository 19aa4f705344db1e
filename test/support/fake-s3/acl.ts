import { findObject, requireAction } from './access.ts';
import { accessDenied, invalidArgument, malformedXml, notImplemented, S3Error } from './errors.ts';
import { replyXml } from './request.ts';
import type { Reply, S3Request } from './request.ts';
import type { Bucket } from './store.ts';
import { childrenOf, element, makeDocument, parent, parseXml, textOf } from './xml.ts';

const CANNED = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
];
const PUBLIC = ['public-read', 'public-read-write', 'authenticated-read'];
const GROUPS = 'http://acs.amazonaws.com/groups/global';
const OWNER_ID = '75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a';

/** The ACL that a write gives its object: from the headers, as far as the bucket takes ACLs. */
export function aclOf(request: S3Request, bucket: Bucket): string {
  const grants = Object.keys(request.headers).filter((name) => name.startsWith('x-amz-grant-'));
  const canned = request.headers['x-amz-acl'];
  if (canned === undefined && grants.length === 0) return 'private';
  rejectHeader(bucket, canned === undefined ? (grants[0] ?? '') : 'x-amz-acl', canned ?? '');
  if (canned !== undefined && !CANNED.includes(canned))
    throw invalidArgument('Invalid canned ACL', 'x-amz-acl', canned);
  requireAction(request, bucket, 's3:PutObjectAcl');
  return accept(bucket, canned ?? aclOfGrants(request.headers));
}

export function putObjectAcl(request: S3Request, bucket: Bucket): Reply {
  const { headers, payload } = request;
  const object = findObject(request, bucket);
  const inHeaders = Object.keys(headers).some((name) => /^x-amz-(?:acl|grant-.*)$/.test(name));
  if (!inHeaders && payload.size === 0) {
    throw new S3Error(400, 'MissingSecurityHeader', 'Your request was missing a required header', {
      MissingHeaderName: 'x-amz-acl',
    });
  }
  const acl = inHeaders
    ? aclOf(request, bucket)
    : accept(bucket, aclOfDocument(payload.bytes?.toString() ?? ''));
  bucket.objects.set(object.key, { ...object, acl });
  return { status: 200 };
}

export function getObjectAcl(request: S3Request, bucket: Bucket): Reply {
  const { acl } = findObject(request, bucket);
  const owner = parent('Owner', element('ID', OWNER_ID));
  return replyXml(
    makeDocument(
      'AccessControlPolicy',
      owner,
      parent(
        'AccessControlList',
        grant('CanonicalUser', element('ID', OWNER_ID), 'FULL_CONTROL'),
        ...(acl.startsWith('public-read') ? [grantGroup('AllUsers', 'READ')] : []),
        ...(acl === 'public-read-write' ? [grantGroup('AllUsers', 'WRITE')] : []),
        ...(acl === 'authenticated-read' ? [grantGroup('AuthenticatedUsers', 'READ')] : []),
      ),
    ),
  );
}

function rejectHeader({ options }: Bucket, header: string, value: string): void {
  if (options.rejectAclHeader === 'not-implemented') throw notImplemented(header);
  if (options.rejectAclHeader === 'invalid-argument')
    throw invalidArgument(`Unsupported value for canned acl '${value}'`, header, value);
}

function accept({ options }: Bucket, acl: string): string {
  if (options.ignoreAcls) return 'private';
  if (options.aclsDisabled && acl !== 'bucket-owner-full-control')
    throw new S3Error(400, 'AccessControlListNotSupported', 'The bucket does not allow ACLs');
  if (options.blockPublicAcls && PUBLIC.includes(acl)) {
    throw accessDenied(
      'User: arn:aws:iam::123456789012:user/deploy is not authorized to perform: s3:PutObject because public access control lists (ACLs) are blocked by the BlockPublicAcls block public access setting.',
    );
  }
  return acl;
}

/** Grants are reduced to the canned ACL that lets the same strangers in. */
function aclOfGrants(headers: Readonly<Record<string, string>>): string {
  const readers = `${headers['x-amz-grant-read'] ?? ''} ${headers['x-amz-grant-full-control'] ?? ''}`;
  if (readers.includes(`${GROUPS}/AllUsers`)) return 'public-read';
  return readers.includes(`${GROUPS}/AuthenticatedUsers`) ? 'authenticated-read' : 'private';
}

function aclOfDocument(source: string): string {
  const root = parseXml(source);
  const list = childrenOf(root, 'AccessControlList')[0];
  if (root.name !== 'AccessControlPolicy' || list === undefined) throw malformedXml();
  const grants = childrenOf(list, 'Grant').map((node) => {
    const grantee = childrenOf(node, 'Grantee')[0];
    return `${(grantee && textOf(grantee, 'URI')) ?? ''} ${textOf(node, 'Permission') ?? ''}`;
  });
  const has = (group: string, permission: string) =>
    grants.includes(`${GROUPS}/${group} ${permission}`) ||
    grants.includes(`${GROUPS}/${group} FULL_CONTROL`);
  if (has('AllUsers', 'READ'))
    return has('AllUsers', 'WRITE') ? 'public-read-write' : 'public-read';
  return has('AuthenticatedUsers', 'READ') ? 'authenticated-read' : 'private';
}

const grantGroup = (group: string, permission: string) =>
  grant('Group', element('URI', `${GROUPS}/${group}`), permission);

function grant(type: string, grantee: string, permission: string): string {
  return `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${type}">${grantee}</Grantee><Permission>${permission}</Permission></Grant>`;
}

import { exitCodes } from '../errors.ts';
import type { CodeExplanation } from './explanation.ts';

const { config, permission, unreachable, partial } = exitCodes;

/** Credentials, permissions, and the settings of the connection: what the first request finds out. */
export const ofS3Access = {
  S3_NO_CREDENTIALS: {
    what: 'no usable credentials were found',
    why: 'No variable, profile or role gives any, a profile is misspelt, or the service that gives them could not be asked.',
    fix: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile (--profile), or run "aws sso login"',
    exit: [permission, partial],
  },
  S3_INVALID_ACCESS_KEY: {
    what: 'the access key id is not known',
    why: 'The key was deleted, is misspelt, or belongs to another store than the endpoint.',
    fix: 'check AWS_ACCESS_KEY_ID, the profile and, on other stores, the endpoint',
    exit: [permission, partial],
  },
  S3_SIGNATURE_MISMATCH: {
    what: 'the secret access key does not belong to the access key id',
    why: 'The secret was cut or quoted when it was copied; or something on the way rewrites requests.',
    fix: 'check AWS_SECRET_ACCESS_KEY for a missing or extra character; a proxy that rewrites requests does this too',
    exit: [permission, partial],
  },
  S3_INVALID_TOKEN: {
    what: 'the session token is not valid',
    why: 'A token from one place was mixed with keys from another.',
    fix: 'AWS_SESSION_TOKEN must belong to the access key; unset it for a long-term key',
    exit: [permission, partial],
  },
  S3_EXPIRED_TOKEN: {
    what: 'the session has expired',
    why: 'Temporary credentials (SSO, a role, a job of CI) last hours at most. They are renewed once where their provider can do that.',
    fix: 'get new credentials (aws sso login, or a new job), then run again: what is stored already is skipped',
    exit: [permission, partial],
  },
  S3_REFUSED: {
    what: 'S3 refused the request, and to this kind of request it gives no reason',
    why: 'The answer to a HEAD has no body. An expired session, a wrong region and wrong credentials look the same.',
    fix: 'the session may have expired, or region or credentials be wrong: collect-static --dry-run with s3.preloadMetadata on tells which',
    exit: [permission, partial],
  },
  S3_CLOCK_SKEW: {
    what: "this machine's clock is wrong",
    why: 'Requests are signed with the time, and S3 takes none that is more than a quarter of an hour off.',
    fix: 'set the clock (NTP), then run again',
    exit: [permission, partial],
  },
  S3_ACCESS_DENIED: {
    what: 'access is denied',
    why: 'The credentials lack a permission, which the message names; or the policy of the bucket, or s3.expectedBucketOwner, excludes them.',
    fix: 'allow it with the policy that collect-static policy --iam prints',
    exit: [permission, partial],
  },
  S3_ACCESS_DENIED_ACL: {
    what: 'access is denied to a put with a public ACL',
    why: 'The bucket blocks public ACLs (Block Public Access), or the credentials lack s3:PutObjectAcl or s3:PutObject.',
    fix: 'set s3.acl to "none" and use a bucket policy (collect-static policy --bucket), or allow the actions of collect-static policy --iam',
    exit: [permission, partial],
  },
  S3_ACL_NOT_SUPPORTED: {
    what: 'the bucket takes no ACLs',
    why: 'They are switched off in every bucket made since April 2023, and some stores know none. With s3.acl "auto" this is only a warning.',
    fix: 'set s3.acl to "auto" or "none" and make the location readable with a bucket policy: collect-static policy --bucket',
    exit: [permission, partial],
  },
  S3_KMS: {
    what: 'the KMS key cannot be used',
    why: 'The key of the encryption is disabled, deleted, in another region, or not allowed to these credentials.',
    fix: 'check that the key exists, is enabled, lies in the region of the bucket, and that the credentials may use it: collect-static policy --iam',
    exit: [permission, partial],
  },
  S3_NO_SUCH_BUCKET: {
    what: 'there is no such bucket',
    why: 'Its name is misspelt, it was never created, or it is in another store than the endpoint.',
    fix: 'check s3.bucket (AWS_STORAGE_BUCKET_NAME), region and endpoint, or create it',
    exit: [unreachable, partial],
  },
  S3_BAD_BUCKET_NAME: {
    what: 'the bucket has a name that no bucket can have',
    why: 'It holds s3://, a path, capital letters, or what a variable was expected to replace.',
    fix: 's3.bucket (AWS_STORAGE_BUCKET_NAME) is the name alone, without s3:// or a path',
    exit: [unreachable],
  },
  S3_WRONG_REGION: {
    what: 'the bucket is in another region',
    why: 'The region is not set, or is that of another bucket. S3 mostly tells the right one.',
    fix: 'set s3.region (AWS_S3_REGION_NAME, --region) to the region of the bucket, and check the endpoint',
    exit: [unreachable, partial],
  },
  S3_BAD_ENDPOINT: {
    what: 'the endpoint is not a URL',
    why: 'The protocol is missing, or the value is a host name alone.',
    fix: 's3.endpoint (AWS_S3_ENDPOINT_URL, AWS_ENDPOINT_URL) must be a URL such as https://HOST:PORT',
    exit: [config],
  },
  S3_BAD_PROXY: {
    what: 'the proxy variable is not the URL of an HTTP proxy',
    why: 'HTTPS_PROXY or HTTP_PROXY holds a SOCKS proxy or no URL.',
    fix: 'set the variable to http://HOST:PORT, or unset it',
    exit: [config],
  },
  S3_CA_FILE: {
    what: 'the file of certificates cannot be read, or holds none',
    why: 's3.caFile or AWS_CA_BUNDLE names a file that is not there, not readable for this user, or no PEM file that begins with a sound certificate.',
    fix: 's3.caFile must name a PEM file with certificates',
    exit: [config],
  },
  S3_BAD_HEADER: {
    what: 'a header holds a character that HTTP does not allow',
    why: 'A header or metadata value of the configuration has an umlaut, an emoji or the like.',
    fix: 'keep header and metadata values to ASCII',
    exit: [config, partial],
  },
} as const satisfies Readonly<Record<string, CodeExplanation>>;

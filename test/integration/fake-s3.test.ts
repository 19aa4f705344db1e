import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { checksumOf } from '../support/fake-s3/checksums.ts';
import { startFakeS3 } from '../support/fake-s3/index.ts';
import type { BucketOptions, FakeS3, FakeS3Options } from '../support/fake-s3/index.ts';
import { sign } from '../support/fake-s3/signature.ts';

const Bucket = 'assets';
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const nothing = () => undefined;
/** The SDK warns on the console of every stream that it cannot send twice. */
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A server with one bucket, and the SDK's client to it: no retries, so that every answer shows. */
async function start(options: FakeS3Options = {}, bucket: BucketOptions = {}) {
  const fake = await startFakeS3(options);
  closing.push(() => fake.close());
  fake.createBucket(Bucket, bucket);
  return { fake, s3: connect(fake) };
}

function connect(fake: FakeS3, config: S3ClientConfig = {}): S3Client {
  const s3 = new S3Client({
    endpoint: fake.endpoint,
    region: 'us-east-1',
    credentials: fake.credentials,
    forcePathStyle: true,
    maxAttempts: 1,
    logger: SILENT,
    ...config,
  });
  closing.push(() => {
    s3.destroy();
  });
  return s3;
}

type Change = (request: {
  headers: Record<string, string>;
  body: unknown;
  hostname: string;
}) => void;

/** Changes the requests of a client before they are signed. */
function beforeSigning(s3: S3Client, change: Change): S3Client {
  s3.middlewareStack.add(
    (next) => (args) => {
      change(args.request as Parameters<Change>[0]);
      return next(args);
    },
    { step: 'build', priority: 'low' },
  );
  return s3;
}

/** Changes them after that: what somebody on the way would do. */
function afterSigning(s3: S3Client, change: Change): S3Client {
  s3.middlewareStack.add(
    (next) => (args) => {
      change(args.request as Parameters<Change>[0]);
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  return s3;
}

const withHeader =
  (name: string, value: string): Change =>
  ({ headers }) => {
    headers[name] = value;
  };

/** One request with exactly this target: no URL parser folds it. */
async function raw(
  fake: FakeS3,
  method: string,
  path: string,
  headers: Record<string, string> = {},
) {
  const { hostname, port } = new URL(fake.endpoint);
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      httpRequest({ hostname, port, method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('error', reject);
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const body = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      })
        .on('error', reject)
        .end();
    },
  );
}

const get = async (fake: FakeS3, key: string, headers: Record<string, string> = {}) =>
  raw(fake, 'GET', `/${Bucket}/${key}`, headers);

/** `name status` of the error that a command ends in; `ok` if it does not. */
async function problemOf(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
    return 'ok';
  } catch (error) {
    const { name, code, $metadata } = error as {
      name: string;
      code?: string;
      $metadata?: { httpStatusCode?: number };
    };
    return `${code ?? name} ${$metadata?.httpStatusCode ?? '-'}`;
  }
}

const put = (Key: string, more: object = {}) =>
  new PutObjectCommand({ Bucket, Key, Body: 'a{}', ...more });

interface Presigner {
  presign(request: object, options: { expiresIn: number; signingDate?: Date }): Promise<unknown>;
}

/** A presigned target, made by the SDK's own signer. */
async function presign(
  s3: S3Client,
  method: string,
  path: string,
  options: { expiresIn: number; signingDate?: Date },
  headers: Record<string, string> = {},
) {
  const signer = (await s3.config.signer()) as unknown as Presigner;
  const endpoint = await s3.config.endpoint?.();
  const host = `${endpoint?.hostname ?? ''}:${endpoint?.port ?? ''}`;
  const request = {
    method,
    protocol: 'http:',
    hostname: endpoint?.hostname,
    port: endpoint?.port,
    path,
    query: {},
    headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers },
  };
  const { query } = (await signer.presign(request, options)) as { query: Record<string, string> };
  return `${path}?${new URLSearchParams(query).toString().replaceAll('+', '%20')}`;
}

describe('signatures', () => {
  it('are computed as in the examples that AWS publishes', () => {
    const scope = { timestamp: '20130524T000000Z', date: '20130524', region: 'us-east-1' };
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    const empty = createHash('sha256').digest('hex');
    const inHeaders = {
      method: 'GET',
      path: '/test.txt',
      query: {},
      headers: {
        host: 'examplebucket.s3.amazonaws.com',
        range: 'bytes=0-9',
        'x-amz-content-sha256': empty,
        'x-amz-date': scope.timestamp,
      },
    };
    const names = ['host', 'range', 'x-amz-content-sha256', 'x-amz-date'];
    expect(sign(inHeaders, names, empty, scope, secret).signature).toBe(
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    );
    const inQuery = {
      ...inHeaders,
      query: {
        'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
        'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request',
        'X-Amz-Date': scope.timestamp,
        'X-Amz-Expires': '86400',
        'X-Amz-SignedHeaders': 'host',
      },
    };
    expect(sign(inQuery, ['host'], 'UNSIGNED-PAYLOAD', scope, secret).signature).toBe(
      'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });

  it('of the SDK are accepted, and refused when a secret or one header differs', async () => {
    const { fake, s3 } = await start();
    const { accessKeyId } = fake.credentials;
    const wrong = connect(fake, { credentials: { accessKeyId, secretAccessKey: 'wrong' } });
    const unknown = connect(fake, { credentials: { accessKeyId: 'AKIX', secretAccessKey: 'x' } });
    const tampered = afterSigning(connect(fake), withHeader('x-amz-acl', 'public-read'));
    const retyped = afterSigning(connect(fake), withHeader('content-type', 'text/html'));
    expect(await problemOf(s3.send(put('a')))).toBe('ok');
    expect(await problemOf(wrong.send(put('a')))).toBe('SignatureDoesNotMatch 403');
    expect(await problemOf(unknown.send(put('a')))).toBe('InvalidAccessKeyId 403');
    expect(await problemOf(tampered.send(put('a')))).toBe('AccessDenied 403');
    expect(await problemOf(retyped.send(put('a', { ContentType: 'text/css' })))).toBe(
      'SignatureDoesNotMatch 403',
    );
  });

  it('that fail are explained as AWS explains them', async () => {
    const { fake } = await start();
    const { accessKeyId } = fake.credentials;
    const wrong = connect(fake, { credentials: { accessKeyId, secretAccessKey: 'wrong' } });
    const error = (await wrong.send(put('a')).catch((thrown: unknown) => thrown)) as object;
    expect(error).toMatchObject({
      AWSAccessKeyId: accessKeyId,
      StringToSign: expect.stringContaining('AWS4-HMAC-SHA256\n') as string,
      SignatureProvided: expect.stringMatching(/^[\da-f]{64}$/) as string,
    });
  });

  it('cover the body', async () => {
    const { fake } = await start();
    const hash = createHash('sha256').update('other').digest('hex');
    const s3 = beforeSigning(connect(fake), withHeader('x-amz-content-sha256', hash));
    expect(await problemOf(s3.send(put('a')))).toBe('XAmzContentSHA256Mismatch 400');
    const unsigned = beforeSigning(
      connect(fake),
      withHeader('x-amz-content-sha256', 'UNSIGNED-PAYLOAD'),
    );
    expect(await problemOf(unsigned.send(put('a')))).toBe('ok');
  });

  it('need a session token where there is one, and the old one expires', async () => {
    const credentials = { accessKeyId: 'ASIA1', secretAccessKey: 's', sessionToken: 'one' };
    const { fake, s3 } = await start({ credentials });
    const without = { accessKeyId: 'ASIA1', secretAccessKey: 's' };
    expect(await problemOf(s3.send(put('a')))).toBe('ok');
    expect(await problemOf(connect(fake, { credentials: without }).send(put('a')))).toBe(
      'InvalidToken 400',
    );
    fake.setCredentials({ ...credentials, sessionToken: 'two' });
    expect(await problemOf(s3.send(put('a')))).toBe('ExpiredToken 400');
    expect(await problemOf(connect(fake).send(put('a')))).toBe('ok');
  });

  it('are too old after a quarter of an hour', async () => {
    const { fake, s3 } = await start();
    fake.clockOffsetMs = 14 * 60_000;
    expect(await problemOf(s3.send(put('a')))).toBe('ok');
    fake.clockOffsetMs = 17 * 60_000;
    // A second client: the first has learned the server's time from its answer.
    expect(await problemOf(connect(fake).send(put('a')))).toBe('RequestTimeTooSkewed 403');
  });

  it('may be in the query, until they expire', async () => {
    const { fake, s3 } = await start();
    fake.put(Bucket, 'a b.css', 'a{}');
    const path = `/${Bucket}/a%20b.css`;
    const fresh = await presign(s3, 'GET', path, { expiresIn: 60 });
    expect(await raw(fake, 'GET', fresh)).toMatchObject({ status: 200, body: 'a{}' });
    expect(await raw(fake, 'GET', fresh.replace('a%20b', 'c'))).toMatchObject({ status: 403 });
    const signingDate = new Date(Date.now() - 120_000);
    const stale = await presign(s3, 'GET', path, { expiresIn: 60, signingDate });
    const answer = await raw(fake, 'GET', stale);
    expect(answer).toMatchObject({
      status: 403,
      body: expect.stringContaining('Request has expired') as string,
    });
  });

  it('in the query may stand for an ACL', async () => {
    const { fake, s3 } = await start();
    const acl = { 'x-amz-acl': 'public-read' };
    const target = await presign(s3, 'PUT', `/${Bucket}/a`, { expiresIn: 60 }, acl);
    expect(await raw(fake, 'PUT', target, { 'content-length': '0' })).toMatchObject({
      status: 200,
    });
    expect(fake.objects(Bucket).get('a')?.acl).toBe('public-read');
  });

  it('of another region are told where the bucket is', async () => {
    const { fake, s3 } = await start({}, { region: 'eu-west-1' });
    const error = (await s3.send(put('a')).catch((thrown: unknown) => thrown)) as {
      $response: { headers: object };
    };
    expect(error).toMatchObject({ name: 'PermanentRedirect' });
    expect(error.$response.headers).toMatchObject({ 'x-amz-bucket-region': 'eu-west-1' });
    const far = connect(fake, { region: 'ap-south-1' });
    expect(await problemOf(far.send(put('a')))).toBe('AuthorizationHeaderMalformed 400');
    expect(await problemOf(connect(fake, { region: 'eu-west-1' }).send(put('a')))).toBe('ok');
  });
});

describe('addresses', () => {
  const ODD = [
    'with space.css',
    'a+b&c%d#e?f=g.css',
    "!'()*;:@,$=[]",
    'emoji-🎉-é-e\u0301',
    'double//slash',
    '../up/./and/../down',
    '/leading',
    'trailing/',
    '%2e%2e/%41',
    'tab\tnewline\nreturn\r',
    'x'.repeat(1024),
  ];

  it.each(ODD)('bring the key %j back as it was sent', async (Key) => {
    const { fake, s3 } = await start();
    await s3.send(put(Key, { ACL: 'public-read' }));
    expect([...fake.objects(Bucket).keys()]).toEqual([Key]);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(await Body?.transformToString()).toBe('a{}');
    const escaped = Key.split('/').map(encodeURIComponent).join('/');
    expect(await get(fake, escaped)).toMatchObject({ status: 200, body: 'a{}' });
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } }));
    expect(fake.objects(Bucket).size).toBe(0);
  });

  it('may name the bucket in the host', async () => {
    const { fake } = await start();
    const s3 = connect(fake, {
      endpoint: fake.endpoint.replace('127.0.0.1', 'localhost'),
      forcePathStyle: false,
    });
    const { port } = new URL(fake.endpoint);
    afterSigning(s3, (request) => {
      // Not every resolver knows *.localhost: the name stays in the Host header, the connection goes to the address.
      request.hostname = '127.0.0.1';
    });
    await s3.send(put('a/b', { ACL: 'public-read' }));
    expect(fake.requests[0]).toMatchObject({ op: 'PutObject', bucket: Bucket, key: 'a/b' });
    expect(fake.requests[0]?.headers['host']).toBe(`${Bucket}.localhost:${port}`);
    const answer = await raw(fake, 'GET', '/a/b', { host: `${Bucket}.localhost:${port}` });
    expect(answer).toMatchObject({ status: 200, body: 'a{}' });
  });

  it('read an unescaped plus as a space, as S3 does', async () => {
    const { fake } = await start({}, { publicRead: true });
    fake.put(Bucket, 'a+b', 'plus');
    expect(await get(fake, 'a+b')).toMatchObject({ status: 403 });
    expect(await get(fake, 'a%2Bb')).toMatchObject({ status: 200, body: 'plus' });
  });

  it('longer than 1024 bytes are refused', async () => {
    const { s3 } = await start();
    expect(await problemOf(s3.send(put('é'.repeat(513))))).toBe('KeyTooLongError 400');
  });
});

describe('public reading', () => {
  const anonymous = async (fake: FakeS3, key = 'a') => (await get(fake, key)).status;

  it('follows the ACL of each object', async () => {
    const { fake, s3 } = await start();
    await s3.send(put('a', { ACL: 'public-read' }));
    await s3.send(put('b'));
    expect([await anonymous(fake, 'a'), await anonymous(fake, 'b')]).toEqual([200, 403]);
    await s3.send(new PutObjectAclCommand({ Bucket, Key: 'b', ACL: 'public-read' }));
    await s3.send(new PutObjectAclCommand({ Bucket, Key: 'a', ACL: 'private' }));
    expect([await anonymous(fake, 'a'), await anonymous(fake, 'b')]).toEqual([403, 200]);
    const { Grants } = await s3.send(new GetObjectAclCommand({ Bucket, Key: 'b' }));
    expect(Grants?.map(({ Grantee, Permission }) => [Grantee?.URI, Permission])).toEqual([
      [undefined, 'FULL_CONTROL'],
      ['http://acs.amazonaws.com/groups/global/AllUsers', 'READ'],
    ]);
    expect([...fake.objects(Bucket).values()].map((object) => object.public)).toEqual([
      false,
      true,
    ]);
  });

  it('is all that strangers may do', async () => {
    const { fake, s3 } = await start({}, { publicRead: true });
    await s3.send(put('a'));
    expect(await anonymous(fake)).toBe(200);
    expect(await anonymous(fake, 'absent')).toBe(403);
    expect(await raw(fake, 'GET', `/${Bucket}?list-type=2`)).toMatchObject({ status: 403 });
    expect(await raw(fake, 'PUT', `/${Bucket}/b`)).toMatchObject({ status: 403 });
    expect(await raw(fake, 'DELETE', `/${Bucket}/a`)).toMatchObject({ status: 403 });
    expect(await raw(fake, 'GET', '/')).toMatchObject({ status: 403 });
    expect(await raw(fake, 'GET', '/nowhere/a')).toMatchObject({ status: 404 });
    expect(fake.writes().map(({ op }) => op)).toEqual(['PutObject']);
  });

  it.each<[string, BucketOptions, string]>([
    ['ACLs disabled', { aclsDisabled: true }, 'AccessControlListNotSupported 400'],
    ['Block Public Access', { blockPublicAcls: true }, 'AccessDenied 403'],
    ['R2 of old', { rejectAclHeader: 'not-implemented' }, 'NotImplemented 501'],
    ['B2', { rejectAclHeader: 'invalid-argument' }, 'InvalidArgument 400'],
    ['no right to it', { deny: ['s3:PutObjectAcl'] }, 'AccessDenied 403'],
  ])('by ACL is refused: %s', async (_, options, problem) => {
    const { fake, s3 } = await start({}, options);
    const Key = 'a';
    const ACL = 'public-read';
    expect(await problemOf(s3.send(put(Key, { ACL })))).toBe(problem);
    const create = new CreateMultipartUploadCommand({ Bucket, Key, ACL });
    expect(await problemOf(s3.send(create))).toBe(problem);
    expect(fake.writes()).toEqual([]);
    expect(await problemOf(s3.send(put(Key)))).toBe('ok');
  });

  it('by ACL has no effect on a bucket that ignores ACLs', async () => {
    const { fake, s3 } = await start({}, { ignoreAcls: true });
    await s3.send(put('a', { ACL: 'public-read' }));
    expect(fake.objects(Bucket).get('a')).toMatchObject({ acl: 'private', public: false });
    expect(await anonymous(fake)).toBe(403);
  });

  it('with ACLs disabled, the owner may still name itself', async () => {
    const { s3 } = await start({}, { aclsDisabled: true });
    expect(await problemOf(s3.send(put('a', { ACL: 'bucket-owner-full-control' })))).toBe('ok');
    expect(await problemOf(s3.send(put('a', { ACL: 'private' })))).toBe(
      'AccessControlListNotSupported 400',
    );
  });
});

describe('permissions', () => {
  const copy = new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/a` });

  it.each<[string, (s3: S3Client) => Promise<unknown>]>([
    ['s3:PutObject', (s3) => s3.send(put('a'))],
    ['s3:GetObject', (s3) => s3.send(new GetObjectCommand({ Bucket, Key: 'a' }))],
    ['s3:ListBucket', (s3) => s3.send(new ListObjectsV2Command({ Bucket }))],
    ['s3:DeleteObject', (s3) => s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))],
    ['s3:PutObject', (s3) => s3.send(copy)],
    ['s3:GetObject', (s3) => s3.send(copy)],
  ])('without %s that is 403', async (action, send) => {
    const { fake, s3 } = await start();
    fake.put(Bucket, 'a', 'a{}');
    expect(await problemOf(send(s3))).toBe('ok');
    fake.put(Bucket, 'a', 'a{}');
    fake.setBucket(Bucket, { deny: [action] });
    expect(await problemOf(send(s3))).toBe('AccessDenied 403');
  });

  it('without s3:ListBucket an absent key looks forbidden', async () => {
    const { fake, s3 } = await start();
    const head = new HeadObjectCommand({ Bucket, Key: 'absent' });
    const read = new GetObjectCommand({ Bucket, Key: 'absent' });
    expect(await problemOf(s3.send(head))).toBe('NotFound 404');
    expect(await problemOf(s3.send(read))).toBe('NoSuchKey 404');
    fake.setBucket(Bucket, { deny: ['s3:ListBucket'] });
    expect(await problemOf(s3.send(head))).toMatch(/ 403$/);
    expect(await problemOf(s3.send(read))).toBe('AccessDenied 403');
  });

  it('hold for the expected owner only', async () => {
    const { s3 } = await start({}, { owner: '111122223333' });
    const owner = (ExpectedBucketOwner: string) => s3.send(put('a', { ExpectedBucketOwner }));
    expect(await problemOf(owner('111122223333'))).toBe('ok');
    expect(await problemOf(owner('999999999999'))).toBe('AccessDenied 403');
  });
});

describe('objects', () => {
  it('keep bytes and headers, and show them to GET and HEAD', async () => {
    const { fake, s3 } = await start();
    const sent = {
      CacheControl: 'public, max-age=31556926',
      ContentType: 'text/css; charset=utf-8',
      ContentEncoding: 'gzip',
      ContentDisposition: 'inline',
      ContentLanguage: 'de',
      Metadata: { sha: 'abc' },
      StorageClass: 'STANDARD_IA' as const,
      WebsiteRedirectLocation: '/b',
    };
    await s3.send(put('a', { ...sent, Tagging: 'team=web&x=y', ACL: 'public-read' }));
    const held = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
    const md5 = createHash('md5').update('a{}').digest('hex');
    expect(held).toMatchObject({ ...sent, ContentLength: 3, ETag: `"${md5}"`, TagCount: 2 });
    expect(held.AcceptRanges).toBe('bytes');
    expect(held.LastModified?.getTime()).toBeGreaterThan(Date.now() - 5000);
    const anonymous = await get(fake, 'a');
    expect(anonymous).toMatchObject({ status: 200, body: 'a{}' });
    expect(anonymous.headers).toMatchObject({
      'cache-control': 'public, max-age=31556926',
      'content-type': 'text/css; charset=utf-8',
      'x-amz-meta-sha': 'abc',
    });
    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }));
    expect(TagSet).toEqual([
      { Key: 'team', Value: 'web' },
      { Key: 'x', Value: 'y' },
    ]);
    expect(fake.objects(Bucket).get('a')).toMatchObject({
      bytes: Buffer.from('a{}'),
      acl: 'public-read',
      etag: md5,
      headers: { 'x-amz-tagging': 'team=web&x=y', 'x-amz-storage-class': 'STANDARD_IA' },
    });
  });

  it('can be planted with an age', async () => {
    const { fake, s3 } = await start();
    fake.put(Bucket, 'a', 'a{}', { 'last-modified': 'Mon, 02 Feb 2026 10:00:00 GMT' });
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.[0]?.LastModified?.toISOString()).toBe('2026-02-02T10:00:00.000Z');
  });

  it('are read in ranges and under conditions', async () => {
    const { fake } = await start({}, { publicRead: true });
    fake.put(Bucket, 'a', '0123456789', { 'cache-control': 'no-cache' });
    const etag = `"${fake.objects(Bucket).get('a')?.etag ?? ''}"`;
    expect(await get(fake, 'a', { range: 'bytes=2-4' })).toMatchObject({
      status: 206,
      body: '234',
      headers: { 'content-range': 'bytes 2-4/10' },
    });
    expect(await get(fake, 'a', { range: 'bytes=-3' })).toMatchObject({ status: 206, body: '789' });
    expect(await get(fake, 'a', { range: 'bytes=8-' })).toMatchObject({ status: 206, body: '89' });
    expect(await get(fake, 'a', { range: 'bytes=10-' })).toMatchObject({ status: 416 });
    expect(await get(fake, 'a', { 'if-none-match': etag })).toMatchObject({
      status: 304,
      body: '',
      headers: { etag, 'cache-control': 'no-cache' },
    });
    expect(await get(fake, 'a', { 'if-match': '"x"' })).toMatchObject({ status: 412 });
    const later = { 'if-modified-since': new Date().toUTCString() };
    expect(await get(fake, 'a', later)).toMatchObject({ status: 304 });
  });

  it('are written under conditions', async () => {
    const { fake, s3 } = await start();
    expect(await problemOf(s3.send(put('a', { IfMatch: '"x"' })))).toBe('NoSuchKey 404');
    expect(await problemOf(s3.send(put('a', { IfNoneMatch: '*' })))).toBe('ok');
    expect(await problemOf(s3.send(put('a', { IfNoneMatch: '*' })))).toBe('PreconditionFailed 412');
    const IfMatch = `"${fake.objects(Bucket).get('a')?.etag ?? ''}"`;
    expect(await problemOf(s3.send(put('a', { IfMatch, Body: 'b' })))).toBe('ok');
    expect(await problemOf(s3.send(put('a', { IfMatch })))).toBe('PreconditionFailed 412');
    const remove = new DeleteObjectCommand({ Bucket, Key: 'a', IfMatch });
    expect(await problemOf(s3.send(remove))).toBe('PreconditionFailed 412');
    const absent = new DeleteObjectCommand({ Bucket, Key: 'absent', IfMatch });
    expect(await problemOf(s3.send(absent))).toBe('NoSuchKey 404');
    expect(fake.history(Bucket)).toHaveLength(2);
  });

  it('have one winner when 20 create them at once', async () => {
    const { s3 } = await start();
    const race = Array.from({ length: 20 }, (_, index) =>
      problemOf(s3.send(put('a', { Body: String(index), IfNoneMatch: '*' }))),
    );
    expect((await Promise.all(race)).filter((outcome) => outcome === 'ok')).toHaveLength(1);
  });

  it('have an ETag that is no MD5 where encryption or the bucket says so', async () => {
    const { fake, s3 } = await start({}, { etags: 'opaque' });
    const md5 = `"${createHash('md5').update('a{}').digest('hex')}"`;
    const [one, two] = [await s3.send(put('a')), await s3.send(put('a'))];
    expect(one.ETag).toMatch(/^"[\da-f]{32}"$/);
    expect(new Set([one.ETag, two.ETag, md5]).size).toBe(3);
    fake.setBucket(Bucket, { kms: true });
    const encrypted = await s3.send(put('a'));
    expect(encrypted.ServerSideEncryption).toBe('aws:kms');
    expect(encrypted.ETag).not.toBe(md5);
    fake.setBucket(Bucket, {});
    const own = await s3.send(put('a', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'key' }));
    expect(own).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'key' });
    expect(own.ETag).not.toBe(md5);
    expect(await s3.send(put('a'))).toMatchObject({ ServerSideEncryption: 'AES256', ETag: md5 });
  });

  it.each([
    ['MetadataTooLarge 400', { Metadata: { a: 'x'.repeat(2048) } }],
    ['InvalidStorageClass 400', { StorageClass: 'CHEAP' }],
    ['InvalidArgument 400', { ACL: 'everybody' }],
    ['BadRequest 400', { Tagging: Array.from({ length: 11 }, (_, i) => `t${i}=x`).join('&') }],
    ['BadDigest 400', { ContentMD5: createHash('md5').digest('base64') }],
    ['InvalidDigest 400', { ContentMD5: 'abc' }],
    ['BadDigest 400', { ChecksumCRC32: 'AAAAAA==' }],
    ['BadDigest 400', { ChecksumCRC32C: 'AAAAAA==' }],
    ['BadDigest 400', { ChecksumCRC64NVME: 'AAAAAAAAAAA=' }],
    ['BadDigest 400', { ChecksumSHA1: createHash('sha1').digest('base64') }],
    ['BadDigest 400', { ChecksumSHA256: createHash('sha256').digest('base64') }],
    ['InvalidRequest 400', { ChecksumSHA256: 'AAAA' }],
  ])('are refused as %s', async (problem, more) => {
    const { fake, s3 } = await start();
    expect(await problemOf(s3.send(put('a', more)))).toBe(problem);
    expect(fake.objects(Bucket).size).toBe(0);
    expect(fake.writes()).toEqual([]);
  });

  it('too large to keep leave their digests', async () => {
    const { fake, s3 } = await start({ discardBodiesOver: 1000 });
    const Body = Buffer.alloc(1001, 'x');
    await s3.send(put('a', { Body }));
    const sha256 = createHash('sha256').update(Body).digest('hex');
    expect(fake.objects(Bucket).get('a')).toMatchObject({ size: 1001, sha256 });
    const read = s3.send(new GetObjectCommand({ Bucket, Key: 'a' }));
    expect(await problemOf(read)).toBe('InternalError 500');
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }))).toMatchObject({
      ContentLength: 1001,
    });
  });
});

describe('checksums', () => {
  it('have the check values of their catalogue', () => {
    const of = (algorithm: Parameters<typeof checksumOf>[0]) =>
      Buffer.from(checksumOf(algorithm, Buffer.from('123456789')), 'base64').toString('hex');
    expect(of('crc32')).toBe('cbf43926');
    expect(of('crc32c')).toBe('e3069283');
    expect(of('crc64nvme')).toBe('ae8b14860a799888');
  });

  it('are returned as the SDK sent them, and to who asks', async () => {
    const { s3 } = await start();
    const sent = await s3.send(put('a', { ChecksumAlgorithm: 'SHA256' }));
    const sha256 = createHash('sha256').update('a{}').digest('base64');
    expect(sent).toMatchObject({ ChecksumSHA256: sha256, ChecksumType: 'FULL_OBJECT' });
    const head = new HeadObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' });
    expect(await s3.send(head)).toMatchObject({ ChecksumSHA256: sha256 });
    const plain = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
    expect(plain.ChecksumSHA256).toBeUndefined();
  });

  it('are CRC64NVME where the client sends none', async () => {
    const { fake } = await start();
    const s3 = connect(fake, { requestChecksumCalculation: 'WHEN_REQUIRED' });
    const expected = checksumOf('crc64nvme', Buffer.from('a{}'));
    expect(await s3.send(put('a'))).toMatchObject({ ChecksumCRC64NVME: expected });
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'in the trailer of a stream are verified: %s',
    async (ChecksumAlgorithm) => {
      const { fake, s3 } = await start();
      const bytes = Buffer.alloc(200_000, 'stream');
      const Body = Readable.from([bytes.subarray(0, 70_001), bytes.subarray(70_001)]);
      const more = { Body, ContentLength: bytes.length, ContentEncoding: 'br', ChecksumAlgorithm };
      const sent = await s3.send(put('a', more));
      expect(sent[`Checksum${ChecksumAlgorithm}`]).toBe(
        checksumOf(ChecksumAlgorithm.toLowerCase() as 'crc32', bytes),
      );
      const object = fake.objects(Bucket).get('a');
      expect(object?.bytes.equals(bytes)).toBe(true);
      expect(object?.headers['content-encoding']).toBe('br');
      expect(fake.requests[0]).toMatchObject({ bytes: 200_000 });
      expect(fake.requests[0]?.headers['x-amz-content-sha256']).toBe(
        'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      );
    },
  );

  it('in a trailer that is wrong are refused', async () => {
    const { fake, s3 } = await start();
    afterSigning(s3, (request) => {
      request.body = Readable.from(['3\r\na{}\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n']);
    });
    const Body = Readable.from(['a{}']);
    expect(await problemOf(s3.send(put('a', { Body, ContentLength: 3 })))).toBe('BadDigest 400');
    expect(fake.objects(Bucket).size).toBe(0);
  });

  it('of a stream without a length come to 411', async () => {
    const { fake, s3 } = await start();
    const target = await presign(s3, 'PUT', `/${Bucket}/a`, { expiresIn: 60 });
    const answer = await raw(fake, 'PUT', target, { 'transfer-encoding': 'chunked' });
    expect(answer).toMatchObject({
      status: 411,
      body: expect.stringContaining('<Code>MissingContentLength</Code>') as string,
    });
  });

  it('are ignored or refused where the bucket is such a store', async () => {
    const { fake, s3 } = await start({}, { checksums: 'none' });
    const answer = await s3.send(put('a', { ChecksumCRC32: 'AAAAAA==' }));
    expect(answer.ChecksumCRC32).toBeUndefined();
    fake.setBucket(Bucket, { checksums: 'reject' });
    expect(await problemOf(s3.send(put('a')))).toBe('NotImplemented 501');
    const Body = Readable.from(['a{}']);
    expect(await problemOf(s3.send(put('a', { Body, ContentLength: 3 })))).toBe(
      'NotImplemented 501',
    );
    const modest = connect(fake, { requestChecksumCalculation: 'WHEN_REQUIRED' });
    expect(await problemOf(modest.send(put('a')))).toBe('ok');
  });
});

describe('listings', () => {
  it('are in the order of UTF-8 bytes, page by page', async () => {
    const { fake, s3 } = await start();
    const keys = ['Z', 'a', 'a b', 'a/b', 'é', '\uffee', '🎉', ...range(1500)];
    for (const key of keys) fake.put(Bucket, key, key);
    const listed: string[] = [];
    const counts: number[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken }));
      listed.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
      counts.push(page.KeyCount ?? 0);
      ContinuationToken = page.NextContinuationToken;
      expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
    } while (ContinuationToken !== undefined);
    expect(counts).toEqual([1000, 507]);
    expect(listed).toEqual(keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  });

  it('take prefix, delimiter, start and limit', async () => {
    const { fake, s3 } = await start();
    for (const key of ['s/a/1', 's/a/2', 's/b', 's/c/1', 't']) fake.put(Bucket, key, 'x');
    const list = async (more: object) => {
      const page = await s3.send(new ListObjectsV2Command({ Bucket, ...more }));
      return {
        keys: page.Contents?.map(({ Key }) => Key),
        prefixes: page.CommonPrefixes?.map(({ Prefix }) => Prefix),
        next: page.NextContinuationToken,
      };
    };
    expect(await list({ Prefix: 's/', Delimiter: '/' })).toMatchObject({
      keys: ['s/b'],
      prefixes: ['s/a/', 's/c/'],
    });
    expect(await list({ StartAfter: 's/b' })).toMatchObject({ keys: ['s/c/1', 't'] });
    const first = await list({ Prefix: 's/', Delimiter: '/', MaxKeys: 1 });
    expect(first).toMatchObject({ prefixes: ['s/a/'] });
    const rest = { Prefix: 's/', Delimiter: '/', ContinuationToken: first.next };
    expect(await list(rest)).toMatchObject({ keys: ['s/b'], prefixes: ['s/c/'] });
    const bad = new ListObjectsV2Command({ Bucket, ContinuationToken: 'nonsense' });
    expect(await problemOf(s3.send(bad))).toBe('InvalidArgument 400');
  });

  it('tell size, ETag and date, and encode keys on request', async () => {
    const { fake, s3 } = await start();
    fake.put(Bucket, 'a b+c/é\u0001', 'four');
    const page = await s3.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }));
    expect(page.Contents).toMatchObject([
      {
        Key: 'a+b%2Bc/%C3%A9%01',
        Size: 4,
        ETag: `"${createHash('md5').update('four').digest('hex')}"`,
        StorageClass: 'STANDARD',
      },
    ]);
    expect(page.Contents?.[0]?.LastModified?.getMilliseconds()).toBe(0);
  });

  it('exist in the first version too', async () => {
    const { fake, s3 } = await start();
    for (const key of ['a', 'b', 'c']) fake.put(Bucket, key, 'x');
    const page = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2 }));
    expect(page).toMatchObject({ IsTruncated: true, Contents: [{ Key: 'a' }, { Key: 'b' }] });
    const rest = await s3.send(new ListObjectsCommand({ Bucket, Marker: 'b' }));
    expect(rest).toMatchObject({ IsTruncated: false, Contents: [{ Key: 'c' }] });
  });

  const range = (count: number) => Array.from({ length: count }, (_, i) => `n/${String(i)}`);
});

describe('multipart uploads', () => {
  const MiB = 1024 ** 2;
  const Key = 'big';

  /** An upload of parts of these sizes, as far as the parts. */
  async function upload(s3: S3Client, sizes: readonly number[], more: object = {}) {
    const created = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'CRC32', ...more }),
    );
    const UploadId = created.UploadId ?? '';
    const bodies = sizes.map((size, index) => Buffer.alloc(size, `part ${index}`));
    const Parts = await Promise.all(
      bodies.map(async (Body, index) => {
        const PartNumber = index + 1;
        const command = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body });
        const { ETag, ChecksumCRC32 } = await s3.send(command);
        return { PartNumber, ETag, ChecksumCRC32 };
      }),
    );
    return { UploadId, Parts, bodies };
  }

  const complete = (UploadId: string, Parts: object[]) =>
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } });

  it('keep what was said when they were created', async () => {
    const { fake, s3 } = await start();
    const more = { ACL: 'public-read', CacheControl: 'no-cache', Metadata: { a: 'b' } };
    const { UploadId, Parts, bodies } = await upload(s3, [5 * MiB, 5 * MiB, 10], more);
    expect(fake.uploads(Bucket)).toBe(1);
    expect(fake.objects(Bucket).size).toBe(0);
    const { ETag, ChecksumCRC32 } = await s3.send(complete(UploadId, Parts));
    const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();
    const composite = md5(Buffer.concat(bodies.map(md5))).toString('hex');
    expect(ETag).toBe(`"${composite}-3"`);
    expect(ChecksumCRC32).toMatch(/-3$/);
    const object = fake.objects(Bucket).get(Key);
    expect(object?.bytes.equals(Buffer.concat(bodies))).toBe(true);
    expect(object?.parts).toHaveLength(3);
    expect(object).toMatchObject({
      acl: 'public-read',
      public: true,
      headers: { 'cache-control': 'no-cache', 'x-amz-meta-a': 'b' },
    });
    expect(fake.uploads(Bucket)).toBe(0);
    expect(fake.writes().map(({ op }) => op)).toEqual([
      'CreateMultipartUpload',
      'UploadPart',
      'UploadPart',
      'UploadPart',
      'CompleteMultipartUpload',
    ]);
    expect(await problemOf(s3.send(complete(UploadId, Parts)))).toBe('NoSuchUpload 404');
  });

  it('are refused where a part is missing, wrong, out of order or too small', async () => {
    const { fake, s3 } = await start();
    const { UploadId, Parts } = await upload(s3, [5 * MiB, 10, 10]);
    const [one = {}, two = {}, three = {}] = Parts;
    const finish = (parts: object[]) => problemOf(s3.send(complete(UploadId, parts)));
    expect(await finish([one, two, three])).toBe('EntityTooSmall 400');
    expect(await finish([two, one])).toBe('InvalidPartOrder 400');
    expect(await finish([one, { ...two, ETag: '"x"' }])).toBe('InvalidPart 400');
    expect(await finish([one, { ...two, ChecksumCRC32: 'AAAAAA==' }])).toBe('InvalidPart 400');
    expect(await finish([one, { PartNumber: 2, ETag: Parts[1]?.ETag }])).toBe('InvalidRequest 400');
    expect(await finish([one, { ...two, PartNumber: 9 }])).toBe('InvalidPart 400');
    expect(fake.objects(Bucket).size).toBe(0);
    expect(await finish([one, two])).toBe('ok');
  });

  it('take parts with the checksum that was declared, and no other', async () => {
    const { fake, s3 } = await start();
    const none = { ChecksumAlgorithm: undefined };
    expect(await problemOf(upload(s3, [10], none))).toBe('InvalidRequest 400');
    expect(await problemOf(upload(s3, [10], { ChecksumAlgorithm: 'SHA256' }))).toBe(
      'InvalidRequest 400',
    );
    const modest = connect(fake, { requestChecksumCalculation: 'WHEN_REQUIRED' });
    const { UploadId, Parts, bodies } = await upload(modest, [10], none);
    const { ETag, ChecksumCRC64NVME } = await modest.send(complete(UploadId, Parts));
    expect(ETag).toMatch(/-1"$/);
    expect(ChecksumCRC64NVME).toBe(checksumOf('crc64nvme', Buffer.concat(bodies)));
  });

  it('may have the checksum of the whole, and are refused when it is wrong', async () => {
    const { s3 } = await start();
    const more = { ChecksumType: 'FULL_OBJECT' };
    const { UploadId, Parts, bodies } = await upload(s3, [5 * MiB, 10], more);
    const whole = checksumOf('crc32', Buffer.concat(bodies));
    const finish = (ChecksumCRC32: string) => {
      const command = complete(UploadId, Parts);
      Object.assign(command.input, { ChecksumCRC32, ChecksumType: 'FULL_OBJECT' });
      return s3.send(command);
    };
    expect(await problemOf(finish('AAAAAA=='))).toBe('BadDigest 400');
    expect(await finish(whole)).toMatchObject({
      ChecksumCRC32: whole,
      ChecksumType: 'FULL_OBJECT',
    });
  });

  it('are listed and aborted', async () => {
    const { fake, s3 } = await start();
    const { UploadId } = await upload(s3, [10]);
    const { Parts } = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    expect(Parts).toMatchObject([{ PartNumber: 1, Size: 10 }]);
    const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(Uploads).toMatchObject([{ Key, UploadId }]);
    fake.setBucket(Bucket, { deny: ['s3:AbortMultipartUpload'] });
    const abort = new AbortMultipartUploadCommand({ Bucket, Key, UploadId });
    expect(await problemOf(s3.send(abort))).toBe('AccessDenied 403');
    fake.setBucket(Bucket, {});
    await s3.send(abort);
    expect(fake.uploads(Bucket)).toBe(0);
    expect(await problemOf(s3.send(abort))).toBe('NoSuchUpload 404');
    const Body = 'x';
    const part = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body });
    expect(await problemOf(s3.send(part))).toBe('NoSuchUpload 404');
  });

  it('too large to keep leave the digest of each part', async () => {
    const { fake, s3 } = await start({ discardBodiesOver: MiB });
    const { UploadId, Parts, bodies } = await upload(s3, [5 * MiB, 2 * MiB]);
    await s3.send(complete(UploadId, Parts));
    const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(fake.objects(Bucket).get(Key)).toMatchObject({
      size: 7 * MiB,
      parts: bodies.map((bytes) => ({ size: bytes.length, sha256: sha256(bytes) })),
    });
  });
});

describe('copies', () => {
  const copy = (more: object = {}) =>
    new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/a`, ...more });

  it('take the headers along, but not the ACL', async () => {
    const { fake, s3 } = await start();
    await s3.send(put('a', { ACL: 'public-read', CacheControl: 'no-cache' }));
    await s3.send(copy());
    expect(fake.objects(Bucket).get('b')).toMatchObject({
      headers: { 'cache-control': 'no-cache' },
      acl: 'private',
      etag: createHash('md5').update('a{}').digest('hex'),
    });
    const replace = { MetadataDirective: 'REPLACE', ContentType: 'text/css', ACL: 'public-read' };
    await s3.send(copy(replace));
    const replaced = fake.objects(Bucket).get('b');
    expect(replaced?.headers).toMatchObject({ 'content-type': 'text/css' });
    expect(replaced?.headers['cache-control']).toBeUndefined();
    expect(replaced?.public).toBe(true);
  });

  it('to themselves need new headers', async () => {
    const { fake, s3 } = await start();
    fake.put(Bucket, 'b', 'x');
    const self = { CopySource: `${Bucket}/b` };
    expect(await problemOf(s3.send(copy(self)))).toBe('InvalidRequest 400');
    expect(await problemOf(s3.send(copy({ ...self, MetadataDirective: 'REPLACE' })))).toBe('ok');
    expect(await problemOf(s3.send(copy()))).toBe('NoSuchKey 404');
  });
});

describe('deletes', () => {
  it('of many answer for each key', async () => {
    const { fake, s3 } = await start();
    fake.put(Bucket, 'a&<b>', 'x');
    const many = (more: object = {}) =>
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: 'a&<b>' }, { Key: 'absent' }], ...more },
      });
    fake.setBucket(Bucket, { deny: ['s3:DeleteObject'] });
    const refused = await s3.send(many({ Quiet: true }));
    expect(refused.Errors).toMatchObject([
      { Key: 'a&<b>', Code: 'AccessDenied' },
      { Key: 'absent', Code: 'AccessDenied' },
    ]);
    fake.setBucket(Bucket, {});
    expect(await s3.send(many())).toMatchObject({ Deleted: [{ Key: 'a&<b>' }, { Key: 'absent' }] });
    expect((await s3.send(many({ Quiet: true }))).Deleted).toBeUndefined();
    expect(fake.history(Bucket).map(({ op }) => op)).toEqual(['put', 'delete']);
  });

  it('of many need a checksum', async () => {
    const { fake, s3 } = await start();
    beforeSigning(s3, ({ headers }) => {
      for (const name of Object.keys(headers))
        if (name.includes('checksum')) Reflect.deleteProperty(headers, name);
    });
    const command = new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }] } });
    expect(await problemOf(s3.send(command))).toBe('InvalidRequest 400');
    expect(fake.requests[0]?.op).toBe('DeleteObjects');
  });
});

describe('buckets', () => {
  it('are created, found, and missed', async () => {
    const { fake, s3 } = await start();
    await s3.send(new CreateBucketCommand({ Bucket: 'second' }));
    const again = s3.send(new CreateBucketCommand({ Bucket: 'second' }));
    expect(await problemOf(again)).toBe('BucketAlreadyOwnedByYou 409');
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual([Bucket, 'second']);
    expect(await s3.send(new HeadBucketCommand({ Bucket }))).toMatchObject({
      BucketRegion: 'us-east-1',
    });
    const absent = new HeadBucketCommand({ Bucket: 'absent' });
    expect(await problemOf(s3.send(absent))).toBe('NotFound 404');
    const list = new ListObjectsV2Command({ Bucket: 'absent' });
    expect(await problemOf(s3.send(list))).toBe('NoSuchBucket 404');
    expect(fake.objects('second').size).toBe(0);
  });

  it('do not do what this server does not know', async () => {
    const { fake, s3 } = await start();
    const policy = new PutBucketPolicyCommand({ Bucket, Policy: '{}' });
    expect(await problemOf(s3.send(policy))).toBe('NotImplemented 501');
    expect(fake.requests[0]).toMatchObject({ op: 'PUT bucket policy', status: 501 });
    expect(fake.writes()).toEqual([]);
  });
});

describe('errors', () => {
  it('are XML with a request id, and without a body for HEAD', async () => {
    const { fake } = await start();
    const answer = await get(fake, 'a');
    expect(answer.headers).toMatchObject({ 'content-type': 'application/xml' });
    const id = String(answer.headers['x-amz-request-id']);
    expect(answer.body).toContain('<Code>AccessDenied</Code><Message>Access Denied</Message>');
    expect(answer.body).toContain(`<RequestId>${id}</RequestId>`);
    expect(await raw(fake, 'HEAD', `/${Bucket}/a`)).toMatchObject({ status: 403, body: '' });
    expect(await raw(fake, 'GET', `/${Bucket}/%ff`)).toMatchObject({ status: 400 });
  });
});

describe('faults', () => {
  it('take the place of the answer, or come after the work', async () => {
    const { fake, s3 } = await start();
    fake.fault = ({ op, attempt }) =>
      op !== 'PutObject'
        ? undefined
        : attempt === 1
          ? { code: 'SlowDown', headers: { 'retry-after': '1' } }
          : attempt === 2
            ? { status: 500, storeAnyway: true }
            : undefined;
    expect(await problemOf(s3.send(put('a')))).toBe('SlowDown 503');
    expect(fake.objects(Bucket).size).toBe(0);
    expect(await problemOf(s3.send(put('a')))).toBe('InternalError 500');
    expect(fake.objects(Bucket).size).toBe(1);
    expect(await problemOf(s3.send(put('a')))).toBe('ok');
    expect(fake.requests.map(({ status, accepted }) => [status, accepted])).toEqual([
      [503, false],
      [500, true],
      [200, true],
    ]);
    expect(fake.writes()).toHaveLength(2);
  });

  it('may be a reset, silence, delay or junk', async () => {
    const { fake, s3 } = await start();
    fake.fault = ({ key }) =>
      ({
        reset: { reset: true },
        late: { reset: true, storeAnyway: true },
        silent: { hang: true },
        slow: { delayMs: 100 },
        junk: { status: 200, body: '<html>captive portal</html>' },
        torn: { reset: true, status: 200, body: 'x', headers: { 'content-length': '9' } },
      })[key];
    expect(await problemOf(s3.send(put('reset')))).toBe('ECONNRESET -');
    expect(await problemOf(s3.send(put('late')))).toBe('ECONNRESET -');
    const abortSignal = AbortSignal.timeout(100);
    expect(await problemOf(s3.send(put('silent'), { abortSignal }))).toBe('AbortError -');
    const before = performance.now();
    expect(await problemOf(s3.send(put('slow')))).toBe('ok');
    expect(performance.now() - before).toBeGreaterThanOrEqual(99);
    expect((await s3.send(put('junk'))).ETag).toBeUndefined();
    await expect(get(fake, 'torn')).rejects.toThrow();
    expect([...fake.objects(Bucket).keys()]).toEqual(['late', 'slow']);
  });
});

describe('the log', () => {
  it('holds every request in order of arrival, until it is cleared', async () => {
    const { fake, s3 } = await start();
    await s3.send(put('a'));
    await get(fake, 'a?v=1');
    expect(fake.requests).toMatchObject([
      { index: 0, method: 'PUT', op: 'PutObject', key: 'a', anonymous: false, bytes: 3 },
      { index: 1, op: 'GetObject', key: 'a', query: { v: '1' }, anonymous: true, status: 403 },
    ]);
    fake.clearLog();
    await get(fake, 'a');
    expect(fake.requests.map(({ index }) => index)).toEqual([0]);
  });

  it('may be switched off', async () => {
    const { fake, s3 } = await start({ keepLog: false });
    await s3.send(put('a'));
    expect(fake.requests).toEqual([]);
    expect(fake.objects(Bucket).size).toBe(1);
  });
});

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { payloadOf } from './body.ts';
import { createAttempts } from './faults.ts';
import { describeSnapshot } from './snapshot.ts';
import { keptHeaders } from './object-headers.ts';
import { isWrite } from './operations.ts';
import { createS3Server } from './server.ts';
import { createBucket, deleteObject, makeEtag, sortedKeys, writeObject } from './store.ts';
import type { Bucket, Store, Upload } from './store.ts';
import type { Credentials, FakeRequest, FakeS3, FakeS3Options } from './types.ts';

export type { BucketOptions, FakeS3, FakeS3Options } from './types.ts';

const CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

/** An S3 server in this process, for tests: strict where AWS is strict. It shares no code with `src/`. */
export async function startFakeS3(options: FakeS3Options = {}): Promise<FakeS3> {
  const store: Store = {
    buckets: new Map(),
    region: options.region ?? 'us-east-1',
    keep: options.discardBodiesOver ?? Infinity,
    keepsBodyOf: options.keepsBodyOf ?? (() => false),
    minPart: options.minPartBytes ?? 5 * 1024 ** 2,
  };
  const attempts = createAttempts();
  const expiredTokens = new Set<string>();
  let credentials: Credentials = options.credentials ?? CREDENTIALS;
  let arrived = 0;

  const server = createS3Server({
    store,
    clock: () => ({ now: Date.now() + fake.clockOffsetMs, credentials, expiredTokens }),
    arrive(request) {
      const entry: FakeRequest = { index: arrived++, ...request };
      if (options.keepLog !== false) fake.requests.push(entry);
      const { index, op, bucket, key, query } = entry;
      const attempt = attempts.count({ index, op, bucket, key, query });
      return { entry, fault: fake.fault?.({ index, op, bucket, key, query, attempt }) };
    },
  });
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  function bucketNamed(name: string): Bucket {
    const bucket = store.buckets.get(name);
    if (bucket === undefined) throw new Error(`the fake S3 has no bucket "${name}"`);
    return bucket;
  }

  const fake: FakeS3 = {
    endpoint: `http://${options.host ?? '127.0.0.1'}:${port}`,
    get credentials() {
      return credentials;
    },
    requests: [],
    clockOffsetMs: 0,
    writes: () => fake.requests.filter(({ op, accepted }) => accepted && isWrite(op)),
    clearLog() {
      fake.requests.length = 0;
      arrived = 0;
      attempts.clear();
    },
    createBucket(name, bucketOptions = {}) {
      store.buckets.set(name, createBucket(name, bucketOptions));
    },
    setBucket(name, bucketOptions) {
      bucketNamed(name).options = bucketOptions;
    },
    objects(name) {
      const bucket = bucketNamed(name);
      return new Map(sortedKeys(bucket).map((key) => [key, describeSnapshot(bucket, key)]));
    },
    put(name, key, content, headers = {}) {
      plant(bucketNamed(name), key, Buffer.from(content), headers);
    },
    remove(name, key) {
      deleteObject(bucketNamed(name), key);
    },
    history: (name) => bucketNamed(name).history,
    uploads: (name) => bucketNamed(name).uploads.size,
    beginUpload: (name, key, upload) => plantUpload(bucketNamed(name), key, upload),
    setCredentials(next) {
      if (credentials.sessionToken !== undefined) expiredTokens.add(credentials.sessionToken);
      if (next.sessionToken !== undefined) expiredTokens.delete(next.sessionToken);
      credentials = next;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return fake;
}

function plantUpload(
  bucket: Bucket,
  key: string,
  { begun, part }: { readonly begun: Date; readonly part?: string },
): string {
  const id = `planted-${bucket.uploads.size}`;
  const parts: Upload['parts'] = new Map();
  if (part !== undefined) {
    const payload = payloadOf(Buffer.from(part), undefined);
    parts.set(1, { ...payload, etag: payload.md5, checksum: undefined, modified: begun });
  }
  bucket.uploads.set(id, {
    id,
    key,
    headers: {},
    acl: 'private',
    initiated: begun,
    algorithm: undefined,
    checksumType: 'FULL_OBJECT',
    parts,
  });
  return id;
}

function plant(
  bucket: Bucket,
  key: string,
  content: Buffer,
  sent: Readonly<Record<string, string>>,
): void {
  const lower = Object.fromEntries(
    Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const headers = keptHeaders(lower);
  const full = (bucket.options.checksums ?? 'full') === 'full';
  const { size, md5, sha256, checksum } = payloadOf(content, full ? 'crc64nvme' : undefined);
  writeObject(bucket, {
    key,
    bytes: content,
    size,
    sha256,
    headers,
    acl: lower['x-amz-acl'] ?? 'private',
    etag: makeEtag(bucket, headers, md5),
    modified: new Date(lower['last-modified'] ?? Date.now()),
    checksum: checksum && { ...checksum, type: 'FULL_OBJECT' },
  });
}

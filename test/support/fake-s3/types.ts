export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface FakeS3Options {
  readonly port?: number;
  readonly host?: string;
  /** The region that this endpoint is in: `us-east-1` unless given. */
  readonly region?: string;
  readonly credentials?: Credentials;
  /** `false` keeps no request log: for tests with hundreds of thousands of requests. */
  readonly keepLog?: boolean;
  /** Bodies above this many bytes are digested and dropped; a GET of such an object answers 500. */
  readonly discardBodiesOver?: number;
  /** Objects whose bodies are kept all the same. */
  readonly keepsBodyOf?: (key: string) => boolean;
  /** The least size of all parts but the last: S3's 5 MiB unless given. */
  readonly minPartBytes?: number;
}

export interface BucketOptions {
  /** As "bucket owner enforced", AWS's default since 2023: 400 AccessControlListNotSupported. */
  readonly aclsDisabled?: boolean;
  /** Block Public Access: a public canned ACL is 403 AccessDenied. */
  readonly blockPublicAcls?: boolean;
  /** As MinIO and R2: an ACL is taken without complaint and has no effect. */
  readonly ignoreAcls?: boolean;
  /** 501 NotImplemented as R2 once did, or 400 InvalidArgument as B2. */
  readonly rejectAclHeader?: false | 'not-implemented' | 'invalid-argument';
  /** A bucket policy opens GetObject to everyone. */
  readonly publicRead?: boolean;
  /** Where the bucket is, if not in the region of the endpoint. */
  readonly region?: string;
  /** The account that owns the bucket: another `x-amz-expected-bucket-owner` is 403. */
  readonly owner?: string;
  /** As R2 and S3 Express: keys come in no order. */
  readonly shuffled?: boolean;
  /** Keys on one page of a listing, at most: S3's 1,000 unless given. */
  readonly pageSize?: number;
  readonly etags?: 'md5' | 'opaque';
  /** The bucket's default encryption is SSE-KMS, so no ETag is an MD5. */
  readonly kms?: boolean;
  /** `full`: verified, stored, returned; `none`: ignored; `reject`: 501 on any checksum header or aws-chunked body. */
  readonly checksums?: 'full' | 'none' | 'reject';
  /** Stores that take no notice of If-Match and If-None-Match on a write, or answer 501. */
  readonly conditionalWrites?: 'ignored' | 'not-implemented';
  /** Actions that the signed caller may not do, such as `s3:ListBucket`, or only on keys with a part: `s3:PutObject logs/`. 403 AccessDenied. */
  readonly deny?: readonly string[];
}

export interface FakeRequest {
  /** Place in order of arrival, from 0; `clearLog` starts again. */
  readonly index: number;
  readonly method: string;
  /** As the API calls it (`PutObject`, `ListObjectsV2`, …); something unknown: `PUT bucket policy`. */
  readonly op: string;
  readonly bucket: string;
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly query: Record<string, string>;
  /** What was answered; 0 before that, and for ever after a reset or a hang. */
  status: number;
  /** The store did what was asked, whatever a fault made of the answer. */
  accepted: boolean;
  readonly anonymous: boolean;
  /** Bytes of the body, without the framing of aws-chunked. */
  bytes: number;
}

export interface FakeObject {
  readonly key: string;
  /** Empty if the body was discarded: see `size`, `sha256` and `parts`. */
  readonly bytes: Buffer;
  readonly size: number;
  /** Unknown (`undefined`) only for a multipart object whose parts were discarded. */
  readonly sha256: string | undefined;
  readonly parts: readonly { readonly size: number; readonly sha256: string }[] | undefined;
  /** As sent, names in lower case. */
  readonly headers: Record<string, string>;
  readonly acl: string;
  /** Without quotes. */
  readonly etag: string;
  readonly modified: Date;
  /** Anybody may read it. */
  readonly public: boolean;
}

export interface FaultRequest {
  readonly index: number;
  readonly op: string;
  readonly bucket: string;
  readonly key: string;
  /** From 1: the nth request for the same operation, bucket, key and part number. */
  readonly attempt: number;
  readonly query: Record<string, string>;
}

/** With none of status, code, body, reset and hang the real answer goes out, late and with the extra headers. */
export interface Fault {
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /**
   * RST, as soon as the request's head was read, or after the work with `storeAnyway`. With an answer (status, code or body) the
   * connection is closed after that: with a `content-length` that promises more, a torn answer.
   */
  readonly reset?: boolean;
  /** The body is read and no answer comes. */
  readonly hang?: boolean;
  /** The answer comes this much later; what was asked is done at once. */
  readonly delayMs?: number;
  /** What was asked is done this much later, also for a client that went away in the meantime. */
  readonly holdMs?: number;
  /** What was asked is done all the same. */
  readonly storeAnyway?: boolean;
  /** The first byte of the body arrives as another one, as behind a broken proxy. */
  readonly corrupt?: boolean;
}

export interface HistoryEntry {
  readonly at: number;
  readonly op: 'put' | 'delete';
  readonly key: string;
  readonly sha256?: string;
}

export interface FakeS3 {
  readonly endpoint: string;
  readonly credentials: Credentials;
  readonly requests: FakeRequest[];
  /** Added to the server's clock: beyond 15 minutes every signed request is RequestTimeTooSkewed. */
  clockOffsetMs: number;
  fault?: ((request: FaultRequest) => Fault | undefined) | undefined;
  /** The changing requests that the store carried out. */
  writes(): FakeRequest[];
  clearLog(): void;
  createBucket(name: string, options?: BucketOptions): void;
  /** Replaces all options of a bucket; its objects stay. */
  setBucket(name: string, options: BucketOptions): void;
  /** A snapshot, in the order of a listing. */
  objects(bucket: string): Map<string, FakeObject>;
  /** Plants an object behind everyone's back; among the headers, `x-amz-acl` and `last-modified` set these. */
  put(
    bucket: string,
    key: string,
    bytes: Uint8Array | string,
    headers?: Record<string, string>,
  ): void;
  /** Deletes an object behind everyone's back. */
  remove(bucket: string, key: string): void;
  history(bucket: string): readonly HistoryEntry[];
  /** Multipart uploads in progress. */
  uploads(bucket: string): number;
  /** Plants one behind everyone's back, as if begun at that time, with that for its first part; gives its id. */
  beginUpload(bucket: string, key: string, upload: { begun: Date; part?: string }): string;
  /** From now on these are valid; what was signed with the old session token is ExpiredToken. */
  setCredentials(credentials: Credentials): void;
  close(): Promise<void>;
}

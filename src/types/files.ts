// What is found, wanted and stored.

/** Where a file's bytes are. They are read when they are needed, never kept from listing on. */
export type Content = PlainContent | CompressedContent;
export type PlainContent = FileContent | EditedContent | BytesContent;

export interface FileContent {
  readonly kind: 'file';
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Permissions; undefined where nobody looked. */
  readonly mode?: number;
  /** Which file it was, in which state, when a walk found it there under its real path. */
  readonly seen?: string;
  /** When anything about it was last changed, in nanoseconds since 1970. A new hard link is such a change too. */
  readonly changedNs?: string;
  /** Of the state it was seen in. */
  readonly digests?: Digests;
  /** All of them, where there was room to keep them. */
  readonly bytes?: Buffer;
}

/** A file with references rewritten: re-read and edited each time its bytes are needed. */
export interface EditedContent {
  readonly kind: 'edited';
  readonly source: FileContent;
  /** In order, none overlapping another. */
  readonly edits: readonly Edit[];
  /** Bytes after the edits. */
  readonly size: number;
}

/** Generated and small: a manifest. */
export interface BytesContent {
  readonly kind: 'bytes';
  readonly bytes: Uint8Array;
}

/** What the manifests hold, before they are compressed. */
export interface ManifestBytes {
  /** staticfiles.json */
  readonly manifest: Uint8Array;
  /** assets.json */
  readonly assets: Uint8Array;
}

export type Encoding = 'br' | 'gzip' | 'zstd';

/** How bytes are compressed. With the same compressor, the same bytes come to the same. */
export interface Recipe {
  readonly encoding: Encoding;
  readonly quality: number;
}

/** Another content, compressed. Its bytes are taken from where they are kept, or else made again. */
export interface CompressedContent {
  readonly kind: 'compressed';
  readonly of: PlainContent;
  /** Of the bytes before. */
  readonly ofSha256: string;
  readonly recipe: Recipe;
  /** Bytes after. */
  readonly size: number;
  readonly digests: Digests;
  /** The path of an entry of the cache, the bytes themselves, or nothing. Never trusted. */
  readonly kept: string | Uint8Array | undefined;
}

/** The bytes from `start` up to `end` of a file give way to a text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface StaticFile {
  /** What templates ask for: "css/app.css". POSIX, NFC, source prefix included. */
  readonly name: string;
  /** The prefix of its source, which the name begins with; "" for none. */
  readonly prefix: string;
  /** Where it is stored, below the backend's location. Equals the name until hashed. */
  readonly key: string;
  readonly content: Content;
  /** The key changes whenever the bytes do. */
  readonly immutable: boolean;
  /** Whether its bytes name other files; undefined where nobody looked. */
  readonly refers?: boolean;
  /** What the content is compressed with. */
  readonly encoding?: Encoding;
  /** The key of the file that this is a compressed twin of: "css/app.css" for "css/app.css.br". */
  readonly twinOf?: string;
}

/** What is stored beside an object's bytes. Field names are the SDK's, lower-cased at the front. */
export interface ObjectHeaders {
  readonly contentType: string;
  readonly cacheControl?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  /** An HTTP date. */
  readonly expires?: string;
  /** User metadata; names lower-case, without the `x-amz-meta-` prefix. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly storageClass?: string;
  readonly serverSideEncryption?: string;
  readonly kmsKeyId?: string;
  /** URL-encoded: `team=web&env=prod`. */
  readonly tagging?: string;
  readonly websiteRedirect?: string;
}

/** Digests of the bytes as they will be stored, lower-case hex unless said otherwise. */
export interface Digests {
  /** Of all bytes; what is sent in parts has it only where it was asked for. */
  readonly md5?: string;
  readonly sha256: string;
  /** The ETag S3 gives these bytes: the MD5, or `<md5 of the parts' md5s>-<parts>` above 16 MiB. */
  readonly etag: string;
  /** Base64, as subresource integrity wants it; where it was asked for. */
  readonly sha384?: string;
  /** MD5s of the parts that a large object is sent in, where they were kept. */
  readonly parts?: readonly string[];
}

/** A file with everything the plan compares. */
export interface Wanted extends StaticFile {
  readonly headers: ObjectHeaders;
  readonly digests: Digests;
  readonly size: number;
}

/** What a destination holds under one key. */
export interface StoredObject {
  readonly key: string;
  readonly size: number;
  /** Without quotes. An MD5 only sometimes: KMS and multipart objects have others. */
  readonly etag?: string | undefined;
  /** Only when it really is the digest of the stored bytes. */
  readonly md5?: string | undefined;
  readonly sha256?: string | undefined;
  readonly modifiedMs?: number | undefined;
  /** Of a file in a directory: which one, in which state. Equal states have equal bytes. */
  readonly state?: string | undefined;
  /** Where a symbolic link of a directory backend points. */
  readonly linkTarget?: string | undefined;
  /** What is stored beside the bytes, where that is known. */
  readonly headers?: ObjectHeaders | undefined;
  /** Whether `headers` and `acl` are all of them, as a deploy recorded them; a HEAD does not show every one. */
  readonly recorded?: boolean | undefined;
  /** The canned ACL that was asked for. */
  readonly acl?: string | undefined;
}

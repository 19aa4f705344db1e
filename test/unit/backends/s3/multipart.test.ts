import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32Of } from '../../../../src/backends/s3/proof.ts';
import { createBackend, etagOf, failure, md5, ok, request, s3Error } from './setup.ts';

const MiB = 1024 * 1024;
const bytes = Buffer.alloc(20 * MiB, 'collect-static');
const asked = request('video.mp4', bytes);
const s3 = mockClient(S3Client);
afterAll(() => {
  s3.restore();
});
let dir = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'collect-static-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});
beforeEach(() => {
  s3.reset();
  s3.on(CreateMultipartUploadCommand).resolves(ok({ UploadId: 'U1' }));
  s3.on(UploadPartCommand).resolves(ok({ ETag: '"part"' }));
  s3.on(CompleteMultipartUploadCommand).resolves(ok({ ETag: `"${etagOf(bytes)}"` }));
  s3.on(AbortMultipartUploadCommand).resolves({});
});

const aborts = () => s3.commandCalls(AbortMultipartUploadCommand);
const completions = () => s3.commandCalls(CompleteMultipartUploadCommand);

describe('a large object', () => {
  it('goes up in parts, with ACL and headers on the first request and a proof in the last', async () => {
    const backend = await createBackend();
    expect(await backend.put(asked)).toEqual({
      proof: 'etag',
      etag: etagOf(bytes),
      acl: 'applied',
    });
    expect(s3.commandCalls(CreateMultipartUploadCommand)[0]?.args[0].input).toMatchObject({
      Bucket: 'assets',
      Key: 'static/video.mp4',
      ACL: 'public-read',
      ContentType: 'text/plain; charset=utf-8',
      ChecksumAlgorithm: 'CRC32',
      Metadata: { 'collect-static-sha256': asked.digests.sha256 },
    });
    const parts = s3.commandCalls(UploadPartCommand).map((call) => call.args[0].input);
    expect(parts.map(({ PartNumber }) => PartNumber)).toEqual([1, 2, 3]);
    expect(parts[2]).toMatchObject({
      UploadId: 'U1',
      ContentMD5: md5(bytes.subarray(16 * MiB)).toString('base64'),
    });
    // Comparing megabytes with toEqual takes a minute.
    const bodies = parts.map(({ Body }) => (Buffer.isBuffer(Body) ? Body : Buffer.alloc(0)));
    expect(Buffer.concat(bodies).equals(bytes)).toBe(true);
    expect(completions()[0]?.args[0].input.MultipartUpload?.Parts).toMatchObject(
      [1, 2, 3].map((PartNumber) => ({ PartNumber, ETag: '"part"' })),
    );
    expect(aborts()).toHaveLength(0);
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(0);
  });

  it('is proved by the checksum over the parts’ checksums, which are passed on', async () => {
    const sums = [0, 8, 16].map((start) => crc32Of(bytes.subarray(start * MiB, (start + 8) * MiB)));
    s3.on(UploadPartCommand).callsFake((input: { PartNumber: number }) =>
      ok({ ETag: '"p"', ChecksumCRC32: sums[input.PartNumber - 1]?.toString('base64') }),
    );
    const whole = `${crc32Of(Buffer.concat(sums)).toString('base64')}-3`;
    s3.on(CompleteMultipartUploadCommand).resolves(ok({ ETag: '"kms-3"', ChecksumCRC32: whole }));
    const backend = await createBackend();
    expect(await backend.put(asked)).toMatchObject({ proof: 'checksum' });
    expect(completions()[0]?.args[0].input.MultipartUpload?.Parts?.[1]?.ChecksumCRC32).toBe(
      sums[1]?.toString('base64'),
    );
  });

  it('is proved by a HEAD where the last answer is the store’s but has no ETag, as Ceph’s', async () => {
    const answer = ok({ Key: 'static/video.mp4', ETag: '' });
    s3.on(CompleteMultipartUploadCommand).resolves(answer);
    s3.on(HeadObjectCommand).resolves(ok({ ETag: `"${etagOf(bytes)}"` }));
    const backend = await createBackend();
    expect(await backend.put(asked)).toMatchObject({ proof: 'etag', etag: etagOf(bytes) });
    s3.on(HeadObjectCommand).resolves(ok({ ETag: '"0"' }));
    expect(await failure(backend.put(asked))).toMatchObject({ code: 'S3_UNPROVED' });
  });

  it('announces no checksum to a store of another make', async () => {
    const backend = await createBackend({ endpoint: 'https://s3.example.com' });
    await backend.put(asked);
    const { input } = s3.commandCalls(CreateMultipartUploadCommand)[0]?.args[0] ?? {};
    expect(input).not.toHaveProperty('ChecksumAlgorithm');
  });

  it('is begun again without an ACL where the store takes none', async () => {
    s3.on(CreateMultipartUploadCommand, { ACL: 'public-read' }).rejects(
      s3Error('AccessControlListNotSupported', 400),
    );
    const backend = await createBackend();
    expect(await backend.put(asked)).toMatchObject({ acl: 'dropped' });
  });
});

describe('a broken upload is cleared away', () => {
  it.each([
    [
      'a part is refused',
      () => s3.on(UploadPartCommand, { PartNumber: 2 }).rejects(s3Error('AccessDenied', 403)),
      'S3_ACCESS_DENIED',
    ],
    [
      'a part is answered by a portal',
      () => s3.on(UploadPartCommand, { PartNumber: 3 }).resolves(ok({})),
      'S3_UNPROVED',
    ],
    [
      'a part arrived damaged',
      () =>
        s3
          .on(UploadPartCommand, { PartNumber: 1 })
          .resolves(ok({ ETag: '"p"', ChecksumCRC32: 'AAAAAA==' })),
      'S3_UNPROVED',
    ],
    [
      'a part was stored as something else',
      () =>
        s3.on(UploadPartCommand, { PartNumber: 2 }).resolves(ok({ ETag: `"${'0'.repeat(32)}"` })),
      'S3_UNPROVED',
    ],
    [
      'the completion is refused',
      () => s3.on(CompleteMultipartUploadCommand).rejects(s3Error('InternalError', 500)),
      'S3_SERVER_ERROR',
    ],
    [
      'the completion is answered by a portal',
      () => s3.on(CompleteMultipartUploadCommand).resolves(ok({})),
      'S3_UNPROVED',
    ],
    [
      'the stored object has another ETag',
      () => s3.on(CompleteMultipartUploadCommand).resolves(ok({ ETag: '"0-3"' })),
      'S3_UNPROVED',
    ],
    [
      'something is broken in here',
      () => s3.on(UploadPartCommand).rejects(new TypeError('a bug')),
      'S3_UNEXPECTED',
    ],
  ])('when %s', async (_, arrange, code) => {
    arrange();
    const backend = await createBackend();
    expect(await failure(backend.put(asked))).toMatchObject({ code });
    expect(aborts().map((call) => call.args[0].input)).toMatchObject([
      { Bucket: 'assets', Key: 'static/video.mp4', UploadId: 'U1' },
    ]);
  });

  it('when the bytes are not those that were found, before anything becomes visible', async () => {
    const backend = await createBackend();
    const { digests } = request('video.mp4', Buffer.alloc(20 * MiB, 'other'));
    expect(await failure(backend.put({ ...asked, digests }))).toMatchObject({
      code: 'SOURCE_CHANGED',
    });
    expect(completions()).toHaveLength(0);
    expect(aborts()).toHaveLength(1);
  });

  it('when the file changes while its parts go up', async () => {
    const path = join(dir, 'changing');
    await writeFile(path, bytes);
    const { size, mtimeMs } = await stat(path);
    s3.on(UploadPartCommand, { PartNumber: 3 }).callsFake(async () => {
      await utimes(path, 1, 1);
      return ok({ ETag: '"p"' });
    });
    const backend = await createBackend();
    const content = { kind: 'file', path, size, mtimeMs } as const;
    expect(await failure(backend.put({ ...asked, content }))).toMatchObject({
      code: 'SOURCE_CHANGED',
    });
    expect(completions()).toHaveLength(0);
    expect(aborts()).toHaveLength(1);
  });

  it('when the file is not what its parts were digested of, though it looks the same', async () => {
    s3.on(UploadPartCommand, { PartNumber: 2 }).rejects(s3Error('BadDigest', 400));
    const backend = await createBackend({}, {}, { budget: 50, backOff: 1 });
    const parts = [0, 8, 16].map((start) =>
      md5(bytes.subarray(start * MiB, (start + 8) * MiB)).toString('hex'),
    );
    const put = (known: string[]) =>
      failure(backend.put({ ...asked, digests: { ...asked.digests, parts: known } }));
    expect(await put(parts.with(1, '0'.repeat(32)))).toMatchObject({ code: 'SOURCE_CHANGED' });
    const sent = s3.commandCalls(UploadPartCommand, { PartNumber: 2 });
    expect(sent.map((call) => call.args[0].input.ContentMD5)).toEqual([
      Buffer.alloc(16).toString('base64'),
    ]);
    expect(await put(parts)).toMatchObject({ code: 'S3_BAD_DIGEST' });
    expect(completions()).toHaveLength(0);
    expect(aborts()).toHaveLength(2);
  });

  it('when the run is stopped, by a request that is not stopped with it', async () => {
    const stop = new AbortController();
    s3.on(UploadPartCommand).callsFake(() => {
      stop.abort();
      throw new DOMException('Request aborted', 'AbortError');
    });
    const backend = await createBackend();
    const error = await failure(backend.put(asked, { signal: stop.signal }));
    expect(error).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
    expect(aborts()).toHaveLength(1);
    const [, options] = (aborts()[0]?.args ?? []) as unknown as [
      unknown,
      { abortSignal: AbortSignal },
    ];
    expect(options.abortSignal.aborted).toBe(false);
  });

  it('and where that fails too, the error says what is left', async () => {
    s3.on(CompleteMultipartUploadCommand).rejects(s3Error('InternalError', 500));
    s3.on(AbortMultipartUploadCommand).rejects(s3Error('AccessDenied', 403));
    const backend = await createBackend();
    const error = await failure(backend.put(asked));
    expect(error).toMatchObject({ code: 'S3_SERVER_ERROR' });
    expect(error).toHaveProperty('hint', expect.stringContaining('U1'));
  });

  it('but nothing is cleared away where nothing was begun', async () => {
    s3.on(CreateMultipartUploadCommand).rejects(s3Error('AccessDenied', 403));
    const backend = await createBackend();
    await failure(backend.put(asked));
    s3.on(CreateMultipartUploadCommand).resolves(ok({}));
    expect(await failure(backend.put(asked))).toMatchObject({ code: 'S3_UNPROVED' });
    expect(aborts()).toHaveLength(0);
  });
});

describe('bytes in flight', () => {
  it('are at most 64 MiB over all files and parts, four parts of a file at once', async () => {
    let parts = 0;
    let mostParts = 0;
    s3.on(UploadPartCommand).callsFake(async () => {
      parts += 1;
      mostParts = Math.max(mostParts, parts);
      await new Promise((resolve) => setTimeout(resolve, 5));
      parts -= 1;
      return ok({ ETag: '"p"' });
    });
    const large = request('large', Buffer.alloc(40 * MiB));
    s3.on(CompleteMultipartUploadCommand).resolves(ok({ ETag: large.digests.etag }));
    const backend = await createBackend();
    await backend.put(large);
    expect(mostParts).toBe(4);
    mostParts = 0;
    await Promise.all(['a', 'b', 'c'].map((key) => backend.put({ ...large, key })));
    expect(mostParts).toBe(8);
  });
});

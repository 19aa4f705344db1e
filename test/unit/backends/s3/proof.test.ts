import { describe, expect, it } from 'vitest';
import { crc32Of, judge, unquote } from '../../../../src/backends/s3/proof.ts';

const expected = {
  etag: '5d41402abc4b2a76b9719d911017c592',
  crc32: 'NhCmhg==',
  sha256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
};
const answer = { $metadata: { httpStatusCode: 200 }, ETag: `"${expected.etag}"` };

describe('a put is proved', () => {
  it.each([
    ['by a CRC32 equal to ours', { ETag: '"x"', ChecksumCRC32: expected.crc32 }, 'checksum'],
    ['by a SHA-256 equal to ours', { ETag: '"x"', ChecksumSHA256: expected.sha256 }, 'checksum'],
    ['by an ETag equal to the MD5', {}, 'etag'],
    ['by an ETag in capitals', { ETag: `"${expected.etag.toUpperCase()}"` }, 'etag'],
    ['by Content-MD5 under KMS', { ETag: '"x"', ServerSideEncryption: 'aws:kms' }, 'content-md5'],
    [
      'by Content-MD5 under DSSE',
      { ETag: '"x"', ServerSideEncryption: 'aws:kms:dsse' },
      'content-md5',
    ],
    [
      'by Content-MD5 under a customer key',
      { ETag: '"x"', SSECustomerAlgorithm: 'AES256' },
      'content-md5',
    ],
  ])('%s', (_, fields, proof) => {
    expect(judge({ ...answer, ...fields }, expected)).toEqual({ proof });
  });

  it('by the composite checksum of a multipart upload, not by a full-object one', () => {
    const multipart = { etag: 'aa-2', crc32: 'AAAAAA==-2' };
    expect(judge({ ...answer, ETag: '"x-2"', ChecksumCRC32: 'AAAAAA==-2' }, multipart)).toEqual({
      proof: 'checksum',
    });
    expect(judge({ ...answer, ETag: '"aa-2"', ChecksumCRC32: 'BBBBBB==' }, multipart)).toEqual({
      proof: 'etag',
    });
  });
});

describe('a put is not proved', () => {
  it.each([
    ['without an ETag', { ETag: undefined }],
    ['with an empty ETag', { ETag: '""' }],
    ['without an ETag under KMS', { ETag: undefined, ServerSideEncryption: 'aws:kms' }],
    ['by a checksum without an ETag', { ETag: undefined, ChecksumCRC32: expected.crc32 }],
    ['by another ETag', { ETag: '"0"' }],
    ['by another ETag with S3-managed keys', { ETag: '"0"', ServerSideEncryption: 'AES256' }],
    ['with a wrong CRC32, though the ETag fits', { ChecksumCRC32: 'AAAAAA==' }],
    [
      'with a wrong SHA-256, though the CRC32 fits',
      { ChecksumCRC32: expected.crc32, ChecksumSHA256: 'AAAA' },
    ],
    ['by a redirect', { $metadata: { httpStatusCode: 302 } }],
    ['without a status', { $metadata: {} }],
  ])('%s', (_, fields) => {
    expect(judge({ ...answer, ...fields }, expected)).toHaveProperty('problem');
  });
});

it('computes the CRC32 as S3 writes it', () => {
  expect(crc32Of(Buffer.from('hello')).toString('base64')).toBe(expected.crc32);
});

it('takes the quotes, and a proxy’s W/, off an ETag', () => {
  expect(['"a"', 'a', 'W/"a"', '""', undefined].map(unquote)).toEqual([
    'a',
    'a',
    'a',
    undefined,
    undefined,
  ]);
});

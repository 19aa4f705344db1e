import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEntriesFast, takeEntries } from '../../src/backends/s3/list-entries.ts';

// The reference is the SDK itself: for every page, what it makes of it alone.

let page = '';
let server: Server;
let plain: S3Client;
let fast: S3Client;

beforeAll(async () => {
  server = createServer((_, answer) => answer.end(page));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const options = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'A', secretAccessKey: 'B' },
  };
  plain = new S3Client(options);
  fast = new S3Client(options);
  readEntriesFast(fast);
});

afterAll(() => {
  plain.destroy();
  fast.destroy();
  server.close();
});

async function listBy(client: S3Client): Promise<unknown> {
  try {
    const { $metadata, ...answer } = await client.send(new ListObjectsV2Command({ Bucket: 'b' }));
    return { ...answer, status: $metadata.httpStatusCode };
  } catch (error) {
    return { failed: (error as Error).name };
  }
}

async function both(xml: string) {
  page = xml;
  const [alone, read] = [await listBy(plain), await listBy(fast)];
  return { alone, read };
}

const pageOf = (...entries: string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix></Prefix><KeyCount>${entries.length}</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>${entries.join('')}<EncodingType>url</EncodingType></ListBucketResult>`;
const entry = (more = '', key = 'a/b.css') =>
  `<Contents><Key>${key}</Key><LastModified>2026-11-25T10:00:00.123Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>12</Size>${more}<StorageClass>STANDARD</StorageClass></Contents>`;

it('leaves nothing of the entries to the SDK, where they are written as S3 and MinIO write them', () => {
  for (const quote of ['&quot;', '&#34;']) {
    const { entries, rest } =
      takeEntries(pageOf(entry(), entry('', 'z')).replaceAll('&quot;', quote)) ?? {};
    expect(entries).toMatchObject([
      { Key: 'a/b.css', ETag: '"d41d8cd98f00b204e9800998ecf8427e"' },
      { Key: 'z', LastModified: new Date('2026-11-25T10:00:00.123Z') },
    ]);
    expect(rest).not.toContain('Contents');
  }
});

describe('a page is read as the SDK reads it', () => {
  it('as S3 writes it, entries in their order', async () => {
    const { alone, read } = await both(pageOf(entry(), entry('', 'z'), entry('', 'b')));
    expect(alone).toMatchObject({ KeyCount: 3, Contents: [{ Key: 'a/b.css', Size: 12 }, {}, {}] });
    expect(withoutRest(read)).toEqual(withoutRest(alone));
  });

  it.each([
    ['with an owner', pageOf(entry('<Owner><ID>x</ID><DisplayName>y</DisplayName></Owner>'))],
    ['with an empty owner', pageOf(entry('<Owner/>'))],
    ['with quotes by number, as MinIO writes them', pageOf(entry()).replaceAll('&quot;', '&#34;')],
    ['with quotes by number in hex', pageOf(entry()).replaceAll('&quot;', '&#x22;')],
    ['with quotes as they are', pageOf(entry()).replaceAll('&quot;', '"')],
    ['with characters of XML in a key', pageOf(entry('', 'a&amp;b&lt;c&gt;d&apos;e'))],
    ['with a character of two units by number', pageOf(entry('', 'a&#128512;b'))],
    ['with lines and indents', pageOf(entry(), entry()).replaceAll('><', '>\n  <')],
    ['with CRLF', pageOf(entry()).replaceAll('><', '>\r\n<')],
    ['with CDATA', pageOf(entry('', '<![CDATA[a&b]]>'))],
    ['with an entry in a comment', pageOf(`<!-- ${entry()} -->`, entry())],
    ['with a key in CDATA that looks like an entry', pageOf(entry('', '<![CDATA[</Contents>]]>'))],
    ['with attributes', pageOf(entry().replace('<Size>', '<Size unit="b">'))],
    [
      'with a namespace on the entry',
      pageOf(entry().replace('<Contents>', '<Contents xmlns="x">')),
    ],
    ['with one entry of another kind', pageOf(entry(), '<Contents/>', entry())],
    ['without entries', pageOf()],
    [
      'with prefixes in common',
      pageOf(entry(), '<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>'),
    ],
    ['with a time of whole seconds', pageOf(entry()).replace('00.123Z', '00Z')],
    ['with a key of blanks', pageOf(entry('', '  '))],
    ['without a size', pageOf(entry().replace('<Size>12</Size>', ''))],
    ['without an ETag', pageOf(entry().replace(/<ETag>.*<\/ETag>/, ''))],
    ['with the key twice', pageOf(entry('<Key>other</Key>'))],
    ['with a size that is none', pageOf(entry().replace('>12<', '>many<'))],
    ['with a time that is none', pageOf(entry().replace('2026-11-25', 'yesterday'))],
    ['with a reference that is none', pageOf(entry('', 'a&nbsp;b'))],
    ['with a lone ampersand', pageOf(entry('', 'a&b'))],
    ['cut off within an entry', pageOf(entry(), entry()).slice(0, -180)],
    ['cut off after an entry', pageOf(entry(), entry()).replace(/<EncodingType.*/, '')],
    ['with an end in the wrong place', pageOf(entry('</Contents>'))],
    ['that is a page for people', '<html><body>Sign in</body></html>'],
    ['that is empty', ''],
  ])('%s', async (_, xml) => {
    const { alone, read } = await both(xml);
    expect(withoutRest(read)).toEqual(withoutRest(alone));
  });

  it('with whatever keys, sizes and times', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).map(escapeXml);
    const listed = fc.record({
      key: text,
      size: fc.nat(),
      time: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(listed, { minLength: 1 }), async (all) => {
        const entries = all.map(({ key, size, time }) =>
          entry('', key)
            .replace('>12<', `>${size}<`)
            .replace('2026-11-25T10:00:00.123Z', time.toISOString()),
        );
        const { alone, read } = await both(pageOf(...entries));
        expect(withoutRest(read)).toEqual(withoutRest(alone));
      }),
      { numRuns: 200 },
    );
  });
});

/** What the listing uses; an entry's storage class and owner are not read. */
function withoutRest(answer: unknown): unknown {
  const { Contents, ...page } = answer as { Contents?: Record<string, unknown>[] };
  return {
    ...page,
    entries: Contents?.map(({ Key, ETag, Size, LastModified }) => ({
      Key,
      ETag,
      Size,
      LastModified,
    })),
  };
}

function escapeXml(text: string): string {
  return text
    .replace(/[\p{Cc}\ufffe\uffff]/gu, '-')
    .replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
}

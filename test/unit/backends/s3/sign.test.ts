import { createHash } from 'node:crypto';
import { PutObjectCommand, S3Client, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalHeader, createSign, encodeKey } from '../../../../src/backends/s3/sign.ts';

interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Place {
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly sessionToken: string | undefined;
  readonly secretAccessKey: string;
}

/** What the SDK would send. */
async function bySdk(place: Place, input: Omit<PutObjectCommandInput, 'Bucket'>): Promise<Sent> {
  const { endpoint, region, sessionToken, secretAccessKey } = place;
  const client = new S3Client({
    region,
    forcePathStyle: endpoint !== undefined,
    ...(endpoint !== undefined && { endpoint }),
    credentials: {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
    },
  });
  const command = new PutObjectCommand({ Bucket: 'assets', ...input });
  let sent: unknown;
  command.middlewareStack.add(
    () => (args) => {
      sent = args.request;
      return Promise.resolve({ output: { $metadata: {} }, response: {} });
    },
    { step: 'deserialize', priority: 'high' },
  );
  await client.send(command);
  client.destroy();
  return sent as Sent;
}

const place = fc.record<Place>({
  endpoint: fc.constantFrom(undefined, 'http://127.0.0.1:9000', 'https://s3.example/base'),
  region: fc.constantFrom('us-east-1', 'eu-central-2'),
  sessionToken: fc.option(fc.base64String({ minLength: 4, maxLength: 80 }), { nil: undefined }),
  secretAccessKey: fc.base64String({ minLength: 4, maxLength: 40 }),
});

/** Keys as files have them: no empty segments, no "." and "..". */
const segment = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
    fc.string({
      unit: fc.constantFrom(...Array.from(`a b+%'()*!~;:@&=$,?#[]"<>\\^\`{|}ü😀`)),
      maxLength: 8,
    }),
  )
  .map((text) => text.replace(/[/\0]/g, 'x'))
  .filter((text) => !/^\.*$/.test(text));
const key = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

const ascii = fc
  .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 })
  .map((text) => text.trim())
  .filter((text) => text !== '');
const headers = fc.record(
  {
    ACL: fc.constantFrom('public-read', 'private'),
    CacheControl: ascii,
    ContentType: fc.constantFrom('text/css; charset=utf-8', 'image/svg+xml'),
    ContentEncoding: fc.constantFrom('gzip', 'br'),
    ContentDisposition: ascii,
    Tagging: fc.constant('team=web&a=b'),
    Metadata: fc.dictionary(
      fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1 }),
      ascii,
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Partial<PutObjectCommandInput>>;

it(
  "gives the SDK's signatures, for any key, token, place and headers",
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(place, key, headers, fc.uint8Array(), async (at, name, more, body) => {
        const request = await bySdk(at, { Key: name, Body: Buffer.from(body), ...more });
        const { authorization = '', 'x-amz-date': date = '' } = request.headers;
        const [, names = ''] = /SignedHeaders=([^,]*)/.exec(authorization) ?? [];
        const signable = {
          method: 'PUT',
          path: request.path,
          query: 'x-id=PutObject',
          headers: names
            .split(';')
            .map((name) => canonicalHeader(name, request.headers[name]))
            .join(''),
          names,
          payload: createHash('sha256').update(body).digest('hex'),
          date,
        };
        const { secretAccessKey } = at;
        const accessKeyId = 'AKIAIOSFODNN7EXAMPLE';
        expect(createSign(at.region)(signable, { accessKeyId, secretAccessKey })).toBe(
          authorization,
        );
        expect(request.path.endsWith(`/${encodeKey(name)}`), request.path).toBe(true);
      }),
      { numRuns: 300 },
    );
  },
);

it('derives a key for each day and each secret', () => {
  const sign = createSign('us-east-1');
  const request = (date: string) =>
    ({ method: 'PUT', path: '/a', query: '', headers: '', names: '', payload: '', date }) as const;
  const one = { accessKeyId: 'A', secretAccessKey: 'one' };
  const two = { accessKeyId: 'A', secretAccessKey: 'two' };
  const made = [
    sign(request('20261125T000000Z'), one),
    sign(request('20261125T000000Z'), two),
    sign(request('20261126T000000Z'), two),
    sign(request('20261125T000000Z'), one),
  ];
  expect(new Set(made).size).toBe(3);
  expect(made[3]).toBe(made[0]);
});

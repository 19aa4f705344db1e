import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sign } from './fake-s3/signature.ts';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly paths: readonly string[];
  readonly reference: string;
  readonly problems: readonly string[];
}

export interface FakeCloudFront {
  readonly endpoint: string;
  readonly asked: Asked[];
  /** Answers of the next requests, before it does as it is told. */
  readonly answers: { readonly status: number; readonly code: string }[];
  /** Looks before an invalidation is completed. */
  looks: number;
  onAsked: () => void;
  close(): Promise<void>;
}

/** What of CloudFront's API an invalidation needs, with every request looked at. */
export async function startFakeCloudFront(
  distribution: string,
  { secretAccessKey }: { readonly secretAccessKey: string },
): Promise<FakeCloudFront> {
  const asked: Asked[] = [];
  const answers: { status: number; code: string }[] = [];
  const known = new Map<string, string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { method = '', url = '' } = request;
      const paths = [...body.matchAll(/<Path>([^<]*)<\/Path>/g)].map(([, path = '']) =>
        path.replaceAll('&amp;', '&'),
      );
      const reference = /<CallerReference>([^<]+)</.exec(body)?.[1] ?? '';
      const problems = [
        ...problemsOf(request, body, secretAccessKey),
        ...(method === 'POST' && !isBatch(body, paths.length) ? ['no batch'] : []),
        ...(/&(?!(?:amp|lt|gt);)/.test(body) ? ['no XML'] : []),
        ...(url.startsWith(`/2020-05-31/distribution/${distribution}/invalidation`) ? [] : ['url']),
      ];
      asked.push({ method, url, paths, reference, problems });
      fake.onAsked();
      const answer = answers.shift();
      if (answer !== undefined) {
        response.statusCode = answer.status;
        response.end(
          `<ErrorResponse><Error><Type>Sender</Type><Code>${answer.code}</Code><Message>as the test wants it</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
        );
        return;
      }
      const id = known.get(reference) ?? `I${known.size + 1}`;
      if (method === 'POST') known.set(reference, id);
      const isCompleted = method === 'GET' && (fake.looks -= 1) < 0;
      response.statusCode = method === 'POST' ? 201 : 200;
      response.end(
        `<?xml version="1.0"?><Invalidation xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Id>${id}</Id><Status>${isCompleted ? 'Completed' : 'InProgress'}</Status></Invalidation>`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeCloudFront = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answers,
    looks: 0,
    onAsked: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return fake;
}

function isBatch(body: string, paths: number): boolean {
  return (
    body.includes(
      '<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Paths>',
    ) && body.includes(`<Quantity>${paths}</Quantity><Items><Path>/`)
  );
}

/** What is wrong with the signature, checked by a second implementation. */
function problemsOf(
  { method = '', url = '', headers }: IncomingMessage,
  body: string,
  secret: string,
) {
  const authorization = headers.authorization ?? '';
  const [, date = '', names = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\d{8})\/us-east-1\/cloudfront\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? [];
  const timestamp = String(headers['x-amz-date']);
  const wanted = sign(
    { method, path: url, query: {}, headers: headers as Record<string, string> },
    names.split(';'),
    createHash('sha256').update(body).digest('hex'),
    { timestamp, date, region: 'us-east-1', service: 'cloudfront' },
    secret,
  );
  const must = ['host', 'x-amz-date'].filter((name) => !names.split(';').includes(name));
  return [
    ...(signature === wanted.signature ? [] : [`signature ${authorization}`]),
    ...must.map((name) => `${name} is not signed`),
  ];
}

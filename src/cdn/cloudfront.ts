import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../backends/s3/client.ts';
import { createAgents } from '../backends/s3/proxy.ts';
import { canonicalHeader, createSign } from '../backends/s3/sign.ts';
import { CollectError, errnoOf, exitCodes } from '../errors.ts';
import { detailsOf } from '../explanations/index.ts';
import { sendOnce, type Message } from '../send-once.ts';
import type { CdnOptions, Credentials, S3Options } from '../types.ts';
import type { CdnInvalidator } from './cdn.ts';
import { pace } from './pace.ts';

const version = '2020-05-31';
const xmlns = `http://cloudfront.amazonaws.com/doc/${version}/`;

/** Dollars for a path above the first thousand of a month, as of 2026. */
const perPath = 0.005;

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A CloudFront distribution, with the credentials and the proxy that the bucket has. */
export function createCloudFront(
  {
    distribution,
    endpoint = 'https://cloudfront.amazonaws.com',
  }: CdnOptions & { distribution: string },
  s3: S3Options,
): CdnInvalidator {
  const label = `CloudFront ${distribution}`;
  const base = `${endpoint}/${version}/distribution/${distribution}/invalidation`;
  const sign = createSign('us-east-1', 'cloudfront');

  const send = async (
    method: Message['method'],
    url: string,
    { body = '', signal }: { body?: string; signal: AbortSignal | undefined },
  ): Promise<string> => {
    const agents = await createAgents(s3, url, 1);
    try {
      const credentials = await findCredentials(s3);
      const attempt = async (): Promise<Answer> => {
        const limits = [AbortSignal.timeout(pace.attempt), ...(signal ? [signal] : [])];
        const message = signed({ method, url, body }, { sign, credentials });
        const { status, body: answered } = await sendOnce(url, message, {
          agents,
          signal: AbortSignal.any(limits),
        });
        return { status, text: answered.toString() };
      };
      const answer = await persist(attempt, signal);
      if (answer.status >= 300) throw refusal(label, answer);
      return answer.text;
    } catch (error) {
      throw error instanceof CollectError && error.exitCode === exitCodes.cdn
        ? error
        : failed(`${label} could not be asked: ${messageOf(error)}`, error);
    } finally {
      agents.close();
    }
  };

  return {
    label,
    encode: encodeUnsafe,
    // More in progress at once are refused.
    mostWildcards: 15,
    price: (paths) => paths * perPath,
    invalidate: async (paths, reference, signal) => {
      const answer = await send('POST', base, { body: batch(paths, reference), signal });
      const id = textOf(answer, 'Id');
      if (id === undefined) throw failed(`${label} answered without the id of an invalidation`);
      return { id };
    },
    completed: async (id, signal) => {
      const until = performance.now() + pace.completion;
      for (;;) {
        const answer = await send('GET', `${base}/${id}`, { signal });
        if (textOf(answer, 'Status') === 'Completed') return;
        if (performance.now() >= until) {
          throw failed(`${label} has the invalidation ${id} in progress still; it goes on there`);
        }
        await sleep(pace.look, undefined, signal && { signal });
      }
    },
  };
}

/** Non-ASCII and what RFC 1738 calls unsafe, and nothing else, as CloudFront compares paths with what browsers ask for. */
function encodeUnsafe(path: string): string {
  return path.replace(/[^\x21-\x7e]+|["#%<>[\\\]^`{|}~]/gu, encodeAll);
}

function encodeAll(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}

function batch(paths: readonly string[], reference: string): string {
  const items = paths.map((path) => `<Path>${escapeXml(path)}</Path>`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?><InvalidationBatch xmlns="${xmlns}"><Paths><Quantity>${paths.length}</Quantity><Items>${items}</Items></Paths><CallerReference>${reference}</CallerReference></InvalidationBatch>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The first element of that name; CloudFront's answers have no attributes there. */
function textOf(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}

async function findCredentials(s3: S3Options): Promise<Credentials> {
  if (s3.credentials !== undefined) return s3.credentials;
  const connection = await connect(s3, 1);
  try {
    return await connection.client.config.credentials();
  } finally {
    connection.close();
  }
}

function signed(
  { method, url, body }: { method: Message['method']; url: string; body: string },
  by: { sign: ReturnType<typeof createSign>; credentials: Credentials },
): Message {
  const { host, pathname } = new URL(url);
  const { sessionToken } = by.credentials;
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const headers: Record<string, string> = {
    ...(body !== '' && { 'content-type': 'text/xml' }),
    host,
    'x-amz-date': date,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  };
  const authorization = by.sign(
    {
      method,
      path: pathname,
      query: '',
      headers: Object.entries(headers)
        .map(([name, value]) => canonicalHeader(name, value))
        .join(''),
      names: Object.keys(headers).join(';'),
      payload: hash('sha256', body),
      date,
    },
    by.credentials,
  );
  const length = String(Buffer.byteLength(body));
  return { method, headers: { ...headers, 'content-length': length, authorization }, body };
}

/** Tries again what may pass: lost connections, throttling, errors of the server. */
async function persist(
  attempt: () => Promise<Answer>,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  for (let left = pace.attempts - 1, pause = pace.pause; ; left -= 1, pause *= 2) {
    const answer = await attempt().catch((error: unknown) => {
      if (left <= 0 || signal?.aborted === true) throw error;
      return undefined;
    });
    if (answer !== undefined && (left <= 0 || !mayPass(answer))) return answer;
    await sleep(pause, undefined, signal && { signal });
  }
}

function mayPass({ status, text }: Answer): boolean {
  return status >= 500 || status === 429 || /Throttl/.test(textOf(text, 'Code') ?? '');
}

function refusal(label: string, { status, text }: Answer): CollectError {
  const code = textOf(text, 'Code') ?? `HTTP ${status}`;
  const message = textOf(text, 'Message');
  const said = `${label} refused: ${code}${message === undefined ? '' : `, ${message}`}`;
  if (status !== 401 && status !== 403) return failed(said);
  return new CollectError('CDN_DENIED', said, detailsOf('CDN_DENIED'));
}

function failed(message: string, cause?: unknown): CollectError {
  return new CollectError('CDN_FAILED', message, { ...detailsOf('CDN_FAILED'), cause });
}

function messageOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  // Of a timeout the cause says more; of several addresses that refused, only the code says anything.
  return cause instanceof Error ? cause.message : message || (errnoOf(error) ?? 'no answer');
}

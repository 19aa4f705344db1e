import type { PutObjectCommand, PutObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import type { Dispatcher } from 'undici';
import type { Credentials, S3Options } from '../../types.ts';
import { sha256Metadata } from './headers.ts';
import type { Agents } from './proxy.ts';
import { canonicalHeader, createSign, encodeKey, type Sign } from './sign.ts';
import type { Stop } from './waiting.ts';

// Puts without the SDK's work for each of them, which is most of what a small file costs (bench/README.md). The SDK still
// decides what a request looks like: one put for each set of headers is serialised and signed by it, and replayed for the
// files that have the same headers. Only a success comes from here; everything else is left to the SDK.

export interface FastPut {
  /** A way to send a put whose command the SDK could send as well. */
  readonly way: (put: Put) => Way;
  /** Told how many puts will come: where they are enough, all but the first are sent so. */
  readonly expect: (puts: number) => void;
  readonly close: () => void;
}

/** Undefined: the SDK has to send it. Rejects as the SDK would. */
export type Way = (
  stop: Stop,
  credentials: Credentials,
) => Promise<PutObjectCommandOutput | undefined>;

/** What differs between puts of the same headers, and what they have in common. */
export interface Put {
  readonly command: () => PutObjectCommand;
  readonly key: string;
  readonly body: Buffer;
  /** Of the body; base64. */
  readonly md5: string;
  readonly crc32: string;
  /** Of the body; hex. */
  readonly sha256: string;
  /** Equal for equal headers. */
  readonly shape: string;
}

export interface FastPutOptions {
  readonly client: S3Client;
  readonly s3: S3Options & { readonly region: string };
  readonly agents: Pick<Agents, 'secureContext' | 'proxy' | 'ahead'>;
  readonly atOnce: number;
  /** Puts that the SDK sends before. */
  readonly after?: number | undefined;
}

/** Loading another HTTP client takes as long as the SDK takes for so many puts. */
const worthwhile = 32;

export function createFastPut(options: FastPutOptions): FastPut {
  const { client, s3, after = worthwhile } = options;
  const sign = createSign(s3.region);
  const amzDate = createClock();
  const templates = new Map<string, Promise<Template | undefined>>();
  let transport: Promise<Transport> | undefined;
  let puts = 0;
  const templateFor = (put: Put, credentials: Credentials) => {
    // A token is one more header to be signed.
    const shape = `${credentials.sessionToken === undefined ? '' : 'token '}${put.shape}`;
    const known = templates.get(shape) ?? makeTemplate(client, put, { sign, credentials });
    templates.set(shape, known);
    return known;
  };
  return {
    expect: (more) => {
      if (more > after) puts = Math.max(puts, after - 1);
    },
    way: (put) => async (stop, credentials) => {
      puts += 1;
      // While the last of the SDK's is on its way. What fails is told to whoever needs it.
      if (puts === after) load(options.agents).catch(() => undefined);
      if (puts <= after) return undefined;
      const template = await templateFor(put, credentials);
      if (template === undefined) return undefined;
      transport ??= connect(template.origin, options);
      const date = amzDate(Date.now() + client.config.systemClockOffset);
      const request = build(template, put, { date, credentials, sign });
      return send(await transport, request, { origin: template.origin, body: put.body, stop });
    },
    close: () => {
      void transport?.then((open) => open.close());
    },
  };
}

interface Transport {
  readonly dispatch: Dispatcher['dispatch'];
  readonly close: () => Promise<void>;
}

/** A put as the SDK makes it, without what is of one file or one moment. */
interface Template {
  readonly origin: string;
  /** Of every key. */
  readonly prefix: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signed: Signed;
}

/** The headers that are signed. */
interface Signed {
  readonly names: string;
  /** As they are signed: what all files have in common, and names of headers that each has a value of its own for. */
  readonly parts: readonly ({ readonly text: string } | { readonly name: string })[];
}

/** What of a request is of one attempt of the SDK, and means nothing in another one. */
const ofAttempt = ['amz-sdk-invocation-id', 'amz-sdk-request'];

interface Signing {
  readonly credentials: Credentials;
  readonly sign: Sign;
}

/** Undefined where a put is not what can be made here: another kind of signature, headers that are no ASCII. */
async function makeTemplate(
  client: S3Client,
  put: Put,
  signing: Signing,
): Promise<Template | undefined> {
  const request = await serialise(client, put.command()).catch(() => undefined);
  if (request === undefined) return undefined;
  const { protocol, path, query, headers } = request;
  const { authorization = '', host = '', 'x-amz-date': date = '' } = headers;
  const [, names = ''] = /^AWS4-HMAC-SHA256 .*SignedHeaders=([^,]*)/.exec(authorization) ?? [];
  const key = encodeKey(put.key);
  if (!path.endsWith(`/${key}`) || 'x-amz-s3session-token' in headers) return undefined;
  const whole: Template = {
    origin: `${protocol}//${host}`,
    prefix: path.slice(0, -key.length),
    query: queryOf(query),
    headers,
    signed: signedOf(names.split(';'), headers),
  };
  // What is made here must be what the SDK made, to the last character of the signature.
  const same = build(whole, put, { ...signing, date });
  const differs = Object.entries(headers).some(([name, value]) => same.headers[name] !== value);
  const odd = Object.values(headers).some((value) => !/^[\x20-\x7e]*$/.test(value));
  if (differs || odd || same.path !== pathOf(path, whole.query)) return undefined;
  const kept = Object.entries(headers).filter(([name]) => !ofAttempt.includes(name));
  const signed = names.split(';').filter((name) => !ofAttempt.includes(name));
  return { ...whole, headers: Object.fromEntries(kept), signed: signedOf(signed, headers) };
}

/** Headers of which each file, or each moment, has its own. */
const ofFile = new Set([
  'content-length',
  'content-md5',
  `x-amz-meta-${sha256Metadata}`,
  'x-amz-checksum-crc32',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
]);

function signedOf(names: readonly string[], headers: Template['headers']): Signed {
  const parts: ({ text: string } | { name: string })[] = [];
  for (const name of names) {
    const last = parts.at(-1);
    const text = canonicalHeader(name, headers[name]);
    if (ofFile.has(name)) parts.push({ name });
    else if (last && 'text' in last) last.text += text;
    else parts.push({ text });
  }
  return { names: names.join(';'), parts };
}

interface Serialised {
  readonly protocol: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** The request that the SDK would send, signed. */
async function serialise(
  client: S3Client,
  command: PutObjectCommand,
): Promise<Serialised | undefined> {
  let captured: unknown;
  command.middlewareStack.add(
    () => (args) => {
      captured = args.request;
      return Promise.resolve({ output: { $metadata: {} }, response: {} });
    },
    { step: 'deserialize', priority: 'high', name: 'capture' },
  );
  try {
    await client.send(command);
  } finally {
    command.middlewareStack.remove('capture');
  }
  return captured as Serialised | undefined;
}

interface Built {
  readonly path: string;
  readonly headers: Record<string, string>;
}

/** The request for one file. */
function build(
  { prefix, query, headers: common, signed }: Template,
  { key, body, md5, crc32, sha256 }: Put,
  { date, credentials, sign }: Signing & { readonly date: string },
): Built {
  const path = prefix + encodeKey(key);
  const headers: Record<string, string> = {
    ...common,
    'content-length': String(body.length),
    'content-md5': md5,
    [`x-amz-meta-${sha256Metadata}`]: sha256,
    'x-amz-content-sha256': sha256,
    'x-amz-date': date,
  };
  if (credentials.sessionToken !== undefined) {
    headers['x-amz-security-token'] = credentials.sessionToken;
  }
  if ('x-amz-checksum-crc32' in common) headers['x-amz-checksum-crc32'] = crc32;
  let lines = '';
  for (const part of signed.parts) {
    lines += 'text' in part ? part.text : `${part.name}:${headers[part.name] ?? ''}\n`;
  }
  const { names } = signed;
  const request = { method: 'PUT', path, query, headers: lines, names, payload: sha256, date };
  headers['authorization'] = sign(request, credentials);
  return { path: pathOf(path, query), headers };
}

/** Straight to the dispatcher: its `request` makes a stream for each answer, and answers to puts are empty. */
function send(
  transport: Transport,
  { path, headers }: Built,
  { origin, body, stop }: { origin: string; body: Buffer; stop: Stop },
): Promise<PutObjectCommandOutput | undefined> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let answer: AnswerHeaders = {};
    let text = '';
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => {
        stop.tell((reason) => {
          controller.abort(reason);
        });
      },
      onResponseStart: (_, statusCode, answerHeaders) => {
        status = statusCode;
        answer = answerHeaders;
      },
      onResponseData: (controller, chunk) => {
        text += chunk.toString('latin1');
        // A store says in less what is wrong; a sign-in page may say more.
        if (text.length > longestAnswer) controller.abort(new Error('too long'));
      },
      onResponseEnd: () => {
        if (status >= 500 || status === 429) reject(refusal(status, answer, text));
        // Redirects, refusals, clocks that disagree: the SDK knows what to make of them.
        else resolve(status < 200 || status > 299 ? undefined : answerOf(status, answer));
      },
      onResponseError: (_, error) => {
        const { code } = error as { readonly code?: unknown };
        // What was sent may have arrived. Whatever else went wrong goes wrong for the SDK as well, which says it better.
        if (code === 'UND_ERR_SOCKET') {
          reject(Object.assign(new Error(code), { code: connectionLost }));
        } else if (stop.over || (typeof code === 'string' && lost.test(code))) reject(error);
        else resolve(undefined);
      },
    };
    transport.dispatch({ origin, method: 'PUT', path, headers, body }, handler);
  });
}

/** Characters of an answer's body that are taken. */
const longestAnswer = 64 * 1024;
const lost = /^(?:ECONNRESET|ECONNABORTED|EPIPE|HPE_.*)$/;
/** As Node calls it. */
const connectionLost = 'ECONNRESET';

type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The store could not do it now, in the shape of the SDK's errors. */
class Refusal extends Error {
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId: string | undefined };
  readonly $response: { readonly statusCode: number; readonly headers: AnswerHeaders };

  constructor(statusCode: number, headers: AnswerHeaders, code: string) {
    super(code);
    this.name = code;
    this.$metadata = { httpStatusCode: statusCode, requestId: one(headers, 'x-amz-request-id') };
    this.$response = { statusCode, headers };
  }
}

function refusal(status: number, headers: AnswerHeaders, text: string): Refusal {
  const [, code = 'Unknown'] = /<Code>(\w{1,64})<\/Code>/.exec(text) ?? [];
  return new Refusal(status, headers, code);
}

function answerOf(httpStatusCode: number, headers: AnswerHeaders): PutObjectCommandOutput {
  return {
    ETag: one(headers, 'etag'),
    ChecksumCRC32: one(headers, 'x-amz-checksum-crc32'),
    ChecksumSHA256: one(headers, 'x-amz-checksum-sha256'),
    // Stores have words of their own, as the SDK's types do not.
    ServerSideEncryption: one(
      headers,
      'x-amz-server-side-encryption',
    ) as PutObjectCommandOutput['ServerSideEncryption'],
    SSECustomerAlgorithm: one(headers, 'x-amz-server-side-encryption-customer-algorithm'),
    $metadata: { httpStatusCode },
  };
}

function one(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Not the whole package, which takes three times as long to load. */
const loadPool = () =>
  Promise.all([import('undici/lib/dispatcher/pool.js'), import('undici/lib/core/connect.js')]);
const loadProxyAgent = () => import('undici/lib/dispatcher/proxy-agent.js');

function load({ proxy }: FastPutOptions['agents']): Promise<unknown> {
  return proxy === undefined ? loadPool() : loadProxyAgent();
}

/** Milliseconds, as in undici's own connections. */
const keepAliveAfter = 60_000;

async function connect(origin: string, { s3, agents, atOnce }: FastPutOptions): Promise<Transport> {
  const { secureContext, proxy, ahead } = agents;
  const tls = { timeout: s3.connectTimeout, ...(secureContext && { secureContext }) };
  // How long an attempt may take is up to attempt.ts.
  const pool = { connections: atOnce, headersTimeout: 0, bodyTimeout: 0 };
  if (proxy === undefined) {
    const [{ default: Pool }, { default: buildConnector }] = await loadPool();
    const connectAnew = buildConnector(tls);
    const connector: typeof connectAnew = (to, opened) => {
      const socket = ahead?.take({ host: to.hostname, port: to.port });
      if (socket === undefined) connectAnew(to, opened);
      else
        queueMicrotask(() => {
          opened(null, socket.setKeepAlive(true, keepAliveAfter));
        });
    };
    return transportBy(new Pool(origin, { ...pool, connect: connector }));
  }
  const { default: ProxyAgent } = await loadProxyAgent();
  // As everywhere, plain HTTP goes to the proxy itself.
  const proxyTunnel = origin.startsWith('https:');
  return transportBy(
    new ProxyAgent({ ...pool, uri: proxy.href, proxyTunnel, requestTls: tls, proxyTls: tls }),
  );
}

function transportBy(dispatcher: Dispatcher): Transport {
  return {
    dispatch: dispatcher.dispatch.bind(dispatcher),
    close: () => dispatcher.destroy(),
  };
}

function queryOf(query: Serialised['query']): string {
  const encode = (text: string) => encodeKey(text).replaceAll('/', '%2F');
  const pairs = Object.entries(query).map(([name, value]) => [name, String(value ?? '')] as const);
  return pairs
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

function pathOf(path: string, query: string): string {
  return query === '' ? path : `${path}?${query}`;
}

/** Makes "20261125T155543Z" of milliseconds since 1970; of the same second, only once. */
function createClock(): (ms: number) => string {
  let second = NaN;
  let text = '';
  return (ms) => {
    const now = Math.floor(ms / 1000);
    if (now !== second) {
      second = now;
      text = new Date(now * 1000).toISOString().replace(/[-:]|\.\d{3}/g, '');
    }
    return text;
  };
}

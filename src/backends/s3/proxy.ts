import { X509Certificate } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { CollectError, errnoOf, exitCodes } from '../../errors.ts';
import type { S3Options } from '../../types.ts';
import { createAhead, type Ahead } from './ahead.ts';
import { proxyRefusal } from './network-errors.ts';

export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent | http.Agent;
  /** The proxy that requests go through, without user and password. */
  readonly through: string | undefined;
  /** The same, with them. */
  readonly proxy: URL | undefined;
  /** What TLS trusts, where that is not what Node trusts. One for all connections, and none where nothing is encrypted: reading a hundred certificates takes longer than a handshake. */
  readonly secureContext: tls.SecureContext | undefined;
  /** Connections opened before they are needed; none through a proxy. */
  readonly ahead: Ahead | undefined;
  /** Ends every connection, also those to a proxy that has not answered yet: they would keep the process alive. */
  close(): void;
}

/** The agents for talking to the host of `url`, through a proxy where the variables say so. */
export async function createAgents(
  s3: Pick<S3Options, 'proxy' | 'caFile'>,
  url: string,
  maxSockets: number,
): Promise<Agents> {
  const pool = { keepAlive: true, maxSockets };
  const direct = bypasses(s3.proxy.no, new URL(url));
  const forHttp = direct ? undefined : proxyUrl(s3.proxy.http, 'HTTP_PROXY');
  const forHttps = direct ? undefined : proxyUrl(s3.proxy.https, 'HTTPS_PROXY');
  const through = new URL(url).protocol === 'https:' ? forHttps : forHttp;
  const own = s3.caFile === undefined ? undefined : await certificates(s3.caFile);
  const secure = [new URL(url), through].some((hop) => hop?.protocol === 'https:');
  const secureContext = own !== undefined && secure ? trusting(own) : undefined;
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const proxied = { ...pool, signal: closing.signal };
  const agents = {
    http: forHttp === undefined ? new http.Agent(pool) : new HttpProxyAgent(forHttp, proxied),
    https:
      forHttps === undefined
        ? new https.Agent({ ...pool, ...(secureContext && { secureContext }) })
        : tunnel(forHttps, proxied, secureContext),
  };
  const ahead = through === undefined ? createAhead(new URL(url), secureContext) : undefined;
  if (ahead !== undefined) takeFrom(ahead, url.startsWith('https:') ? agents.https : agents.http);
  return {
    ...agents,
    through: through?.origin,
    proxy: through,
    secureContext,
    ahead,
    close: () => {
      ahead?.close();
      agents.http.destroy();
      agents.https.destroy();
      closing.abort();
    },
  };
}

/** Where the agent needs a new connection, one that is open already does. */
function takeFrom(ahead: Ahead, agent: http.Agent): void {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, opened) => ahead.take(options) ?? connect(options, opened);
}

/** Whether NO_PROXY names the URL's host: `host`, `.suffix`, `*.suffix`, each with or without a port, or `*`. */
export function bypasses(noProxy: string | undefined, url: URL): boolean {
  const host = url.hostname.toLowerCase().replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return (noProxy ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', entryPort] =
        /^(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (entryPort !== undefined && entryPort !== port) return false;
      const bare = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
      return bare !== '' && (host === bare || host.endsWith(`.${bare}`));
    });
}

function proxyUrl(value: string | undefined, variable: string): URL | undefined {
  if (value === undefined || value === '') return undefined;
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && ['http:', 'https:'].includes(url.protocol)) return url;
  // The value itself may hold a password, so it is not repeated.
  throw new CollectError('S3_BAD_PROXY', `${variable} is not the URL of an HTTP proxy`, {
    exitCode: exitCodes.config,
    hint: `set ${variable} to http://HOST:PORT, or unset it`,
  });
}

/**
 * The proxy agent keeps constructor options for the connection to the proxy; those of the tunnelled one are set here.
 * It would pass on a proxy's "no" as if the store had said it: here that is an error of its own.
 */
function tunnel(
  proxy: URL,
  pool: http.AgentOptions,
  secureContext: tls.SecureContext | undefined,
): http.Agent {
  const agent = new HttpsProxyAgent(proxy, { ...pool, ...(secureContext && { secureContext }) });
  if (secureContext !== undefined) agent.options.secureContext = secureContext;
  const connect = agent.connect.bind(agent);
  agent.connect = async (request, options) => {
    let status = 200;
    request.once('proxyConnect', ({ statusCode }: { statusCode: number }) => {
      status = statusCode;
    });
    const socket = await connect(request, options);
    if (status === 200) return socket;
    socket.destroy();
    throw Object.assign(new Error('the proxy refused'), {
      code: proxyRefusal,
      $response: { statusCode: status },
    });
  };
  return agent;
}

async function certificates(caFile: string): Promise<string> {
  const wrong = (why: string, cause: unknown) =>
    new CollectError('S3_CA_FILE', `${caFile} ${why}`, {
      exitCode: exitCodes.config,
      hint: 's3.caFile must name a PEM file with certificates',
      cause,
    });
  const pem = await readFile(caFile, 'utf8').catch((cause: unknown) => {
    throw wrong(`cannot be read (${errnoOf(cause) ?? 'error'})`, cause);
  });
  try {
    // OpenSSL itself takes a file without any for one that adds nothing.
    new X509Certificate(pem);
  } catch (cause) {
    throw wrong('holds no certificate in PEM', cause);
  }
  return pem;
}

/**
 * What Node trusts, NODE_EXTRA_CA_CERTS too, and these certificates. Given as `ca` they would replace what it trusts, and
 * to list that again takes 50 ms. This is the call that Node makes for each `ca`.
 */
function trusting(own: string): tls.SecureContext {
  const trusted = tls.createSecureContext();
  (trusted.context as { addCACert(pem: string): void }).addCACert(own);
  return trusted;
}

// The SDK warns about Node versions when its first client is made, and only this variable stops it: a user of
// this tool can do nothing about it. The rest of the program sees no process.
import process from 'node:process';
import { setMaxListeners } from 'node:events';
import { S3Client, type ServiceInputTypes, type ServiceOutputTypes } from '@aws-sdk/client-s3';
import { CollectError } from '../../errors.ts';
import { detailsOf } from '../../explanations/index.ts';
import type { Credentials, S3Options } from '../../types.ts';
import type { PutOptions } from '../backend.ts';
import { createAttempts, type Attempts } from './attempt.ts';
import { toCollectError, type Operation } from './errors.ts';
import { createGate } from './gate.ts';
import { createGrowth } from './growth.ts';
import { readEntriesFast } from './list-entries.ts';
import { createAgents, type Agents } from './proxy.ts';
import { realTime, type Timing } from './timing.ts';
import { bucketUrl } from './url.ts';
import type { Stop } from './waiting.ts';

/** One bucket, reachable: its options with everything the SDK's chain adds to them, and the one way to send. */
export interface Connection {
  readonly s3: S3Options & { readonly region: string };
  readonly agents: Agents;
  /** Whether CRC32 checksums go with every upload: AWS keeps and returns them, other stores may refuse them. */
  readonly checksums: boolean;
  readonly client: S3Client;
  /** Requests at once: at most, and to begin with. */
  readonly atOnce: number;
  readonly atFirst: number;
  readonly timing: Timing;
  /** Sends one request until its answer is accepted, or until there is no hope. @throws CollectError */
  readonly send: Send;
  /** The store's clock, in milliseconds since 1970, as of its last answer. */
  readonly now: () => number | undefined;
  close(): void;
}

type SdkCommand<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = Parameters<
  typeof S3Client.prototype.send<Input, Output>
>[0];

type Send = <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  /** Or what makes it, where it may not be needed. */
  command: SdkCommand<Input, Output> | (() => SdkCommand<Input, Output>),
  about: About<Output>,
) => Promise<Output>;

export interface About<Output> {
  readonly operation: Operation;
  readonly key?: string;
  readonly aclSent?: string | undefined;
  /** Of the body; a large one may take longer. */
  readonly bytes?: number;
  readonly signal?: AbortSignal | undefined;
  /** Another way to send the first attempt; undefined comes from it where the command has to be sent after all. */
  readonly way?: (stop: Stop, credentials: Credentials) => Promise<Output | undefined>;
  /** Takes the answer's body, of which it has to tell how long it is. */
  readonly receive?: (
    answer: Output,
    under: { readonly signal: AbortSignal; readonly expect: (bytes: number) => void },
  ) => Promise<unknown>;
  /** Throws where the answer does not prove what it says: that counts as a failed attempt. */
  readonly accept?: (answer: Output) => unknown;
  /** As of a Request of attempt.ts. */
  readonly linger?: number;
  readonly onLost?: () => void;
  readonly onWait?: PutOptions['onWait'];
}

/** Requests at once where the configuration leaves it to us: at first, and at most. */
const auto = { start: 64, ceiling: 256 };

/** Connects to a bucket; nothing is sent yet. */
export async function connect(
  options: S3Options,
  concurrency: number | 'auto',
  timing: Timing = realTime,
): Promise<Connection> {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const s3 = { ...options, ...(await defaultsOfTheSdk(options)) };
  if (s3.endpoint !== undefined && !URL.canParse(s3.endpoint)) throw badEndpoint(s3.endpoint);
  const atOnce = concurrency === 'auto' ? auto.ceiling : concurrency;
  const atFirst = concurrency === 'auto' ? auto.start : concurrency;
  const agents = await createAgents(s3, bucketUrl(s3, s3.region), atOnce);
  const checksums = s3.endpoint === undefined || isAws(s3.endpoint);
  const client = createClient(s3, agents, checksums);
  const now = watchClock(client);
  readEntriesFast(client);
  // A request's clock starts when it is made, not when a socket is free: so no more are made than there are sockets.
  const gate = createGate(atOnce, concurrency === 'auto' ? createGrowth(auto) : undefined);
  // Where none is configured, the SDK takes this one.
  const profile = s3.profile ?? process.env['AWS_PROFILE'];
  const attempts = createAttempts({ timing, requestTimeout: s3.requestTimeout, gate });
  return {
    s3,
    agents,
    checksums,
    client,
    atOnce,
    atFirst,
    timing,
    send: createSend(client, { ...s3, profile, through: agents.through }, { attempts, timing }),
    now,
    close: () => {
      client.destroy();
      agents.close();
    },
  };
}

/** The same connection for one call of the backend, whose caller is told of every wait. */
export function telling<Shared extends Connection>(
  connection: Shared,
  { onWait }: PutOptions = {},
): Shared {
  if (onWait === undefined) return connection;
  return {
    ...connection,
    send: (command, about) => connection.send(command, { ...about, onWait }),
  };
}

/** Region and endpoint as the SDK finds them (AWS_REGION, AWS_ENDPOINT_URL_S3, the profile), made visible to all of us. */
async function defaultsOfTheSdk(
  options: S3Options,
): Promise<{ region: string; endpoint: string | undefined }> {
  const { region, endpoint, profile } = options;
  const { config } = new S3Client(profile === undefined ? {} : { profile });
  return {
    // The SDK throws where it finds none. Most stores do not care, and AWS says which one is right.
    region: region ?? (await config.region().catch(() => 'us-east-1')),
    endpoint: endpoint ?? (await config.serviceConfiguredEndpoint?.()),
  };
}

function createClient(s3: Connection['s3'], agents: Agents, checksums: boolean): S3Client {
  const whenNeeded = checksums ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED';
  const { credentials, endpoint, profile, region } = s3;
  return new S3Client({
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(profile !== undefined && { profile }),
    // A copy: the SDK writes into the object it is given, and ours is frozen.
    ...(credentials !== undefined && { credentials: { ...credentials } }),
    forcePathStyle: s3.forcePathStyle,
    // What surrounds a single attempt is attempt.ts: the SDK's quota would end a deploy within seconds of 503s.
    maxAttempts: 1,
    followRegionRedirects: false,
    requestChecksumCalculation: whenNeeded,
    responseChecksumValidation: whenNeeded,
    // With agents of one's own the SDK sends the header but does not wait for the answer.
    expectContinueHeader: false,
    requestHandler: {
      httpAgent: agents.http,
      httpsAgent: agents.https,
      connectionTimeout: s3.connectTimeout,
      // Silence on the socket. What the whole of an attempt may take is up to attempt.ts.
      socketTimeout: s3.requestTimeout,
      // It would print to the console.
      logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    },
  });
}

/** Leases end by the store's own clock, which its answers tell: machines disagree. */
function watchClock(client: S3Client): () => number | undefined {
  let ahead: number | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result as { response?: { headers?: Record<string, string> } };
      const date = Date.parse(response?.headers?.['date'] ?? '');
      if (!Number.isNaN(date)) ahead = date - Date.now();
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'watchClock' },
  );
  return () => (ahead === undefined ? undefined : Date.now() + ahead);
}

/** The one place where requests leave. */
function createSend(
  client: S3Client,
  s3: Connection['s3'] & Pick<Agents, 'through'>,
  { attempts, timing }: { readonly attempts: Attempts; readonly timing: Timing },
): Send {
  const { credentials } = client.config;
  return (command, { operation, key, aclSent, signal, bytes = 0, receive, way, ...about }) => {
    const context = (named: Operation) => ({ ...s3, key, aclSent, operation: named });
    if (signal !== undefined) setMaxListeners(0, signal);
    let signedWith: Credentials | undefined;
    let otherWay = way;
    const writes = ['put', 'copy', 'delete'].includes(operation);
    return attempts({
      // What is cut off may be carried out all the same, when the lock has been given back: it gets a moment to end.
      ...(writes && { linger: timing.clearAway / 2 }),
      attempt: async (stop, expect) => {
        // Asked for on their own, so that a refusal by STS is not taken for one by S3. The SDK keeps them.
        signedWith = await credentials().catch((error: unknown) => {
          throw toCollectError(error, context('credentials'));
        });
        const first = otherWay;
        otherWay = undefined;
        const answer =
          (await first?.(stop, signedWith)) ??
          (await client.send(typeof command === 'function' ? command() : command, {
            abortSignal: stop.signal,
          }));
        await receive?.(answer, { signal: stop.signal, expect });
        return answer;
      },
      // Keys from the configuration are all there are. Others are asked for once, however many requests found them expired.
      refresh: s3.credentials
        ? undefined
        : async () => {
            if ((await credentials()) === signedWith) await credentials({ forceRefresh: true });
          },
      explain: (error) => toCollectError(error, context(operation)),
      writes,
      bytes,
      signal,
      ...about,
    });
  };
}

function badEndpoint(endpoint: string): CollectError {
  const message = `the endpoint "${endpoint}" is not a URL`;
  return new CollectError('S3_BAD_ENDPOINT', message, detailsOf('S3_BAD_ENDPOINT'));
}

function isAws(endpoint: string): boolean {
  return /\.amazonaws\.com(?:\.cn)?$/.test(new URL(endpoint).hostname);
}

function ignore(): void {
  // nothing
}

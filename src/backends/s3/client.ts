// The SDK warns about Node versions when its first client is made, and only this variable stops it: a user of
// this tool can do nothing about it. The rest of the program sees no process.
import process from 'node:process';
import { setMaxListeners } from 'node:events';
import { S3Client, type ServiceInputTypes, type ServiceOutputTypes } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { CollectError, exitCodes } from '../../errors.ts';
import type { S3Options } from '../../types.ts';
import { toCollectError, type Operation } from './errors.ts';
import { createAgents, type Agents } from './proxy.ts';
import { bucketUrl } from './url.ts';

/** One bucket, reachable: its options with everything the SDK's chain adds to them, and the one way to send. */
export interface Connection {
  readonly s3: S3Options & { readonly region: string };
  readonly agents: Agents;
  /** Whether CRC32 checksums go with every upload: AWS keeps and returns them, other stores may refuse them. */
  readonly checksums: boolean;
  readonly client: S3Client;
  /** Sends one request. @throws CollectError */
  readonly send: Send;
  close(): void;
}

type SdkCommand<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = Parameters<
  typeof S3Client.prototype.send<Input, Output>
>[0];

type Send = <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  command: SdkCommand<Input, Output>,
  about: About,
) => Promise<Output>;

interface About {
  readonly operation: Operation;
  readonly key?: string;
  readonly aclSent?: string | undefined;
  /** Of the body; a large one may take longer. */
  readonly bytes?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Requests at once where the configuration leaves it to us. */
const autoConcurrency = 64;

/** The slowest upload that still counts as one. */
const slowestBytesPerSecond = 50 * 1024;

/** Connects to a bucket; nothing is sent yet. */
export async function connect(
  options: S3Options,
  concurrency: number | 'auto',
): Promise<Connection> {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const s3 = { ...options, ...(await defaultsOfTheSdk(options)) };
  if (s3.endpoint !== undefined && !URL.canParse(s3.endpoint)) throw badEndpoint(s3.endpoint);
  const atOnce = concurrency === 'auto' ? autoConcurrency : concurrency;
  const agents = await createAgents(s3, bucketUrl(s3, s3.region), atOnce);
  const checksums = s3.endpoint === undefined || isAws(s3.endpoint);
  const client = createClient(s3, agents, checksums);
  return {
    s3,
    agents,
    checksums,
    client,
    send: createSend(client, s3, atOnce),
    close: () => {
      client.destroy();
      agents.close();
    },
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
    maxAttempts: 5,
    followRegionRedirects: false,
    requestChecksumCalculation: whenNeeded,
    responseChecksumValidation: whenNeeded,
    // With agents of one's own the SDK sends the header but does not wait for the answer.
    expectContinueHeader: false,
    requestHandler: {
      httpAgent: agents.http,
      httpsAgent: agents.https,
      connectionTimeout: s3.connectTimeout,
      // Silence on the socket; without `throwOnRequestTimeout` the other one would only be logged.
      socketTimeout: s3.requestTimeout,
      requestTimeout: s3.requestTimeout,
      throwOnRequestTimeout: true,
      // It would print to the console.
      logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    },
  });
}

/** The one place where requests leave: what surrounds a single attempt belongs here. */
function createSend(client: S3Client, s3: Connection['s3'], atOnce: number): Send {
  // A request's clock starts when it is made, not when a socket is free: so no more are made than there are sockets.
  const limit = pLimit(atOnce);
  return async (command, { operation, signal, bytes = 0, ...about }) => {
    const context = { ...s3, ...about };
    if (signal !== undefined) setMaxListeners(0, signal);
    // Asked for on their own, so that a refusal by STS is not taken for one by S3. The SDK keeps them.
    await client.config.credentials().catch((error: unknown) => {
      throw toCollectError(error, { ...context, operation: 'credentials' });
    });
    const requestTimeout = s3.requestTimeout + (bytes / slowestBytesPerSecond) * 1000;
    const attempt = () =>
      client.send(command, { ...(signal && { abortSignal: signal }), requestTimeout });
    try {
      return await limit(attempt);
    } catch (error) {
      throw toCollectError(error, { ...context, operation });
    }
  };
}

function badEndpoint(endpoint: string): CollectError {
  return new CollectError('S3_BAD_ENDPOINT', `the endpoint "${endpoint}" is not a URL`, {
    exitCode: exitCodes.config,
    hint: 's3.endpoint (AWS_S3_ENDPOINT_URL, AWS_ENDPOINT_URL) must be a URL such as https://HOST:PORT',
  });
}

function isAws(endpoint: string): boolean {
  return /\.amazonaws\.com(?:\.cn)?$/.test(new URL(endpoint).hostname);
}

function ignore(): void {
  // nothing
}

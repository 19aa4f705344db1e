import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkRegion } from './access.ts';
import { parseAddress } from './address.ts';
import type { Address } from './address.ts';
import { authenticate, readClaim } from './authenticate.ts';
import type { Clock } from './authenticate.ts';
import { receive } from './body.ts';
import type { Payload } from './body.ts';
import { S3Error } from './errors.ts';
import { answerOf, carriesOut } from './faults.ts';
import { nameOperation, runOperation } from './operations.ts';
import type { Reply, S3Request } from './request.ts';
import type { Store } from './store.ts';
import type { Fault, FakeRequest } from './types.ts';
import { makeErrorDocument } from './xml.ts';

export interface Surroundings {
  readonly store: Store;
  readonly clock: () => Clock;
  /** Called with every request when it arrives; gives the fault that it is to meet. */
  readonly arrive: (request: Omit<FakeRequest, 'index'>) => {
    readonly entry: FakeRequest;
    readonly fault: Fault | undefined;
  };
}

type Arrival = Address & Pick<S3Request, 'method' | 'op' | 'headers' | 'anonymous'>;

export function createS3Server(surroundings: Surroundings): Server {
  return createServer(
    { maxHeaderSize: 64 * 1024, requestTimeout: 0, keepAliveTimeout: 120_000 },
    (message, response) => {
      serve(message, response, surroundings).catch((error: unknown) => {
        // The client went away in the middle of its body: nothing was done, and nobody is there to be told.
        if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
      });
    },
  );
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  surroundings: Surroundings,
): Promise<void> {
  const { arrival, problem } = readHead(message);
  const { method, op, bucket, key, query, headers, anonymous } = arrival;
  const { entry, fault } = surroundings.arrive({
    method,
    op,
    bucket,
    key,
    query,
    headers: { ...headers },
    anonymous,
    status: 0,
    accepted: false,
    bytes: 0,
  });
  if (fault?.reset && !fault.storeAnyway && answerOf(fault) === undefined) {
    message.socket.resetAndDestroy();
    return;
  }
  const corrupt = fault?.corrupt === true;
  const payload = await receiveBody(message, arrival, { store: surroundings.store, corrupt });
  entry.bytes = payload.size;
  if (fault?.holdMs !== undefined) await sleep(fault.holdMs, undefined, { ref: false });
  const real = carriesOut(fault)
    ? execute({ ...arrival, payload }, problem, surroundings)
    : undefined;
  entry.accepted = real !== undefined && !(real instanceof S3Error);
  if (fault?.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
  if (fault?.hang) return;
  const answer = (fault && answerOf(fault)) ?? (fault?.reset ? undefined : real);
  if (answer !== undefined) {
    const reply = answer instanceof S3Error ? replyError(answer, arrival, entry.index) : answer;
    entry.status = reply.status;
    await respond(response, reply, surroundings.clock().now, { entry, fault });
  }
  if (!fault?.reset) return;
  // After an answer no RST: it could overtake what it is to follow.
  if (answer === undefined) message.socket.resetAndDestroy();
  else message.socket.destroy();
}

/** Every request gets a line in the log, also one whose target makes no sense. */
function readHead(message: IncomingMessage): { arrival: Arrival; problem: S3Error | undefined } {
  const method = message.method ?? 'GET';
  const headers = message.headers as Record<string, string>;
  let address: Address = { bucket: '', key: '', path: '', query: {} };
  let problem: S3Error | undefined;
  try {
    address = parseAddress(message.url ?? '/', headers['host'] ?? '');
  } catch (error) {
    problem = asS3Error(error);
  }
  const { query } = address;
  const anonymous =
    headers['authorization'] === undefined &&
    query['X-Amz-Signature'] === undefined &&
    query['X-Amz-Algorithm'] === undefined;
  const op = nameOperation(method, address, headers);
  return { arrival: { ...address, method, op, headers, anonymous }, problem };
}

async function receiveBody(
  message: IncomingMessage,
  { op, bucket, key }: Arrival,
  { store, corrupt }: { store: Store; corrupt: boolean },
): Promise<Payload> {
  const stored = op === 'PutObject' || op === 'UploadPart';
  const checksums = store.buckets.get(bucket)?.options.checksums ?? 'full';
  return receive(message, {
    // An XML document is small, and has to be read.
    keep: stored && !store.keepsBodyOf(key) ? store.keep : Infinity,
    checksums: checksums === 'full',
    corrupt,
  });
}

function execute(
  request: S3Request,
  problem: S3Error | undefined,
  { store, clock }: Surroundings,
): Reply | S3Error {
  try {
    if (problem !== undefined) throw problem;
    const claim = readClaim(request.headers, request.query);
    if (claim === undefined) return runOperation(request, store);
    checkRegion(store, request.bucket, claim);
    authenticate(request, claim, clock());
    return runOperation(claim.presigned ? unfoldQuery(request) : request, store);
  } catch (error) {
    return asS3Error(error);
  }
}

/** In a presigned URL the parameters stand for the headers that its maker signed: `x-amz-acl`, `x-amz-meta-*`. */
function unfoldQuery(request: S3Request): S3Request {
  const folded = Object.entries(request.query).filter(([name]) =>
    /^x-amz-(?!checksum-|sdk-)/.test(name),
  );
  return { ...request, headers: { ...Object.fromEntries(folded), ...request.headers } };
}

function replyError(error: S3Error, { path }: Arrival, index: number): Reply {
  return {
    status: error.status,
    headers: { 'content-type': 'application/xml', ...error.headers },
    body: makeErrorDocument({
      Code: error.code,
      Message: error.message,
      ...error.fields,
      Resource: path,
      RequestId: requestId(index),
      HostId: HOST_ID,
    }),
  };
}

async function respond(
  response: ServerResponse,
  reply: Reply,
  now: number,
  { entry, fault }: { readonly entry: FakeRequest; readonly fault: Fault | undefined },
): Promise<void> {
  const body = Buffer.from(reply.body ?? '');
  const bodiless = entry.method === 'HEAD' || reply.status === 204 || reply.status === 304;
  response.writeHead(reply.status, {
    'x-amz-request-id': requestId(entry.index),
    'x-amz-id-2': HOST_ID,
    date: new Date(now).toUTCString(),
    server: 'AmazonS3',
    ...(!bodiless && { 'content-length': body.length }),
    ...reply.headers,
    ...fault?.headers,
  });
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.end(bodiless || body.length === 0 ? undefined : body, resolve);
  });
}

const HOST_ID = 'ZmFrZS1zMy1pcy1ub3QtYW1hem9uLWJ1dC1pdC10cmllcw==';

const requestId = (index: number) => index.toString(16).toUpperCase().padStart(16, '0');

function asS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  const { message } = error as Error;
  return new S3Error(500, 'InternalError', `The fake S3 itself failed: ${message}`);
}

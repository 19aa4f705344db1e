import http from 'node:http';
import net from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../../../../src/backends/s3/client.ts';
import { createStore, start } from './servers.ts';
import { createBackend, etagOf, failure, request, s3Options } from './setup.ts';

const object = request('a.css', 'a{}');
const closing: (() => unknown)[] = [];

beforeEach(() => {
  for (const name of ['AWS_REGION', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3', 'AWS_PROFILE']) {
    vi.stubEnv(name, undefined);
  }
  // No profile of the machine's takes part.
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) await close();
});

async function serve(server: net.Server): Promise<string> {
  const running = await start(server);
  closing.push(running.close);
  return `http://127.0.0.1:${running.port}`;
}

describe('what the SDK adds', () => {
  it('is the region of the environment, and us-east-1 where there is none', async () => {
    expect((await connect({ ...s3Options, region: undefined }, 1)).s3.region).toBe('us-east-1');
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    expect((await connect({ ...s3Options, region: undefined }, 1)).s3.region).toBe('eu-west-1');
    expect((await connect({ ...s3Options, region: 'eu-north-1' }, 1)).s3.region).toBe('eu-north-1');
  });

  it('is the endpoint of the environment, in our URLs and checksums too', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_S3', 'http://localhost:4566');
    const connection = await connect(s3Options, 1);
    expect(connection.s3.endpoint).toBe('http://localhost:4566');
    expect(connection.checksums).toBe(false);
  });

  it('is an endpoint that must be a URL', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'localhost');
    expect(await failure(connect(s3Options, 1))).toMatchObject({
      code: 'S3_BAD_ENDPOINT',
      exitCode: 3,
    });
  });

  it('is no warning about the version of Node', async () => {
    vi.stubEnv('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', undefined);
    const warned = vi.spyOn(process, 'emitWarning');
    await connect(s3Options, 1);
    expect(process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED']).toBe('true');
    expect(warned).not.toHaveBeenCalled();
  });

  it('are checksums to AWS, at whatever endpoint of its own, and to no other store', async () => {
    const endpoints = [
      undefined,
      'https://s3.eu-west-1.amazonaws.com',
      'https://bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com',
      'https://s3.cn-north-1.amazonaws.com.cn',
      'https://s3.example.com',
      'https://amazonaws.com.example.com',
    ];
    const connections = endpoints.map((endpoint) => connect({ ...s3Options, endpoint }, 1));
    expect((await Promise.all(connections)).map(({ checksums }) => checksums)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('are credentials from its chain; none found is an error with a hint', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    const backend = await createBackend({ credentials: undefined });
    expect(await failure(backend.put(object))).toMatchObject({
      code: 'S3_NO_CREDENTIALS',
      exitCode: 6,
    });
  });
});

describe('a server that', () => {
  const impatient = { connectTimeout: 200, requestTimeout: 1_000, forcePathStyle: true };

  it('accepts and never answers fails the request', async () => {
    const backend = await createBackend({
      ...impatient,
      endpoint: await serve(net.createServer()),
    });
    expect(await failure(backend.put(object))).toMatchObject({ code: 'S3_TIMEOUT', exitCode: 8 });
  });

  it('stops in the middle of its answer fails the request', async () => {
    const server = http.createServer((_, response) => {
      response.writeHead(200, { 'content-length': 1_000 }).write('<ListBucketResult>');
    });
    const backend = await createBackend({ ...impatient, endpoint: await serve(server) });
    const first = backend.list?.()[Symbol.asyncIterator]().next();
    expect(await failure(Promise.resolve(first))).toMatchObject({ code: 'S3_TIMEOUT' });
  });

  it('is not there fails the request', async () => {
    const backend = await createBackend({ ...impatient, endpoint: 'http://127.0.0.1:1' });
    expect(await failure(backend.put(object))).toMatchObject({
      code: 'S3_CONNECTION_REFUSED',
      exitCode: 7,
    });
  });

  it('is slow is waited for while bytes go to it', async () => {
    const server = http.createServer((incoming, response) => {
      incoming.resume().on('end', () => {
        setTimeout(() => response.setHeader('etag', etagOf(Buffer.from('a{}'))).end(), 300);
      });
    });
    const patient = { ...impatient, requestTimeout: 10_000 };
    const backend = await createBackend({ ...patient, endpoint: await serve(server) });
    expect(await backend.put(object)).toMatchObject({ proof: 'etag' });
  });
});

it('has no more requests under way than allowed, and warns of nothing however many there are', async () => {
  const warned = vi.spyOn(process, 'emitWarning');
  const store = createStore(etagOf(Buffer.from('a{}')), 'http');
  let open = 0;
  let most = 0;
  store.on('request', (_: unknown, response: http.ServerResponse) => {
    most = Math.max(most, ++open);
    response.on('close', () => (open -= 1));
  });
  const connection = await connect({ ...s3Options, endpoint: await serve(store) }, 4);
  expect(connection.agents.http.maxSockets).toBe(4);
  const { createS3Backend } = await import('../../../../src/backends/s3/index.ts');
  const backend = await createS3Backend({
    s3: { ...s3Options, forcePathStyle: true, endpoint: connection.s3.endpoint },
    url: { base: '/', domain: undefined, protocol: 'https:', signed: false, expiresIn: 1 },
    concurrency: 4,
  });
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 40 }, () => backend.put(object, { signal })));
  expect(most).toBeLessThanOrEqual(4);
  expect(warned).not.toHaveBeenCalled();
});

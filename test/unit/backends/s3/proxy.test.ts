import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { rootCertificates } from 'node:tls';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Backend } from '../../../../src/backends/backend.ts';
import { bypasses } from '../../../../src/backends/s3/proxy.ts';
import type { S3Options } from '../../../../src/types.ts';
import { certificate, createProxy, createStore, start } from './servers.ts';
import { createBackend, etagOf, failure, request } from './setup.ts';

const object = request('a.css', 'a{}');
const etag = etagOf(Buffer.from('a{}'));
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(server: Parameters<typeof start>[0]): Promise<number> {
  const running = await start(server);
  closing.push(running.close);
  return running.port;
}

async function backendFor(s3: Partial<S3Options>): Promise<Backend> {
  const backend = await createBackend(s3);
  closing.push(() => backend.close?.());
  return backend;
}

async function writeCa(text = certificate): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'collect-static-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const path = join(dir, 'ca.pem');
  await writeFile(path, text);
  return path;
}

describe('NO_PROXY', () => {
  it.each<[string | undefined, string, boolean]>([
    [undefined, 'https://s3.example.com', false],
    ['', 'https://s3.example.com', false],
    ['*', 'https://s3.example.com', true],
    ['s3.example.com', 'https://s3.example.com', true],
    ['S3.Example.COM', 'https://s3.example.com', true],
    ['example.com', 'https://s3.example.com', true],
    ['.example.com', 'https://s3.example.com', true],
    ['*.example.com', 'https://s3.example.com', true],
    ['ample.com', 'https://s3.example.com', false],
    ['other.com, example.com', 'https://s3.example.com', true],
    ['other.com example.com', 'https://s3.example.com', true],
    ['example.com:443', 'https://s3.example.com', true],
    ['example.com:80', 'https://s3.example.com', false],
    ['example.com:9000', 'http://s3.example.com:9000', true],
    ['localhost', 'http://127.0.0.1:9000', false],
    ['127.0.0.1', 'http://127.0.0.1:9000', true],
    ['::1', 'http://[::1]:9000', true],
    ['[::1]:9000', 'http://[::1]:9000', true],
    ['[::1]:9001', 'http://[::1]:9000', false],
  ])('%s: %s goes around the proxy: %s', (entries, url, expected) => {
    expect(bypasses(entries, new URL(url))).toBe(expected);
  });
});

describe('through a proxy', () => {
  it('http requests go with their whole address', async () => {
    const asked: string[] = [];
    const proxy = await serve(createProxy(await serve(createStore(etag, 'http')), asked));
    const backend = await backendFor({
      endpoint: 'http://s3.example.com',
      proxy: { http: `127.0.0.1:${proxy}` },
    });
    expect(await backend.put(object)).toMatchObject({ proof: 'etag' });
    expect(asked).toEqual(['PUT http://assets.s3.example.com/static/a.css?x-id=PutObject']);
  });

  it('https requests go through a tunnel, and the CA of one’s own is trusted inside it', async () => {
    const asked: string[] = [];
    const store = await serve(createStore(etag, 'https'));
    const proxy = await serve(createProxy(store, asked));
    const s3 = {
      endpoint: `https://localhost:${store}`,
      proxy: { https: `http://127.0.0.1:${proxy}` },
    };
    const backend = await backendFor({ ...s3, caFile: await writeCa() });
    expect(await backend.put(object)).toMatchObject({ proof: 'etag' });
    expect(asked).toEqual([`CONNECT assets.localhost:${store}`]);
  });

  it('is not where NO_PROXY names the host', async () => {
    const asked: string[] = [];
    const store = await serve(createStore(etag, 'http'));
    const proxy = await serve(createProxy(store, asked));
    const backend = await backendFor({
      endpoint: `http://127.0.0.1:${store}`,
      proxy: { http: `http://127.0.0.1:${proxy}`, no: '127.0.0.1' },
    });
    await backend.put(object);
    expect(asked).toEqual([]);
  });

  it('that wants a password, the error says so', async () => {
    const proxy = http.createServer((_, response) => response.writeHead(407).end('<p>no'));
    proxy.on('connect', (_, socket) => {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
    });
    const address = `http://127.0.0.1:${await serve(proxy)}`;
    for (const endpoint of ['http://s3.example.com', 'https://s3.example.com']) {
      const backend = await backendFor({ endpoint, proxy: { http: address, https: address } });
      expect(await failure(backend.put(object))).toMatchObject({
        code: 'S3_PROXY_AUTH',
        exitCode: 7,
      });
    }
  });

  it('that lets nothing through is named, and not taken for the store', async () => {
    const proxy = http.createServer();
    proxy.on('connect', (_, socket) => {
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno');
    });
    const port = await serve(proxy);
    const https = `http://me:secret@127.0.0.1:${port}`;
    const backend = await backendFor({ endpoint: 'https://s3.example.com', proxy: { https } });
    const error = await failure(backend.put(object));
    expect(error).toMatchObject({ code: 'S3_PROXY_REFUSED', exitCode: 7 });
    const named = `the proxy http://127.0.0.1:${port} lets nothing through (HTTP 403`;
    expect(error).toHaveProperty('message', expect.stringContaining(named));
    expect(error).toHaveProperty('message', expect.not.stringContaining('secret'));
  });

  it('that is not there is named, and not the store', async () => {
    const { port, close } = await start(http.createServer());
    close();
    const address = `http://127.0.0.1:${port}`;
    for (const endpoint of ['http://s3.example.com', 'https://s3.example.com']) {
      const backend = await backendFor({ endpoint, proxy: { http: address, https: address } });
      const error = await failure(backend.put(object));
      expect(error).toMatchObject({ code: 'S3_CONNECTION_REFUSED', exitCode: 7 });
      const named = `the proxy ${address} refused the connection`;
      expect(error).toHaveProperty('message', expect.stringContaining(named));
    }
  });

  it('that never answers, the request fails, and closing leaves no connection behind', async () => {
    let open = 0;
    const proxy = net.createServer((socket) => {
      open += 1;
      socket.resume().on('error', () => undefined);
      socket.on('close', () => (open -= 1));
    });
    const address = `http://127.0.0.1:${await serve(proxy)}`;
    const endpoint = 'https://s3.example.com';
    const backend = await createBackend({
      endpoint,
      connectTimeout: 50,
      proxy: { https: address },
    });
    expect(await failure(backend.put(object))).toMatchObject({ code: 'S3_TIMEOUT' });
    expect(open).toBeGreaterThan(0);
    await backend.close?.();
    await vi.waitFor(() => {
      expect(open).toBe(0);
    });
  });

  it('must be an HTTP proxy, and its password is not repeated', async () => {
    const error = await failure(backendFor({ proxy: { https: 'socks5://me:secret@h:1' } }));
    expect(error).toMatchObject({ code: 'S3_BAD_PROXY', exitCode: 3 });
    expect(error).toHaveProperty('message', expect.not.stringContaining('secret'));
  });
});

describe('TLS', () => {
  it('trusts the CA file, and nothing unknown without it', async () => {
    const endpoint = `https://localhost:${await serve(createStore(etag, 'https'))}`;
    const s3 = { endpoint, forcePathStyle: true };
    const bundle = [...rootCertificates.slice(0, 1), certificate].join('\n');
    const trusting = await backendFor({ ...s3, caFile: await writeCa(bundle) });
    expect(await trusting.put(object)).toMatchObject({ proof: 'etag' });
    const doubting = await backendFor(s3);
    expect(await failure(doubting.put(object))).toMatchObject({ code: 'S3_TLS', exitCode: 7 });
  });

  it('spoken to a server without it is told apart', async () => {
    const endpoint = `https://127.0.0.1:${await serve(createStore(etag, 'http'))}`;
    const backend = await backendFor({ endpoint });
    expect(await failure(backend.put(object))).toMatchObject({ code: 'S3_TLS_PROTOCOL' });
  });

  it('wants a CA file that can be read', async () => {
    expect(await failure(backendFor({ caFile: '/nonexistent/ca.pem' }))).toMatchObject({
      code: 'S3_CA_FILE',
      exitCode: 3,
    });
  });

  it.each([
    ['nothing', ''],
    [
      'a key',
      String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })),
    ],
    ['a certificate that broke', certificate.replace(/\n.{64}\n/, '\n')],
  ])('wants one in its CA file, which holds %s', async (_what, text) => {
    const error = await failure(backendFor({ caFile: await writeCa(text) }));
    expect(error).toMatchObject({ code: 'S3_CA_FILE', exitCode: 3 });
    expect(error).toHaveProperty('message', expect.stringMatching(/ holds no certificate in PEM$/));
  });

  it('takes a CA file that begins with remarks', async () => {
    const caFile = await writeCa(`The authority of this house\n${certificate}`);
    expect(await backendFor({ caFile })).toHaveProperty('label');
  });
});

import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net, { type Socket } from 'node:net';
import tls from 'node:tls';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createAhead, type Ahead } from '../../../../src/backends/s3/ahead.ts';
import { certificate, createStore, start } from './servers.ts';

async function store(secure: 'http' | 'https') {
  const server = createStore('etag', secure);
  const connections: Socket[] = [];
  server.on(secure === 'https' ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections.push(socket);
  });
  const running = await start(server);
  const secureContext = tls.createSecureContext({ ca: certificate });
  const url = new URL(`${secure}://localhost:${running.port}/bucket/`);
  const ahead = createAhead(url, secure === 'https' ? secureContext : undefined);
  onTestFinished(() => {
    ahead.close();
    running.close();
  });
  return { ahead, connections, port: running.port, secureContext };
}

/** Takes one as soon as one is open. */
async function taken(ahead: Ahead, port: number): Promise<Socket> {
  for (;;) {
    const socket = ahead.take({ host: 'localhost', port });
    if (socket !== undefined) return socket;
    await nextTurn();
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await nextTurn();
}

afterEach(() => vi.useRealTimers());

describe.each(['http', 'https'] as const)('connections opened ahead, %s', (secure) => {
  it('are as many as were asked for, whoever asks again, and carry a request', async () => {
    const { ahead, connections, port, secureContext } = await store(secure);
    ahead.open(9);
    ahead.open(9);
    await until(() => connections.length === 9);
    const agent = new (secure === 'https' ? https : http).Agent({ secureContext });
    const socket = await taken(ahead, port);
    agent.createConnection = () => socket;
    const url = `${secure}://localhost:${port}/`;
    const request = secure === 'https' ? https.get(url, { agent }) : http.get(url, { agent });
    const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
    expect(answer.statusCode).toBe(200);
    expect(connections.length).toBe(9);
    expect(ahead.take({ host: 'localhost', port })).not.toBe(socket);
  });

  it('are not for other hosts', async () => {
    const { ahead, connections, port } = await store(secure);
    ahead.open(1);
    await until(() => connections.length === 1);
    expect(ahead.take({ host: 'elsewhere.localhost', port })).toBeUndefined();
    expect(ahead.take({ host: 'localhost', port: 1 })).toBeUndefined();
    (await taken(ahead, port)).destroy();
  });

  it('end with the rest', async () => {
    const { ahead, connections } = await store(secure);
    ahead.open(6);
    await until(() => connections.length === 6);
    ahead.close();
    await until(() => connections.every(({ destroyed }) => destroyed));
  });
});

describe('a connection that waited', () => {
  async function silent(onConnection: (socket: Socket) => void) {
    const running = await start(net.createServer(onConnection));
    const ahead = createAhead(new URL(`http://localhost:${running.port}`), undefined);
    onTestFinished(() => {
      ahead.close();
      running.close();
    });
    return { ahead, port: running.port };
  }

  it('is not used once the server has ended it, or has spoken', async () => {
    const sockets: Socket[] = [];
    const { ahead, port } = await silent((socket) => sockets.push(socket));
    ahead.open(3);
    await until(() => sockets.length === 3);
    sockets[1]?.write('HTTP/1.1 408 Request Timeout\r\n\r\n');
    // When it is closed on both sides, both have come there.
    await once(sockets[0]?.end() ?? net.connect(port), 'close');
    const last = await taken(ahead, port);
    expect(last.localPort).toBe(sockets[2]?.remotePort);
    expect(ahead.take({ host: 'localhost', port })).toBeUndefined();
    last.destroy();
  });

  it('is closed after some seconds, before servers do it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const sockets: Socket[] = [];
    const { ahead, port } = await silent((socket) => sockets.push(socket));
    ahead.open(1);
    await until(() => sockets.length === 1);
    vi.advanceTimersByTime(4_000);
    expect(ahead.take({ host: 'localhost', port })).toBeUndefined();
    await until(() => sockets.every((socket) => socket.destroyed || socket.readableEnded));
    expect(sockets.length).toBe(1);
  });

  it('is nobody’s error where none can be opened', async () => {
    const running = await start(net.createServer());
    running.close();
    const ahead = createAhead(new URL(`http://localhost:${running.port}`), undefined);
    ahead.open(2);
    const refused = net.connect({ host: 'localhost', port: running.port });
    await once(refused, 'error').catch(() => undefined);
    await new Promise((resolve) => refused.once('close', resolve).destroy());
    expect(ahead.take({ host: 'localhost', port: running.port })).toBeUndefined();
  });
});

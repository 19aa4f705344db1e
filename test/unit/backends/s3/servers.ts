import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';

/** A key of no use elsewhere, and its certificate for localhost and assets.localhost, valid until 2126. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUHsxw13rpg3sLwBd
a7390EINikWYLu3wcUwo5QfgNm2hRANCAARG5OGd4UO8+ZxO4IGCbsManxcfoVOG
14iBJ6pA4H4g3jhcn2H7T+UqDvBmzdIb2DiEs286hT8J1fclM/kV8DhB
-----END PRIVATE KEY-----
`;
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBrjCCAVSgAwIBAgIUdNGJZOjrVrY8TQSCGQf6QkkW89gwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzAyNTgwMVoYDzIxMjYxMDMw
MDI1ODAxWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARG5OGd4UO8+ZxO4IGCbsManxcfoVOG14iBJ6pA4H4g3jhcn2H7T+Uq
DvBmzdIb2DiEs286hT8J1fclM/kV8DhBo4GBMH8wHQYDVR0OBBYEFDSPhZqG8iki
F+hGmqxRLgzCakwDMB8GA1UdIwQYMBaAFDSPhZqG8ikiF+hGmqxRLgzCakwDMA8G
A1UdEwEB/wQFMAMBAf8wLAYDVR0RBCUwI4IJbG9jYWxob3N0ghBhc3NldHMubG9j
YWxob3N0hwR/AAABMAoGCCqGSM49BAMCA0gAMEUCIQD0WA9Srm76ws4wMuSTxUFy
sMXPksEAjHQaW6X/J9BXxgIgUk4bIy6ymB+TkSfDgtmLmT6SusWhxnE+U3ltivPu
Pfk=
-----END CERTIFICATE-----
`;

export interface Running {
  readonly port: number;
  readonly close: () => void;
}

/** Starts a server on a free port of the loopback; closing it cuts its connections. */
export async function start(server: Server): Promise<Running> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => sockets.add(socket);
  server.on('connection', keep);
  server.on('connect', (_: unknown, socket: Socket) => keep(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Answers every request with the ETag given, as a store that got it would. */
export function createStore(etag: string, secure: 'http' | 'https'): Server {
  const listener: http.RequestListener = (request, response) => {
    request.resume();
    request.on('end', () => {
      response.setHeader('etag', `"${etag}"`).end();
    });
  };
  return secure === 'https'
    ? https.createServer({ key, cert: certificate }, listener)
    : http.createServer(listener);
}

/** An HTTP proxy that leads everything to one port, and notes what it was asked for. */
export function createProxy(port: number, asked: string[]): Server {
  const proxy = http.createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const { pathname, search } = new URL(request.url ?? '');
    const { method, headers } = request;
    const onward = http.request({ port, method, headers, path: pathname + search }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  return proxy.on('connect', (request: http.IncomingMessage, socket: Socket) => {
    asked.push(`CONNECT ${request.url ?? ''}`);
    const onward = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
}

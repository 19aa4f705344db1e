import net from 'node:net';
import tls from 'node:tls';

/**
 * Connections that are opened before a request needs one. That takes a round trip, by TLS two, and some computing, for
 * which there is time while files are read and the lock is taken. Nothing is sent on them.
 */
export interface Ahead {
  /** Opens as many as so many requests at once will need. What fails is nobody's error yet: the requests meet it as well. */
  open(count: number): void;
  /** A connection to there, for whoever takes it alone; undefined where none is open. */
  take(to: Address): net.Socket | undefined;
  close(): void;
}

export interface Address {
  readonly host?: string | null | undefined;
  /** Or the protocol's own. */
  readonly port?: number | string | null | undefined;
}

/** Milliseconds for which one is kept. Servers close what stays silent, some after five seconds. */
const longestSilence = 4_000;

/** Opened in one turn of the event loop: half a millisecond each, for which a request that could go out would wait. */
const eachTurn = 4;

/** For the host of `url`. `secureContext`: what TLS trusts, where that is not what Node trusts. */
export function createAhead(url: URL, secureContext: tls.SecureContext | undefined): Ahead {
  const secure = url.protocol === 'https:';
  const usual = secure ? 443 : 80;
  const address = { host: bare(url.hostname), port: Number(url.port) || usual };
  /** Each with what would end it. */
  const waiting = new Map<net.Socket, NodeJS.Timeout>();
  const ready = new Set<net.Socket>();
  let left = 0;
  // The first handshake makes the others cheaper, as it does in Node's agent.
  let session: Buffer | undefined;
  const connect = () => {
    if (!secure) return net.connect(address);
    const servername = net.isIP(address.host) === 0 ? address.host : '';
    const trust = { ...(secureContext && { secureContext }), ...(session && { session }) };
    return tls
      .connect({ ...address, ...trust, servername, ALPNProtocols: ['http/1.1'] })
      .on('session', (given) => (session = given));
  };
  const openOne = () => {
    const socket = connect();
    const drop = () => {
      leave(socket);
      socket.destroy();
    };
    waiting.set(socket, setTimeout(drop, longestSilence).unref());
    socket.on('error', drop).on('close', drop).setNoDelay(true).unref();
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      if (waiting.has(socket)) ready.add(socket);
    });
  };
  const leave = (socket: net.Socket) => {
    clearTimeout(waiting.get(socket));
    waiting.delete(socket);
    ready.delete(socket);
  };
  const openSome = () => {
    for (let i = 0; i < eachTurn && left > 0; i += 1, left -= 1) openOne();
    if (left > 0) setImmediate(openSome);
  };
  return {
    open(count) {
      const idle = left <= 0;
      left = Math.max(left, count - waiting.size);
      if (idle) openSome();
    },
    take({ host, port }) {
      const there = bare(host ?? '') === address.host && (Number(port) || usual) === address.port;
      if (!there) return undefined;
      for (const socket of ready) {
        leave(socket);
        // Whatever it says unasked, such as that it waited for too long, would be taken for an answer.
        if (!socket.destroyed && socket.writable && socket.readableLength === 0)
          return socket.ref();
        socket.destroy();
      }
      return undefined;
    },
    close() {
      left = 0;
      for (const socket of [...waiting.keys()]) socket.destroy();
    },
  };
}

/** An IPv6 address without its brackets, which URLs have and sockets do not. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

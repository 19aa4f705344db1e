import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';

/** What one connection suffers. Offsets count the bytes of one direction. */
interface Trouble {
  /** RST when this many bytes went up, or came down. */
  readonly resetAfterUp?: number;
  readonly resetAfterDown?: number;
  /** The byte at this offset arrives as another one. */
  readonly corruptUpAt?: number;
  readonly corruptDownAt?: number;
  /** The server's side ends after this many bytes, and the connection stays half open. */
  readonly halfCloseAfterDown?: number;
}

export interface TcpProxy {
  readonly endpoint: string;
  /** Milliseconds that every chunk takes longer, in each direction. */
  latency: number;
  /** Called with the number of each new connection, from 0. */
  trouble: (connection: number) => Trouble;
  /** Nobody is there: connections break, new ones are refused. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

/** A wire to a port of the loopback that can be cut, slow and bad, byte by byte. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let port = 0;
  let server = net.createServer();

  const serve = (socket: Socket) => {
    const trouble = proxy.trouble(connections++);
    const onward = net.connect(target, '127.0.0.1');
    const cut = () => {
      socket.resetAndDestroy();
      onward.destroy();
    };
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    const { resetAfterUp, corruptUpAt, resetAfterDown, corruptDownAt, halfCloseAfterDown } =
      trouble;
    carry(socket, onward, { resetAfter: resetAfterUp, corruptAt: corruptUpAt }, cut);
    const down = {
      resetAfter: resetAfterDown,
      corruptAt: corruptDownAt,
      endAfter: halfCloseAfterDown,
    };
    carry(onward, socket, down, cut);
  };

  const carry = (
    from: Socket,
    to: Socket,
    how: {
      resetAfter?: number | undefined;
      corruptAt?: number | undefined;
      endAfter?: number | undefined;
    },
    cut: () => void,
  ) => {
    let seen = 0;
    from.on('data', (chunk: Buffer) => {
      const start = seen;
      seen += chunk.length;
      const at = (how.corruptAt ?? -1) - start;
      if (at >= 0 && at < chunk.length) chunk[at] = (chunk[at] ?? 0) ^ 1;
      const send = () => {
        if (how.endAfter !== undefined && seen > how.endAfter) {
          to.end(chunk.subarray(0, Math.max(0, how.endAfter - start)));
        } else if (how.resetAfter !== undefined && seen > how.resetAfter) {
          to.write(chunk.subarray(0, Math.max(0, how.resetAfter - start)), cut);
        } else if (to.writable) {
          to.write(chunk);
        }
      };
      if (proxy.latency > 0) setTimeout(send, proxy.latency);
      else send();
    });
  };

  const proxy: TcpProxy = {
    get endpoint() {
      return `http://127.0.0.1:${port}`;
    },
    latency: 0,
    trouble: () => ({}),
    async down() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.resetAndDestroy();
      await closed;
    },
    async up() {
      server = net.createServer(serve).listen(port, '127.0.0.1');
      await once(server, 'listening');
      port = (server.address() as AddressInfo).port;
    },
    close: () => proxy.down(),
  };
  await proxy.up();
  return proxy;
}

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createServer } from 'node:http';
import { getEventListeners, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createS3Backend } from '../../src/backends/s3/index.ts';
import { realTime } from '../../src/backends/s3/timing.ts';
import { mapAtOnce } from '../../src/at-once.ts';
import { digestContent } from '../../src/digest.ts';
import { plainUrl, s3Options } from '../support/s3-subject.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

export interface Leak {
  readonly failed: number;
  readonly heapGrowth: number;
  /** Sockets, timers and listeners that are left when the backend is closed. */
  readonly left: Readonly<Record<string, number>>;
}

/** Sends so many puts to a store that fails each in one of several ways, and weighs what stays behind. */
export async function failOften(count: number): Promise<Leak> {
  let turn = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      turn += 1;
      if (turn % 4 === 0) request.socket.resetAndDestroy();
      else if (turn % 4 === 1) response.writeHead(503).end();
      else if (turn % 4 === 2) response.writeHead(200).end('<html>');
      else response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const before = resources();
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
  const s3 = s3Options({ endpoint, credentials, bucket: 'assets', location: '' });
  const timing = { ...realTime, budget: 0 };
  const backend = await createS3Backend({ s3, url: plainUrl, concurrency: 64, timing });
  const content = { kind: 'bytes', bytes: Buffer.from('a{}') } as const;
  const object = {
    key: 'a.css',
    content,
    headers: { contentType: 'text/css' },
    digests: await digestContent(content),
  };
  const stop = new AbortController();
  const fail = async (times: number) => {
    const attempts = Array.from({ length: times }, (_, i) => i);
    const results = await mapAtOnce(attempts, 64, () =>
      backend.put(object, { signal: stop.signal }).then(
        () => 0,
        () => 1,
      ),
    );
    collectGarbage();
    return results.reduce((sum: number, one) => sum + one, 0);
  };
  // What is made once, code and caches, is made by the first thousand.
  await fail(1_000);
  const heap = process.memoryUsage().heapUsed;
  const failed = await fail(count);
  const heapGrowth = process.memoryUsage().heapUsed - heap;
  await backend.close?.();
  server.closeAllConnections();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const listeners = getEventListeners(stop.signal, 'abort').map(() => 'listener');
  const left = countEach([...resources(), ...listeners], countEach(before, {}));
  await new Promise((resolve) => server.close(resolve));
  return { failed, heapGrowth, left };
}

/** How many there are of each, without those that there were before. */
function countEach(
  names: readonly string[],
  before: Readonly<Record<string, number>>,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  const more = Object.entries(counts).map(([name, n]) => [name, n - (before[name] ?? 0)] as const);
  return Object.fromEntries(more.filter(([, n]) => n > 0));
}

function resources(): string[] {
  return process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|TLS/.test(name));
}

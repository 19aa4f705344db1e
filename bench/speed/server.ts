import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../test/support/radosgw/processes.ts';
import { createCertificate } from './certificate.ts';

/** A way to the server: how long a round trip takes, and whether by TLS. */
export interface Way {
  readonly roundTripMs: number;
  readonly tls: boolean;
}

export interface Stored {
  readonly size: number;
  readonly etag: string;
}

export type Counts = Readonly<Record<string, number>>;

export interface Server {
  /** What to trust over TLS: a PEM file. */
  readonly certificate: string;
  endpoint(way: Way): string;
  objects(bucket: string): Promise<Map<string, Stored>>;
  /** How many requests of each kind there were since it was asked last. */
  counts(): Promise<Counts>;
  /** One bucket holds what another one does, and nothing else. */
  copy(from: string, to: string): Promise<void>;
  drop(bucket: string): Promise<void>;
  close(): Promise<void>;
}

const scripts = fileURLToPath(new URL('.', import.meta.url));
const modules = ['ndk_http_module.so', 'ngx_http_lua_module.so'];
const debian = 'apt-get install nginx-light libnginx-mod-http-lua';

/** The stand-in of server.lua, in an nginx of its own that listens on loopback. */
export async function startServer(dir: string, ways: readonly Way[]): Promise<Server> {
  const { nginx, moduleDir } = findNginx();
  await mkdir(join(dir, 'bodies'), { recursive: true });
  const certificate = await createCertificate(dir);
  const [control = 0, ...ports] = await freePorts(1 + ways.length);
  const servers = ways.map((way, i) => describeWay(way, ports[i] ?? 0, certificate));
  await writeFile(join(dir, 'nginx.conf'), configure(dir, moduleDir, control, servers));
  const child = spawn(nginx, ['-c', join(dir, 'nginx.conf'), '-p', dir], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  process.once('exit', () => child.kill());
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${control}${path}`);
    if (!answer.ok) throw new Error(`the server said ${answer.status} to ${path}`);
    return answer.text();
  };
  await ready(() => ask('/counts'));
  return {
    certificate: certificate.chain,
    endpoint(way) {
      const index = ways.findIndex(
        ({ roundTripMs, tls }) => roundTripMs === way.roundTripMs && tls === way.tls,
      );
      if (index === -1) throw new Error(`there is no such way: ${JSON.stringify(way)}`);
      return `${way.tls ? 'https' : 'http'}://127.0.0.1:${ports[index] ?? 0}`;
    },
    async objects(bucket) {
      const lines = (await ask(`/objects?bucket=${bucket}`)).split('\n').slice(0, -1);
      return new Map(
        lines.map((line) => {
          const [size = '', etag = '', key = ''] = line.split('\t');
          return [key, { size: Number(size), etag }];
        }),
      );
    },
    async counts() {
      const lines = (await ask('/counts')).split('\n').slice(0, -1);
      return Object.fromEntries(
        lines
          .map((line) => line.split('\t'))
          .map(([number = '', operation = '']): [string, number] => [operation, Number(number)])
          .sort(([one], [other]) => one.localeCompare(other)),
      );
    },
    async copy(from, to) {
      await ask(`/copy?from=${from}&to=${to}`);
    },
    async drop(bucket) {
      await ask(`/drop?bucket=${bucket}`);
    },
    async close() {
      child.kill();
      await ended;
    },
  };
}

function findNginx(): { nginx: string; moduleDir: string } {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  const nginx = folders.map((folder) => join(folder, 'nginx')).find((path) => existsSync(path));
  const moduleDir = ['/usr/lib/nginx/modules', '/usr/lib64/nginx/modules'].find((folder) =>
    modules.every((name) => existsSync(join(folder, name))),
  );
  if (nginx === undefined || moduleDir === undefined) {
    throw new Error(`the bench needs nginx with its Lua module. Debian: ${debian}`);
  }
  return { nginx, moduleDir };
}

function describeWay(
  { roundTripMs, tls }: Way,
  port: number,
  certificate: { readonly chain: string; readonly key: string },
): string {
  const seconds = roundTripMs / 1000;
  return `server {
    listen 127.0.0.1:${port} backlog=4096${tls ? ' ssl' : ''};
    ${
      tls
        ? `ssl_certificate ${certificate.chain};
    ssl_certificate_key ${certificate.key};
    ssl_protocols TLSv1.3;`
        : ''
    }
    location / { content_by_lua_block { require("server").serve(${seconds}) } }
  }`;
}

function configure(
  dir: string,
  moduleDir: string,
  control: number,
  servers: readonly string[],
): string {
  return `daemon off;
master_process off;
error_log ${join(dir, 'nginx.log')} warn;
pid ${join(dir, 'nginx.pid')};
${modules.map((name) => `load_module ${join(moduleDir, name)};`).join('\n')}
events { worker_connections 8192; }
http {
  access_log off;
  lua_package_path "${scripts}?.lua;;";
  lua_code_cache on;
  client_body_temp_path ${join(dir, 'bodies')};
  client_max_body_size 0;
  client_body_buffer_size 20m;
  keepalive_requests 1000000;
  keepalive_timeout 300s;
  default_type application/octet-stream;
  server {
    listen 127.0.0.1:${control};
    location / { content_by_lua_block { require("server").control() } }
  }
  ${servers.join('\n  ')}
}
`;
}

async function ready(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await ask();
      return;
    } catch (error) {
      if (tries === 100) throw error;
      await sleep(50);
    }
  }
}

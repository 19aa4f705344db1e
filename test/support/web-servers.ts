import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface WebServer {
  readonly url: string;
  stop(): Promise<void>;
}

const nginxModule = '/usr/lib/nginx/modules/ngx_http_brotli_static_module.so';

/** Why these servers are not to be had here, or undefined if they are. */
export function webServersMissing(): string | undefined {
  const missing = ['/usr/sbin/nginx', nginxModule, '/usr/bin/caddy'].filter(
    (path) => !existsSync(path),
  );
  return missing.length === 0
    ? undefined
    : `no ${missing.join(', ')} (Debian: nginx-light libnginx-mod-http-brotli-static caddy)`;
}

/** Debian's nginx over a directory, as its manual says for files compressed beforehand. */
export function startNginx(root: string): Promise<WebServer> {
  return start(async (dir, port) => {
    await mkdir(join(dir, 'logs'));
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${dir}/${name};`)
      .join(' ');
    const config = `
      load_module ${nginxModule};
      user root; daemon off; master_process off; pid ${dir}/pid; error_log stderr;
      events {}
      http { ${paths} access_log off; include /etc/nginx/mime.types;
        server { listen 127.0.0.1:${port}; root ${root}; gzip_static on; brotli_static on; gzip_vary on; } }`;
    await writeFile(join(dir, 'nginx.conf'), config);
    return spawn('/usr/sbin/nginx', ['-p', dir, '-e', 'stderr', '-c', join(dir, 'nginx.conf')]);
  });
}

/** Debian's Caddy over a directory. */
export function startCaddy(root: string): Promise<WebServer> {
  return start(async (dir, port) => {
    const config = `{
      admin off
      auto_https off
    }
    http://127.0.0.1:${port} {
      root * ${root}
      file_server {
        precompressed zstd br gzip
      }
    }\n`;
    await writeFile(join(dir, 'Caddyfile'), config);
    const args = ['run', '--config', join(dir, 'Caddyfile'), '--adapter', 'caddyfile'];
    return spawn('/usr/bin/caddy', args, { env: { HOME: dir, PATH: process.env['PATH'] } });
  });
}

async function start(
  run: (dir: string, port: number) => Promise<ChildProcess>,
): Promise<WebServer> {
  const dir = await mkdtemp(join(tmpdir(), 'collect-static-web-'));
  const port = await freePort();
  const child = await run(dir, port);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const url = `http://127.0.0.1:${port}/`;
  const stop = async () => {
    if (child.exitCode === null) {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }
    await rm(dir, { recursive: true, force: true });
  };
  for (let waited = 0; waited < 20_000; waited += 100) {
    if (child.exitCode !== null) break;
    const answers = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answers) return { url, stop };
    await sleep(100);
  }
  await stop();
  throw new Error(`the server did not start: ${said}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

import http from 'node:http';
import net from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { start } from './servers.ts';
import { createBackend } from './setup.ts';

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function check(listener: http.RequestListener, path = 'a b.css'): Promise<unknown> {
  const running = await start(http.createServer(listener));
  closing.push(running.close);
  const backend = await createBackend({ endpoint: `http://127.0.0.1:${running.port}` });
  return backend.checkPublic?.(path);
}

it('says nothing about an object that anyone can read, and asks without credentials', async () => {
  let asked: http.IncomingMessage | undefined;
  const warning = await check((request, response) => {
    asked = request;
    response.write('a body that never ends');
  });
  expect(warning).toBeUndefined();
  expect(asked?.url).toBe('/assets/static/a%20b.css');
  expect(asked?.headers).not.toHaveProperty('authorization');
});

it.each([401, 403, 404])('warns with the policy to paste on HTTP %i', async (status) => {
  const warning = await check((_, response) => response.writeHead(status).end());
  expect(warning).toMatchObject({
    code: 'NOT_PUBLIC',
    message: expect.stringContaining(`HTTP ${status}`) as unknown,
    hint: expect.stringContaining('arn:aws:s3:::assets/static/*') as unknown,
  });
});

it.each([301, 500])('does not know on HTTP %i', async (status) => {
  const warning = await check((_, response) => response.writeHead(status).end());
  expect(warning).toMatchObject({ code: 'PUBLIC_CHECK_FAILED' });
});

it('does not know where nobody answers', async () => {
  const backend = await createBackend({ endpoint: 'http://127.0.0.1:1' });
  expect(await backend.checkPublic?.('a.css')).toMatchObject({
    code: 'PUBLIC_CHECK_FAILED',
    message: expect.stringContaining('ECONNREFUSED') as unknown,
  });
});

it('stops waiting when it is told to', async () => {
  const running = await start(net.createServer());
  closing.push(running.close);
  const backend = await createBackend({ endpoint: `http://127.0.0.1:${running.port}` });
  const signal = AbortSignal.timeout(50);
  expect(await backend.checkPublic?.('a.css', { signal })).toMatchObject({
    code: 'PUBLIC_CHECK_FAILED',
  });
});

it('asks at the custom domain where there is one', async () => {
  let host: string | undefined;
  const server = http.createServer((request, response) => {
    host = request.headers.host;
    response.end();
  });
  const running = await start(server);
  closing.push(running.close);
  const domain = `localhost:${running.port}`;
  const backend = await createBackend({}, { domain, protocol: 'http:' });
  expect(await backend.checkPublic?.('a.css')).toBeUndefined();
  expect(host).toBe(domain);
});

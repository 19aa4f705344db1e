import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createSite } from '../support/create-site.ts';
import { root } from '../support/npm.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** A store such as the README's backend talks to: PUT and GET of one value, GET of a target's list. */
async function startStore() {
  const values = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      if (request.method === 'PUT') values.set(path, Buffer.concat(chunks));
      const list = [...values]
        .filter(([key]) => key.startsWith(`${path}/`))
        .map(([key, value]) => ({
          key: decodeURIComponent(key.slice(path.length + 1)),
          size: value.length,
          md5: createHash('md5').update(value).digest('hex'),
        }));
      response.end(values.get(path) ?? JSON.stringify(list));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, values };
}

it('shows a backend of one’s own that works as it stands', async () => {
  const source = /```js\n(\/\/ my-backend\.mjs[\s\S]*?)```/.exec(readme)?.[1] ?? '';
  expect(
    source
      .trim()
      .split('\n')
      .filter((line) => line !== '').length,
  ).toBe(20);
  const store = await startStore();
  const site = await createSite({
    'package.json': '{}',
    'collect.config.json': '{ "backend": "./my-backend.mjs" }',
    'my-backend.mjs': source,
    'static/css/app.css': 'body{}',
  });
  onTestFinished(() => site.remove());
  const run = () => runCli([], { cwd: site.dir, env: { STORE_URL: store.url } });
  expect(await run()).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/1 uploaded/) as string,
  });
  expect(store.values.get('/static/css%2Fapp.css')?.toString()).toBe('body{}');
  expect(await run()).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/1 unchanged/) as string,
  });
});

it('shows a server and template engines that name the files of the last deploy, from ESM and CommonJS', async () => {
  const shown = /`("manifest": \{[^`]*\})`/.exec(readme)?.[1] ?? '';
  const snippet = /```js\n(import \{ createManifest[\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const required = snippet.replace(/^import (.*) from (.*?);/, 'const $1 = require($2);');
  const before =
    'const app = { locals: {} }, helpers = {}, add = (name, helper) => { helpers[name] = helper; };\n' +
    'const nunjucksEnv = { addGlobal: add }, Handlebars = { registerHelper: add };\n';
  const after =
    "console.log(app.locals.asset('css/app.css'), helpers.asset('css/app.css'), integrity('css/app.css'));\n";
  const site = await createSite({
    'package.json': '{}',
    'collect.config.json': `{ "hash": true, ${shown} }`,
    'static/css/app.css': 'body{}',
    'server.mjs': before + snippet + after,
    'server.cjs': before + required + after,
  });
  onTestFinished(() => site.remove());
  await mkdir(site.path('node_modules'));
  await symlink(root, site.path('node_modules', 'collect-static'), 'junction');
  expect(await runCli([], { cwd: site.dir })).toMatchObject({ code: 0 });
  const hash = createHash('md5').update('body{}').digest('hex').slice(0, 12);
  const url = `https://cdn.example.com/static/css/app.${hash}.css`;
  const integrity = `sha384-${createHash('sha384').update('body{}').digest('base64')}`;
  for (const server of ['server.mjs', 'server.cjs']) {
    const { stdout } = await promisify(execFile)(process.execPath, [server], { cwd: site.dir });
    expect(stdout).toBe(`${url} ${url} ${integrity}\n`);
  }
});

import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli.ts';
import { createSite, type Site } from '../support/create-site.ts';
import { createFakeIo } from '../support/fake-io.ts';

async function project(source: string): Promise<Site> {
  const site = await createSite({
    'package.json': '{}',
    'app/collect.config.json': '{ "sources": ["files"], "backend": "./my-backend.mjs" }',
    'app/files/a.css': 'A',
    'app/my-backend.mjs': source,
  });
  onTestFinished(() => site.remove());
  return site;
}

async function run(site: Site, args: string[] = []) {
  const io = createFakeIo(['--config', 'app/collect.config.json', ...args], { cwd: site.dir });
  return { code: await main(io), out: io.out(), err: io.err() };
}

const storing = (result: string) => `
import { writeFile } from 'node:fs/promises';
export default ({ apiVersion, target, root }) => ({
  apiVersion,
  label: 'box://' + target + '/',
  async put({ key, headers, digests, read }) {
    await writeFile(root + '/stored.json', JSON.stringify({ key, headers, digests, text: String(await read()) }));
    return ${result};
  },
});`;

describe('a backend of one’s own', () => {
  it('is found from the config file’s folder and gets bytes, headers and digests', async () => {
    const site = await project(storing('{ proof: "digest" }'));
    const { code, out } = await run(site);
    expect(code).toBe(0);
    expect(out).toMatch(/^box:\/\/static\/: complete, 1 uploaded/);
    expect(JSON.parse(await readFile(site.path('app', 'stored.json'), 'utf8'))).toMatchObject({
      key: 'a.css',
      text: 'A',
      headers: { contentType: 'text/css; charset=utf-8' },
      digests: { md5: '7fc56270e7a70fa81a5935b72eacbe29' }, // printf A | md5sum
    });
  });

  it('has proved nothing when it says nothing', async () => {
    const { code, err } = await run(await project(storing('undefined')));
    expect(code).toBe(8);
    expect(err).toMatch(/did not say how a\.css was proved/);
  });

  it.each([
    ['export const x = 1;', /no function as its default export/],
    ['export default () => ({ label: "x" });', /has no "put"/],
    ['export default () => ({ put() {} });', /has no "label"/],
    ['export default () => ({ apiVersion: 2, label: "x", put() {} });', /apiVersion 2; this is 1/],
    ['export default () => ({ label: "x", put() {}, list: [] });', /"list" that is not a function/],
    ['export default () => { throw new Error("no network"); };', /failed to start: no network/],
    ['syntax error', /cannot be loaded/],
  ])('is refused when it is %s', async (source, message) => {
    const { code, err } = await run(await project(source));
    expect(code).toBe(3);
    expect(err).toMatch(message);
  });

  it('fails in its own name, and no stack of ours is shown', async () => {
    const source = `export default () => ({ label: 'box', put() { throw new Error('disk on fire'); } });`;
    const { code, err } = await run(await project(source));
    expect(code).toBe(8);
    expect(err).toMatch(/my-backend\.mjs could not store a\.css: disk on fire/);
    expect(err).not.toMatch(/bug/);
    const listing = `export default () => ({ label: 'box', put() {}, async *list() { throw new Error('closed'); } });`;
    const listed = await run(await project(listing));
    expect(listed.code).toBe(7);
    expect(listed.err).toMatch(/could not list what it holds: closed/);
  });

  it('is needed by no offline dry run', async () => {
    const { code } = await run(await project('syntax error'), ['--dry-run', '--offline']);
    expect(code).toBe(0);
  });

  it('may keep its methods on a class', async () => {
    const source = `
      class Box { label = 'box'; #n = 0; async put({ read }) { this.#n += (await read()).length; return { proof: 'digest' }; } async *list() { if (this.#n > 0) yield { key: 'x', size: this.#n }; } }
      export default () => new Box();`;
    expect(await run(await project(source))).toMatchObject({ code: 0 });
  });
});

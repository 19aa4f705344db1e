import { readdir, rename, symlink, utimes } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { createLocalBackend } from '../../src/backends/local/index.ts';
import { currentOwner } from '../../src/owner.ts';
import { main } from '../../src/cli.ts';
import { createSite, type Site, type SiteFiles } from '../support/create-site.ts';
import { lastReport } from '../support/deploy-scenario.ts';
import { createFakeIo } from '../support/fake-io.ts';
import { wanted } from '../support/wanted.ts';

const onLinux = process.platform === 'linux';
/** A run that ended: no process has its start time. */
const dead = async () => ({ ...(await currentOwner()), start: '1' });
const alive = () => currentOwner();
const lockOf = (owner: object) =>
  JSON.stringify({ lock: 1, id: 'x', since: '2026-01-01T00:00:00Z', ...owner });
const temporaryOf = ({ pid, start, space }: Awaited<ReturnType<typeof alive>>) =>
  `.collect-static-${pid}.${start}.${space}-0123456789ab`;

async function project(files: SiteFiles): Promise<Site> {
  const site = await createSite({ 'package.json': '{}', ...files });
  onTestFinished(() => site.remove());
  return site;
}

async function run(site: Site, args: string[] = []) {
  const io = createFakeIo(args, { cwd: site.dir });
  const code = await main(io);
  return { code, out: io.out(), err: io.err() };
}

async function listed(backend: Backend): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of backend.list?.() ?? []) keys.push(key);
  return keys;
}

describe('one deploy at a time', () => {
  it('is refused while another one writes, and named', async () => {
    const site = await project({ 'static/a.css': 'A' });
    await site.write({ 'staticfiles/.collect-static.lock': lockOf(await alive()) });
    const { code, err } = await run(site);
    expect(code).toBe(10);
    expect(err).toMatch(/another deploy writes to .*staticfiles.*2026-01-01/);
    if (onLinux) expect(err).toContain(`pid ${process.pid} on `);
    expect(await site.list('staticfiles')).toEqual(['.collect-static.lock']);
  });

  it('says in a report that nothing was done', async () => {
    const site = await project({ 'static/a.css': 'A', 'static/b.css': 'B' });
    await site.write({ 'staticfiles/.collect-static.lock': lockOf(await alive()) });
    const { counts, exitCode } = lastReport((await run(site, ['--json'])).out);
    expect({ ...counts, exitCode }).toMatchObject({ uploaded: 0, notRun: 2, exitCode: 10 });
    const { out, err } = await run(site);
    expect(out).toMatch(/incomplete \(exit 10\).*2 not tried.*nothing was written/);
    expect(err).toMatch(/another deploy writes to/);
  });

  it.skipIf(!onLinux)('takes over from one that died (Linux)', async () => {
    const site = await project({ 'static/a.css': 'A' });
    await site.write({ 'staticfiles/.collect-static.lock': lockOf(await dead()) });
    expect((await run(site)).code).toBe(0);
    expect(await site.list('staticfiles')).toEqual(['a.css']);
  });

  it('believes another machine for two minutes after its last sign of life', async () => {
    const site = await project({ 'static/a.css': 'A' });
    const lock = 'staticfiles/.collect-static.lock';
    await site.write({ [lock]: lockOf({ ...(await alive()), space: 'elsewher' }) });
    expect((await run(site)).code).toBe(10);
    const before = new Date(Date.now() - 121_000);
    await utimes(site.path(lock), before, before);
    expect((await run(site)).code).toBe(0);
    expect(await site.list('staticfiles')).toEqual(['a.css']);
  });

  it('is refused when another one came and went since the listing', async () => {
    const site = await project({ 'out/x/a.css': 'old', 'out/b.css': 'old' });
    for (const touched of ['x/a.css', 'b.css']) {
      const late = createLocalBackend({ dir: site.path('out'), link: false });
      await listed(late);
      const quick = createLocalBackend({ dir: site.path('out'), link: false });
      const end = await quick.begin?.({ writes: true });
      await quick.put(wanted(touched, `new ${touched}`));
      await end?.();
      await expect(late.begin?.({ writes: true })).rejects.toMatchObject({
        code: 'DESTINATION_BUSY',
        exitCode: 10,
      });
    }
    expect(await site.list('out')).toEqual(['b.css', 'x/a.css']);
  });

  it('lets one of many win at a time', async () => {
    const site = await project({ 'static/a.css': 'A' });
    const backends = Array.from({ length: 20 }, () =>
      createLocalBackend({ dir: site.path('out'), link: false }),
    );
    const begun = await Promise.allSettled(
      backends.map(async (one) => one.begin?.({ writes: true })),
    );
    expect(begun.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readdir(site.path('out'))).toEqual(['.collect-static.lock']);
  });

  it('takes no lock for a dry run, nor where there is nothing to do', async () => {
    const site = await project({ 'static/a.css': 'A' });
    await run(site);
    await site.write({ 'staticfiles/.collect-static.lock': lockOf(await alive()) });
    expect((await run(site)).code).toBe(0);
    await site.write({ 'static/b.css': 'B' });
    expect((await run(site, ['--dry-run'])).code).toBe(0);
    expect((await run(site)).code).toBe(10);
  });
});

describe('what a run that was killed left behind', () => {
  it('is nothing when a put merely failed', async () => {
    const site = await project({ 'out/a.css': 'old' });
    const backend = createLocalBackend({ dir: site.path('out'), link: false });
    const { digests } = wanted('a.css', 'other');
    await expect(backend.put({ ...wanted('a.css', 'new'), digests })).rejects.toThrow();
    expect(await site.list('out')).toEqual(['a.css']);
  });

  it.skipIf(!onLinux)('is removed by the next, even one with nothing to do (Linux)', async () => {
    const site = await project({ 'static/a.css': 'A', 'static/x/b.css': 'B' });
    await run(site);
    await site.write({ [`staticfiles/x/${temporaryOf(await dead())}`]: 'torn' });
    await site.write({ 'staticfiles/.collect-static.lock': lockOf(await dead()) });
    expect((await run(site)).code).toBe(0);
    expect(await site.list('staticfiles')).toEqual(['a.css', 'x/b.css']);
  });

  it('is not touched while its run lives, is no asset, and is not collected', async () => {
    const temporary = temporaryOf(await alive());
    const site = await project({ 'static/a.css': 'A', [`static/${temporary}`]: 'x' });
    await site.write({ [`staticfiles/${temporary}`]: 'half' });
    expect(
      await listed(createLocalBackend({ dir: site.path('staticfiles'), link: false })),
    ).toEqual([]);
    const { code } = await run(site, ['--clear', '--yes', '--no-default-ignore']);
    expect(code).toBe(0);
    const left = await site.list('staticfiles');
    expect(left).toEqual(onLinux ? [temporary, 'a.css'].sort() : left);
  });
});

describe.skipIf(process.platform === 'win32')('links planted at the destination (POSIX)', () => {
  const filled = async () => {
    const site = await project({ 'out/x/y/a.css': 'old', 'outside/y/a.css': 'mine' });
    const backend = createLocalBackend({ dir: site.path('out'), link: false });
    await backend.put(wanted('x/y/first.css'));
    await rename(site.path('out', 'x'), site.path('moved'));
    await symlink('../outside', site.path('out', 'x'));
    return { site, backend };
  };

  it('are not written through when a directory is swapped in mid-run', async () => {
    const { site, backend } = await filled();
    await expect(backend.put(wanted('x/y/a.css', 'new'))).rejects.toMatchObject({
      code: 'DESTINATION_CONFLICT',
    });
    expect(await site.list('outside')).toEqual(['y/a.css']);
  });

  it('are not written through with --link either', async () => {
    const { site } = await filled();
    const backend = createLocalBackend({ dir: site.path('out'), link: true });
    const content = { kind: 'file', path: site.path('package.json'), size: 2, mtimeMs: 0 } as const;
    await expect(backend.put({ ...wanted('x/y/b.css'), content })).rejects.toMatchObject({
      code: 'DESTINATION_CONFLICT',
    });
    expect(await site.list('outside')).toEqual(['y/a.css']);
  });

  it('are not deleted through', async () => {
    const { site, backend } = await filled();
    expect(await backend.delete?.(['x/y/a.css'])).toMatchObject([{ key: 'x/y/a.css' }]);
    expect(await site.list('outside')).toEqual(['y/a.css']);
  });

  it('may stand for the destination itself', async () => {
    const site = await project({ 'static/a.css': 'A', 'real/keep': '' });
    await symlink('real', site.path('staticfiles'));
    expect((await run(site)).code).toBe(0);
    expect(await site.list('real')).toEqual(['a.css', 'keep']);
  });
});

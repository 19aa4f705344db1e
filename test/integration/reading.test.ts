import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { link, mkdir, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openContent, readContent } from '../../src/content.ts';
import { createDigester, digestContent, digestFiles, type Pass } from '../../src/digest.ts';
import { findFiles } from '../../src/find.ts';
import type { Content, StaticFile, Wanted } from '../../src/types.ts';
import { createSite, type Site, type SiteFiles } from '../support/create-site.ts';

/** A tree that was found a moment ago. */
async function found(files: SiteFiles): Promise<{ site: Site; files: readonly StaticFile[] }> {
  const site = await createSite(files);
  onTestFinished(() => site.remove());
  return { site, files: await find(site) };
}

async function find(site: Site): Promise<readonly StaticFile[]> {
  const source = { dir: site.path('s'), label: 's', prefix: '', include: [], ignore: [] };
  const { files } = await findFiles({
    sources: [{ ...source, optional: false }],
    ignore: [],
    defaultIgnore: true,
    backend: 'local',
    root: '/',
    s3: { location: '' },
  });
  return files;
}

const headersFor = () => ({ headers: { contentType: 'text/css' }, immutable: false });
const digest = (files: readonly StaticFile[]) =>
  digestFiles(files, { headersFor, digester: createDigester() });

async function textsOf(files: readonly Wanted[]): Promise<string[]> {
  const bytes = await Promise.all(files.map(({ content }) => readContent(content)));
  return bytes.map(String);
}

/** Larger than what is read with one call. */
const large = 'x'.repeat(300_000);

describe('reading a source that changes', () => {
  it('reads again what changed before anything was promised of it', async () => {
    const { site, files } = await found({ 's/a.css': 'old', 's/b.css': 'b' });
    await site.write({ 's/a.css': 'new and longer' });
    expect(await textsOf(await digest(files))).toEqual(['new and longer', 'b']);
  });

  it('reads again what was replaced by a rename', async () => {
    const { site, files } = await found({ 's/a.css': 'old', 'next.css': 'new' });
    await rename(site.path('next.css'), site.path('s', 'a.css'));
    expect(await textsOf(await digest(files))).toEqual(['new']);
  });

  it('reads small files once, while there is room for their bytes', async () => {
    const { files } = await found({ 's/a.css': 'a'.repeat(60_000), 's/b.css': 'b'.repeat(60_000) });
    const digester = createDigester({ room: 100_000 });
    const contents: Content[] = [];
    for (const { content } of files) {
      const pass: Pass<void> = async (file, each) => {
        each?.(await file.read(0, file.size));
      };
      contents.push((await digester.along(content, pass)).content);
    }
    const kept = contents.map((one) => (one.kind === 'file' ? one.bytes?.toString() : ''));
    expect(kept).toEqual(['a'.repeat(60_000), undefined]);
  });

  it('gives up on a file that never comes to rest', async () => {
    const { site } = await found({ 's/log.txt': 'x' });
    await writeFile(site.path('s', 'log.txt'), Buffer.alloc(48 * 1024 * 1024));
    const files = await find(site);
    const writer = setInterval(() => {
      appendFileSync(site.path('s', 'log.txt'), 'more');
    }, 1);
    onTestFinished(() => {
      clearInterval(writer);
    });
    await expect(digest(files)).rejects.toMatchObject({ code: 'SOURCE_CHANGED', exitCode: 4 });
  });

  it('gives no digest of what was written to while it was read', async () => {
    const { site, files } = await found({ 's/a.css': large });
    const [file] = files;
    if (file === undefined) throw new Error('nothing was found');
    const signal = new AbortController().signal;
    signal.throwIfAborted = () => {
      appendFileSync(site.path('s', 'a.css'), 'more'); // asked before every read
    };
    await expect(digestContent(file.content, { signal })).rejects.toMatchObject({
      code: 'SOURCE_CHANGED',
    });
  });

  it('promises bytes once: what changes after its digest is refused', async () => {
    const { site, files } = await found({ 's/a.css': 'old' });
    const [wanted] = await digest(files);
    await site.write({ 's/a.css': 'new' });
    if (wanted === undefined) throw new Error('nothing was digested');
    await expect(readContent(wanted.content)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
  });

  it('notices a change between opening and the end of reading', async () => {
    const { site, files } = await found({ 's/a.css': large });
    const [file] = files;
    if (file === undefined) throw new Error('nothing was found');
    const open = await openContent(file.content);
    onTestFinished(() => open.close());
    await open.read(0, 3);
    await utimes(site.path('s', 'a.css'), new Date(), new Date(Date.now() + 1));
    await expect(open.verify()).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
  });

  it('has the bytes of a small file from one moment, whatever becomes of it then', async () => {
    const { site, files } = await found({ 's/a.css': 'old' });
    const [file] = files;
    if (file === undefined) throw new Error('nothing was found');
    const open = await openContent(file.content);
    onTestFinished(() => open.close());
    await site.write({ 's/a.css': 'new' });
    expect((await open.read(0, 3)).toString()).toBe('old');
    await open.verify();
  });

  it('names every file that vanished, at once', async () => {
    const { site, files } = await found({ 's/a.css': 'a', 's/b.css': 'b', 's/c.css': 'c' });
    await rm(site.path('s', 'a.css'));
    await rm(site.path('s', 'c.css'));
    await expect(digest(files)).rejects.toMatchObject({
      code: 'SOURCE_VANISHED',
      exitCode: 4,
      problems: [/a\.css vanished/, /c\.css vanished/].map((text): unknown =>
        expect.stringMatching(text),
      ),
    });
  });

  it('takes equal size and time for what they are, and other bytes for other bytes', async () => {
    const { site, files } = await found({ 's/a.css': 'AAA' });
    const { atime, mtime } = await stat(site.path('s', 'a.css'));
    await site.write({ 's/a.css': 'BBB' });
    await utimes(site.path('s', 'a.css'), atime, mtime);
    expect(await textsOf(await digest(files))).toEqual(['BBB']);
  });
});

describe.skipIf(process.platform === 'win32')('reading what was swapped (POSIX)', () => {
  it('does not follow a link that took the place of a file', async () => {
    const { site, files } = await found({ 's/a.css': 'mine', 'secret.txt': 'none' });
    await rm(site.path('s', 'a.css'));
    await symlink('../secret.txt', site.path('s', 'a.css'));
    await expect(digest(files)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
  });

  it('does not follow a link that took the place of a directory', async () => {
    const { site, files } = await found({ 's/d/a.css': 'mine', 'out/a.css': 'none' });
    await rm(site.path('s', 'd'), { recursive: true });
    await symlink('../out', site.path('s', 'd'));
    await expect(digest(files)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
  });

  it('notices the swap of a directory even where the very same file lies behind it', async () => {
    const { site, files } = await found({ 's/d/a.css': 'mine' });
    await rename(site.path('s', 'd'), site.path('moved'));
    await symlink('../moved', site.path('s', 'd'));
    await expect(digest(files)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
  });

  it('takes hard links for the files they are', async () => {
    const { site } = await found({ 's/a.css': 'a' });
    await link(site.path('s', 'a.css'), site.path('s', 'b.css'));
    expect(await textsOf(await digest(await find(site)))).toEqual(['a', 'a']);
  });

  it('waits for no FIFO that took the place of a file', async () => {
    const { site, files } = await found({ 's/a.css': 'a' });
    await rm(site.path('s', 'a.css'));
    execFileSync('mkfifo', [site.path('s', 'a.css')]);
    await expect(digest(files)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
  });

  it('reads a file behind links inside the source under its real path', async () => {
    const { site } = await found({ 's/v1/a.css': 'a' });
    await symlink('v1', site.path('s', 'latest'));
    await symlink('latest/a.css', site.path('s', 'b.css'));
    const files = await digest(await find(site));
    expect(files.map(({ content }) => content)).toMatchObject(
      files.map(() => ({ path: site.path('s', 'v1', 'a.css') })),
    );
  });

  it('refuses a link inside the source that was turned outward', async () => {
    const { site } = await found({ 's/v1/a.css': 'a', 'out/a.css': 'none' });
    await symlink('v1', site.path('s', 'latest'));
    const files = await find(site);
    await rm(site.path('s', 'latest'));
    await symlink('../out', site.path('s', 'latest'));
    expect(await textsOf(await digest(files))).toEqual(['a', 'a']);
  });

  it('says so when something that claims to be empty is not', async () => {
    if (process.platform !== 'linux') return;
    const content = { kind: 'file', path: '/proc/version', size: 0 } as const;
    const { mtimeMs } = await stat(content.path);
    await expect(readContent({ ...content, mtimeMs })).rejects.toMatchObject({
      code: 'SOURCE_CHANGED',
    });
  });

  it('does not read a directory in the place of a file', async () => {
    const { site, files } = await found({ 's/a.css': 'a' });
    await rm(site.path('s', 'a.css'));
    await mkdir(site.path('s', 'a.css'));
    await expect(digest(files)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
  });
});

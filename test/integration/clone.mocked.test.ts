// Most file systems share no blocks between files. One that does is stood in for here by a copy, which comes to the same.
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLocalBackend } from '../../src/backends/local/index.ts';
import { digestContent } from '../../src/digest.ts';
import { findFile } from '../../src/open-file.ts';
import { createSite } from '../support/create-site.ts';

const clone = vi.hoisted(() => ({
  made: 0,
  after: undefined as ((to: string) => Promise<void>) | undefined,
}));
vi.mock(import('node:fs/promises'), async (original) => {
  const real = await original();
  const copyFile: typeof real.copyFile = async (from, to, mode) => {
    if (mode !== real.constants.COPYFILE_FICLONE_FORCE) return real.copyFile(from, to, mode);
    await real.copyFile(from, to);
    clone.made += 1;
    await clone.after?.(String(to));
  };
  return { ...real, copyFile };
});

/** A file, and how it is put into a directory. */
async function large(bytes: Buffer) {
  const site = await createSite({ 'static/video.mp4': bytes });
  onTestFinished(() => site.remove());
  const found = await findFile(site.path('static/video.mp4'));
  if (found === undefined) throw new Error('nothing was found');
  const content = { kind: 'file', ...found } as const;
  const backend = createLocalBackend({ dir: site.path('out'), link: false });
  const digests = await digestContent(content);
  const headers = { contentType: 'video/mp4' };
  return { site, put: () => backend.put({ key: 'video.mp4', content, headers, digests }) };
}

const bytes = Buffer.alloc(3_000_000, 'a film of some length ');

beforeEach(() => {
  clone.made = 0;
  clone.after = undefined;
});

describe.skipIf(process.platform !== 'linux')('a file system that shares blocks (Linux)', () => {
  it('is left to make the copy of a large file', async () => {
    const { site, put } = await large(bytes);
    await put();
    expect(clone.made).toBe(1);
    // Not by toEqual, which looks at three million bytes one by one for ten seconds.
    expect(bytes.equals(await readFile(site.path('out/video.mp4')))).toBe(true);
    expect((await stat(site.path('out/video.mp4'))).mode & 0o777).toBe(0o644);
    expect(await site.list('out')).toEqual(['video.mp4']);
  });

  it.each([
    { what: 'other bytes', spoil: (path: string) => writeFile(path, bytes.fill('other')) },
    { what: 'fewer', spoil: (path: string) => writeFile(path, bytes.subarray(1)) },
  ])('is not believed where the copy has $what', async ({ spoil }) => {
    const { site, put } = await large(Buffer.from(bytes));
    await site.write({ 'out/video.mp4': 'old' });
    clone.after = spoil;
    await expect(put()).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
    expect(await readFile(site.path('out/video.mp4'), 'utf8')).toBe('old');
    expect(await site.list('out')).toEqual(['video.mp4']);
  });

  it('is not believed where the source grows meanwhile', async () => {
    const { site, put } = await large(bytes);
    clone.after = () => appendFile(site.path('static/video.mp4'), 'more');
    await expect(put()).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
    expect(await site.list('out')).toEqual([]);
  });
});

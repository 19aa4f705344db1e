import { createHash, randomBytes } from 'node:crypto';
import { open, truncate, utimes } from 'node:fs/promises';
import { beforeAll, afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { createDigester, digestContent } from '../../src/digest.ts';
import { findFile } from '../../src/open-file.ts';
import { partsOf } from '../../src/parts.ts';
import { digestLarge } from '../../src/threads/digest-large.ts';
import type { FileContent } from '../../src/types.ts';
import { createSite, type Site } from '../support/create-site.ts';

const MiB = 1024 * 1024;
/** Large enough for threads; the last part is shorter than the others. */
const bytes = Buffer.concat([randomBytes(1000), Buffer.alloc(66 * MiB, 'large'), randomBytes(7)]);
const digestOf = (algorithm: string, of: Buffer = bytes) =>
  createHash(algorithm).update(of).digest('hex');

let site: Site;
beforeAll(async () => {
  site = await createSite({ 'film.mp4': bytes });
});
afterAll(() => site.remove());

async function found(): Promise<FileContent> {
  const file = await findFile(site.path('film.mp4'));
  if (file === undefined) throw new Error('there is no film');
  return { kind: 'file', ...file };
}

describe('a large file is digested in threads', () => {
  const md5s = partsOf(bytes.length).map(({ start, end }) =>
    digestOf('md5', bytes.subarray(start, end)),
  );
  const etag = `${digestOf('md5', Buffer.from(md5s.join(''), 'hex'))}-${md5s.length}`;

  it('and has the same digests as its bytes in one piece', async () => {
    const digests = await digestContent(await found(), { hashing: true });
    expect(digests).toEqual({
      md5: digestOf('md5'),
      sha256: digestOf('sha256'),
      sha384: Buffer.from(digestOf('sha384'), 'hex').toString('base64'),
      etag,
      parts: md5s,
    });
    expect(await digestContent({ kind: 'bytes', bytes })).toMatchObject({ etag, md5: digests.md5 });
  });

  it('with its MD5 only where somebody needs it', async () => {
    const digests = await digestContent(await found(), { wholeMd5: false });
    expect(digests).toEqual({ sha256: digestOf('sha256'), etag, parts: md5s });
    const inMemory = await digestContent({ kind: 'bytes', bytes }, { wholeMd5: false });
    expect(inMemory).toEqual(digests);
  });

  it('while somebody else reads it, whose failure leaves no thread behind', async () => {
    const content = await found();
    const digester = createDigester();
    const { value } = await digester.along(content, (file) => file.read(0, 4));
    expect(value).toEqual(bytes.subarray(0, 4));
    const before = process.getActiveResourcesInfo();
    const failing = digester.along(content, () => Promise.reject(new Error('no text')));
    await expect(failing).rejects.toThrow('no text');
    expect(process.getActiveResourcesInfo()).toEqual(before);
  });

  it('and refused when it was written to in the meantime', async () => {
    const content = await found();
    const digester = createDigester();
    const late = new Date(2026, 11, 2, 12);
    let passes = 0;
    const { content: settled } = await digester.along(content, async () => {
      passes += 1;
      if (passes === 1) await utimes(content.path, late, late);
    });
    // What changed is found anew, and read again.
    expect(passes).toBe(2);
    expect(settled).toMatchObject({ mtimeMs: late.getTime() });
  });

  it('or cut short, or cannot be read', async () => {
    const other = await createSite({ 'short.bin': 'short' });
    onTestFinished(() => other.remove());
    await truncate(other.path('short.bin'), 65 * MiB);
    const short = await open(other.path('short.bin'));
    const dir = await open(other.dir);
    onTestFinished(async () => {
      await short.close();
      await dir.close();
    });
    const digest = (fd: number) =>
      digestLarge({ size: 66 * MiB, file: { fd, path: 'film.mp4' } }, {});
    await expect(digest(short.fd)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
    await expect(digest(dir.fd)).rejects.toMatchObject({
      code: 'SOURCE_UNREADABLE',
      message: 'film.mp4 cannot be read (EISDIR)',
    });
  });

  it('until the run is stopped', async () => {
    const stop = new AbortController();
    const digesting = digestContent(await found(), { signal: stop.signal });
    stop.abort(new Error('SIGINT'));
    await expect(digesting).rejects.toThrow('SIGINT');
  });
});

import type * as fs from 'node:fs';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { findFile, openFile } from '../../src/open-file.ts';
import { createSite } from '../support/create-site.ts';

const between = vi.hoisted(() => ({ run: () => {} }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  const readSync = (...args: Parameters<typeof fs.readSync>) => {
    const read = real.readSync(...args);
    between.run();
    return read;
  };
  return { ...real, readSync };
});
// On a busy machine a read may take long, and the next ones would not be made in one call.
vi.mock(import('../../src/hot.ts'), async (original) => ({
  ...(await original()),
  isHot: () => true,
}));
beforeEach(() => {
  between.run = () => {};
});

/** Opens a small file while something happens to it, after it was read and before that ends. */
async function openWhile(change: (path: string) => void) {
  const site = await createSite({ 'a.css': 'old' });
  onTestFinished(() => site.remove());
  const found = await findFile(site.path('a.css'));
  if (found === undefined) throw new Error('nothing was found');
  between.run = () => {
    change(found.path);
  };
  return openFile({ kind: 'file', ...found });
}

it('refuses a small file that is written to while it is read', async () => {
  const writing = openWhile((path) => {
    appendFileSync(path, 'more');
  });
  await expect(writing).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
});

it('has the bytes of what it opened where another file takes the name meanwhile', async () => {
  const open = await openWhile((path) => {
    rmSync(path);
    writeFileSync(path, 'new');
  });
  expect(open.bytes?.toString()).toBe('old');
});

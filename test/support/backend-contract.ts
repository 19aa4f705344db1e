import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { digestContent } from '../../src/digest.ts';
import { makePlan } from '../../src/plan.ts';
import { readStored } from '../../src/stored.ts';
import type { StoredObject, Wanted } from '../../src/types.ts';
import { planOptions, storedOptions, wanted } from './wanted.ts';

export interface ContractSubject {
  /** Empty when a test begins. */
  readonly backend: Backend;
  /** The stored bytes, by another way than the backend's. */
  readonly read: (key: string) => Promise<Buffer | undefined>;
}

const MiB = 1024 * 1024;

/** What every backend promises, whoever wrote it. `pageSize`: of the listings that it makes. */
export function describeBackend(
  name: string,
  setUp: () => Promise<ContractSubject>,
  { pageSize = 1000 } = {},
): void {
  describe(`the backend contract: ${name}`, () => {
    it('stores exactly the bytes it was given', async () => {
      const { backend, read } = await setUp();
      const files = [
        wanted('css/app.css', 'a{}'),
        wanted('empty.txt', ''),
        wanted('a b/ü+&%#?.txt', 'odd'),
      ];
      for (const file of files) await backend.put(file);
      for (const file of files) expect(await read(file.key), file.key).toEqual(bytesOf(file));
    });

    it('says how each put was proved', async () => {
      const { backend } = await setUp();
      const { proof } = await backend.put(wanted('a.css'));
      expect(['checksum', 'etag', 'content-md5', 'digest']).toContain(proof);
    });

    it('replaces what is there', async () => {
      const { backend, read } = await setUp();
      await backend.put(wanted('a.css', 'old and longer'));
      await backend.put(wanted('a.css', 'new'));
      expect((await read('a.css'))?.toString()).toBe('new');
    });

    it('refuses bytes that are not the ones planned, and keeps what was there', async () => {
      const { backend, read } = await setUp();
      await backend.put(wanted('a.css', 'old'));
      const lying = { ...wanted('a.css', 'new'), digests: wanted('a.css', 'other').digests };
      await expect(backend.put(lying)).rejects.toThrow();
      expect((await read('a.css'))?.toString()).toBe('old');
    });

    it('refuses a file that vanished, and keeps what was there', async () => {
      const { backend, read } = await setUp();
      await backend.put(wanted('a.css', 'old'));
      const content = { kind: 'file', path: '/nowhere/a.css', size: 3, mtimeMs: 1 } as const;
      await expect(backend.put({ ...wanted('a.css', 'new'), content })).rejects.toMatchObject({
        code: 'SOURCE_VANISHED',
      });
      expect((await read('a.css'))?.toString()).toBe('old');
    });

    it('stores a large object and recognises it the next time', { timeout: 60_000 }, async () => {
      const { backend, read } = await setUp();
      const bytes = Buffer.alloc(16 * MiB + 7, 'static');
      const content = { kind: 'bytes', bytes } as const;
      const digests = await digestContent(content);
      const file = { ...wanted('big.bin'), content, digests, size: bytes.length };
      await backend.put(file);
      expect((await read('big.bin'))?.equals(bytes)).toBe(true);
      expect(await reasons(backend, [file])).toEqual(['unchanged']);
    });

    it('lists what is stored, over many pages', { timeout: 120_000 }, async () => {
      const { backend } = await setUp();
      const files = Array.from({ length: pageSize + 203 }, (_, i) =>
        wanted(`many/${i}.txt`, `${i}`),
      );
      for (let i = 0; i < files.length; i += 40) {
        await Promise.all(files.slice(i, i + 40).map((file) => backend.put(file)));
      }
      const listed: StoredObject[] = [];
      for await (const object of backend.list?.() ?? []) listed.push(object);
      const sizes = new Map(listed.map(({ key, size }) => [key, size]));
      expect(listed).toHaveLength(files.length);
      for (const file of files) expect(sizes.get(file.key), file.key).toBe(file.size);
    });

    it('tells unchanged, changed and new apart, by listing and one by one', async () => {
      const { backend } = await setUp();
      const same = wanted('same.txt', 'AAAA');
      await backend.put(same);
      await backend.put(wanted('changed.txt', 'BBBB'));
      const files = [same, wanted('changed.txt', 'CCCC'), wanted('new.txt')];
      for (const listing of [true, false]) {
        expect(await reasons(backend, files, listing)).toEqual(['unchanged', 'changed', 'new']);
      }
    });

    it('deletes, and does not mind what is gone already', async () => {
      const { backend, read } = await setUp();
      await backend.put(wanted('dir/a.css'));
      await backend.put(wanted('b.css'));
      expect(await backend.delete?.(['dir/a.css', 'never/there.css'])).toEqual([]);
      expect(await read('dir/a.css')).toBeUndefined();
      expect((await read('b.css'))?.toString()).toBe('b.css');
    });

    it('knows nothing of an absent key', async () => {
      const { backend } = await setUp();
      expect(await backend.head?.('absent.css')).toBeUndefined();
    });
  });
}

function bytesOf({ content }: Wanted): Buffer {
  return Buffer.from(content.kind === 'bytes' ? content.bytes : []);
}

async function reasons(backend: Backend, files: readonly Wanted[], listing = true) {
  const { objects } = await readStored(backend, files, storedOptions({ listing }));
  const plan = makePlan(files, planOptions(objects));
  return plan.steps.flat().map(({ reason }) => reason);
}

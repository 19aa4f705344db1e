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

interface Nature {
  /** Of the listings that it makes. */
  readonly pageSize?: number;
  /** False: of several conditional writes at once, more than one may take place. */
  readonly decidesRaces?: boolean;
}

/** What every backend promises, whoever wrote it. */
export function describeBackend(
  name: string,
  setUp: () => Promise<ContractSubject>,
  { pageSize = 1000, decidesRaces = true }: Nature = {},
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
      const count = pageSize + Math.min(203, 2 * pageSize + 3);
      const files = Array.from({ length: count }, (_, i) => wanted(`many/${i}.txt`, `${i}`));
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
      expect(await backend.read?.('absent.css')).toBeUndefined();
      expect(await backend.read?.('no/such/directory.css')).toBeUndefined();
    });

    it('reads the bytes back, with the ETag and the time that a look-up gives', async () => {
      const { backend } = await setUp();
      for (const file of [wanted('a b/ü+&%#?.txt', 'odd'), wanted('empty.txt', '')]) {
        const before = Date.now();
        const { etag } = await backend.put(file);
        const result = await backend.read?.(file.key);
        const state = await backend.head?.(file.key);
        expect(Buffer.from(result?.bytes ?? 'none')).toEqual(bytesOf(file));
        expect(result?.etag).toBe(etag);
        expect(state).toMatchObject({ key: file.key, size: file.size, etag });
        expect(result?.modifiedMs).toBe(state?.modifiedMs);
        // Whole seconds, by another clock.
        const late = Math.abs((state?.modifiedMs ?? before) - before);
        expect(late).toBeLessThan(10_000);
      }
    });

    it('tells the headers of an object, where it keeps such', async () => {
      const { backend } = await setUp();
      const headers = { cacheControl: 'no-cache', metadata: { team: 'web' } };
      await backend.put(wanted('a.css', 'a{}', headers));
      const state = await backend.head?.('a.css');
      expect(state?.headers ?? headers).toMatchObject(headers);
      expect(Object.keys(state?.headers?.metadata ?? headers.metadata)).toEqual(['team']);
    });

    it('reads a large object whole, and refuses one that is larger than wanted', async () => {
      const { backend } = await setUp();
      const file = wanted('big.json', 'static'.repeat(200_000));
      await backend.put(file);
      const { size } = file;
      const result = await backend.read?.('big.json', { atMost: size });
      expect(Buffer.from(result?.bytes ?? '').equals(bytesOf(file))).toBe(true);
      await expect(backend.read?.('big.json', { atMost: size - 1 })).rejects.toMatchObject({
        code: 'OBJECT_TOO_LARGE',
      });
    });

    it('stores what must be absent only where nothing is', async () => {
      const { backend, read } = await setUp();
      const first = await backend.put(wanted('dir/lock', 'mine'), { if: 'absent' });
      expect(first.proof).toBeTypeOf('string');
      await expect(
        backend.put(wanted('dir/lock', 'theirs'), { if: 'absent' }),
      ).rejects.toMatchObject(failed);
      expect((await read('dir/lock'))?.toString()).toBe('mine');
      await backend.delete?.(['dir/lock']);
      await backend.put(wanted('dir/lock', 'theirs'), { if: 'absent' });
      expect((await read('dir/lock'))?.toString()).toBe('theirs');
    });

    it('replaces what must be a known state only where it is that', async () => {
      const { backend, read } = await setUp();
      await expect(
        backend.put(wanted('record', '0'), { if: { etag: '0'.repeat(32) } }),
      ).rejects.toMatchObject(failed);
      expect(await read('record')).toBeUndefined();
      await backend.put(wanted('record', '1'));
      const etag = (await backend.read?.('record'))?.etag ?? '';
      await backend.put(wanted('record', '2'), { if: { etag } });
      await expect(backend.put(wanted('record', '3'), { if: { etag } })).rejects.toMatchObject(
        failed,
      );
      expect((await read('record'))?.toString()).toBe('2');
    });

    const least = decidesRaces ? 'one' : 'at least one';
    it(`lets ${least} of several conditional writes win, and tells the others`, async () => {
      const { backend, read } = await setUp();
      for (const round of [1, 2, 3]) {
        const etag = (await backend.read?.('lock'))?.etag;
        const texts = Array.from({ length: 8 }, (_, i) => `round ${round}, ${i}`);
        const options = { if: etag === undefined ? ('absent' as const) : { etag } };
        const puts = await Promise.allSettled(
          texts.map((text) => backend.put(wanted('lock', text), options)),
        );
        const winners = texts.filter((_, i) => puts[i]?.status === 'fulfilled');
        const losers = puts.flatMap((one): unknown[] =>
          one.status === 'rejected' ? [one.reason] : [],
        );
        // Who came last wins where the store decides nothing: what is there is one of them, whole.
        expect(winners).toContain((await read('lock'))?.toString());
        if (decidesRaces) expect(winners).toHaveLength(1);
        expect(losers).toEqual(losers.map(() => expect.objectContaining(failed) as unknown));
        expect(winners.length + losers.length).toBe(8);
      }
    });
  });
}

const failed = { code: 'PRECONDITION_FAILED', exitCode: 10 };

function bytesOf({ content }: Wanted): Buffer {
  return Buffer.from(content.kind === 'bytes' ? content.bytes : []);
}

async function reasons(backend: Backend, files: readonly Wanted[], listing = true) {
  const objects = await readStored(backend, files, storedOptions({ listing }));
  const plan = makePlan(files, planOptions(objects));
  return plan.steps.flat().map(({ reason }) => reason);
}

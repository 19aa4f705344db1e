import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { readStored } from '../../src/stored.ts';
import type { StoredObject } from '../../src/types.ts';
import { stored, wanted, storedOptions } from '../support/wanted.ts';

/** A store that lists these objects and answers HEAD by the table; asked keys are noted. */
function store(listed: StoredObject[], heads: Record<string, StoredObject> = {}) {
  const asked: string[] = [];
  const backend: Backend = {
    label: 'store',
    put: () => Promise.reject(new Error('no puts here')),
    async *list() {
      await Promise.resolve();
      yield* listed;
    },
    head: (key) => {
      asked.push(key);
      return Promise.resolve(heads[key]);
    },
  };
  return { backend, asked };
}

describe('readStored', () => {
  it('asks about none of the files that the listing settles', async () => {
    const { backend, asked } = store([stored('same.css'), stored('longer.css', 'x'.repeat(99))]);
    await readStored(
      backend,
      [wanted('same.css'), wanted('longer.css'), wanted('new.css')],
      storedOptions(),
    );
    expect(asked).toEqual([]);
  });

  it('settles an ETag that is no MD5 by the digest that a HEAD gives', async () => {
    const file = wanted('kms.css');
    const opaque = { key: 'kms.css', size: file.size, etag: 'opaque' };
    const held = { ...opaque, sha256: file.digests.sha256 };
    const { backend } = store([opaque], { 'kms.css': held });
    const objects = await readStored(backend, [file], storedOptions());
    expect(objects.get('kms.css')).toEqual(held);
  });

  it('does not take a listed object for absent because a HEAD says 404', async () => {
    const listed = { key: 'upload.jpg', size: wanted('upload.jpg').size, etag: 'theirs' };
    const { backend, asked } = store([listed]);
    const objects = await readStored(backend, [wanted('upload.jpg')], storedOptions());
    expect(asked).toEqual(['upload.jpg']);
    expect(objects.get('upload.jpg')).toEqual(listed);
  });

  it('asks for each file where no listing is wanted', async () => {
    const { backend, asked } = store([stored('a.css')], { 'a.css': stored('a.css') });
    const files = [wanted('a.css'), wanted('b.css')];
    const objects = await readStored(backend, files, storedOptions({ listing: false }));
    expect(asked).toEqual(['a.css', 'b.css']);
    expect([...objects.keys()]).toEqual(['a.css']);
  });
});

import { afterAll, describe, expect, it } from 'vitest';
import { checkClosedTree } from '../harness/closed.ts';
import { deployWithCacheOn, textsOf } from '../harness/full-cache.ts';
import { deployOntoDisk } from '../harness/full-disk.ts';
import { checkKeyProperties } from '../harness/key-properties.ts';
import { killAndResume } from '../harness/kill.ts';
import { forSeeds } from '../harness/random.ts';
import { raceWriters } from '../harness/racing.ts';
import { can, inNamespace, bin, missing } from '../harness/sandbox.ts';
import { checkTree } from '../harness/trees.ts';
import { createSite } from '../support/create-site.ts';

const minute = 60_000;
const fastForward = new URL('../harness/die-writing.mjs', import.meta.url).href;

describe('R4: kill -9 and the next run', () => {
  it('tears, loses and leaves nothing, 40 times', { timeout: 2 * minute }, async () => {
    await forSeeds(1, (seed) => killAndResume(40, seed));
  });
});

describe('R10: keys', () => {
  it('are the same for the same path, and inside, for 10,000 paths', { timeout: minute }, () => {
    checkKeyProperties(10_000);
  });
});

describe('R11: hostile trees', () => {
  it('are accounted for to the last entry, 300 times', { timeout: minute }, async () => {
    const ends = await forSeeds(300, checkTree);
    expect(ends.filter((end) => end === 'accounted').length).toBeGreaterThan(ends.length / 3);
  });
});

describe('R11: trees that a stranger may not read', () => {
  it.skipIf(!can('otherUser'))(
    'are named to the last entry, 60 times, as another user',
    { timeout: 5 * minute },
    async () => {
      const ends = await forSeeds(60, checkClosedTree);
      expect(ends).toContain('collected');
      expect(ends).toContain('refused');
    },
  );
});

describe('R12: sources that change while they are deployed', () => {
  it('leave nothing that never was, for 20 seconds', { timeout: minute }, async () => {
    await forSeeds(1, async (seed) => {
      expect((await raceWriters(20_000, seed)).runs).toBeGreaterThan(3);
    });
  });
});

describe('R16: no room, few handles', () => {
  it.skipIf(!can('mounts'))(
    'keeps every key whole at 16 disk sizes',
    { timeout: 2 * minute },
    async () => {
      const ends = [];
      for (let i = 0; i < 16; i += 1) ends.push(await deployOntoDisk(240 + i * 24));
      expect(ends[0]).toBe('full');
      expect(new Set(ends)).toEqual(new Set(['full', 'fits']));
    },
  );

  it.skipIf(!can('mounts'))(
    'goes on without a cache whose disk is full, with one warning',
    { timeout: 2 * minute },
    async () => {
      const full = { warnings: ['CACHE_NOT_WRITTEN'] };
      // Room for none, for some, and for all of them; and none for the end of the only one.
      for (const kib of [4, 48, 100]) {
        const said = await deployWithCacheOn(kib, textsOf(20, 12_000));
        expect(said).toMatchObject(full);
        expect(said.again).toBeGreaterThan(0);
      }
      expect(await deployWithCacheOn(900, textsOf(20, 12_000))).toEqual({ warnings: [], again: 0 });
      expect(await deployWithCacheOn(8, textsOf(1, 20_000))).toEqual({ ...full, again: 1 });
      expect(await deployWithCacheOn(900, textsOf(1, 3_000_000))).toEqual({ ...full, again: 1 });
    },
  );

  it.skipIf(!can('mounts'))(
    'warns once where digests find no room either',
    { timeout: minute },
    async () => {
      // With this clock the files are old enough for their digests to be kept.
      const env = `TEST_DIE_AT=0 NODE_OPTIONS=--import=${fastForward}`;
      const { warnings } = await deployWithCacheOn(4, textsOf(60, 12_000), env);
      expect(warnings).toEqual(['CACHE_NOT_WRITTEN']);
    },
  );

  it.skipIf(!can('limits'))('copies 1,000 files with 64 handles', { timeout: minute }, async () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `static/f${i}.js`);
    const site = await createSite(Object.fromEntries(names.map((name) => [name, name])));
    try {
      const script = 'cd "$1" && prlimit --nofile=64 "$2" "$3" --quiet; echo "exit $?"';
      const { out } = inNamespace(script, [site.dir, process.execPath, bin]);
      expect(out).toBe('exit 0\n');
      expect(await site.list('staticfiles')).toHaveLength(1_000);
    } finally {
      await site.remove();
    }
  });

  it.skipIf(!can('limits'))(
    'names a file that is too large for the limit',
    { timeout: minute },
    async () => {
      const site = await createSite({ 'static/a.js': 'a', 'static/b.js': 'b'.repeat(50_000) });
      try {
        const script = 'cd "$1" && prlimit --fsize=20000 "$2" "$3" --quiet; echo "exit $?"';
        const { out } = inNamespace(script, [site.dir, process.execPath, bin]);
        expect(out).toMatch(/exit 8\n[\s\S]*b\.js cannot be written \(EFBIG\)/);
        expect(await site.list('staticfiles')).toEqual(['a.js']);
      } finally {
        await site.remove();
      }
    },
  );

  it.skipIf(!can('mounts'))(
    'names a file whose disk gives errors',
    { timeout: minute },
    async () => {
      const site = await createSite({ 'static/a.js': 'a', 'static/b.js': '' });
      try {
        const script =
          'cd "$1" && mount --bind /proc/$$/mem static/b.js && { "$2" "$3" -n; echo "exit $?"; }';
        const { out } = inNamespace(script, [site.dir, process.execPath, bin]);
        expect(out).toMatch(/exit 4\n[\s\S]*b\.js cannot be read \(EIO\)/);
      } finally {
        await site.remove();
      }
    },
  );
});

afterAll(() => {
  // A skip is no pass: on Linux as root nothing may be missing.
  if (process.platform === 'linux' && process.getuid?.() === 0) expect(missing()).toEqual([]);
});

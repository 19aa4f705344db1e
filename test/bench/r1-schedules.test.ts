import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { deployHere, paths, type Deploy } from '../harness/deploy.ts';
import { createFiles, createWorld, type World } from '../harness/runs.ts';
import { measureSchedules } from '../harness/campaign.ts';

vi.mock('../../src/lock-timing.ts', () => import('../support/fast-lock.ts'));

let world: World;
beforeAll(async () => {
  world = await createWorld(createFiles(200));
});
afterAll(() => world.close());

it.each(Object.entries(paths))(
  'R1 by %s: 200 files through 100 fault schedules: nothing wrong, nothing missing, no lie, no hang',
  async (_, path) => {
    const deploy = (place: Deploy) => deployHere(place, { path });
    const { failures } = await measureSchedules('R1', world, deploy, {
      count: 100,
      // Every tenth is followed by two runs in good weather: one that completes, one that writes nothing (R17).
      more: (seed) => ({ again: seed % 10 === 0 }),
    });
    expect(failures).toEqual([]);
  },
);

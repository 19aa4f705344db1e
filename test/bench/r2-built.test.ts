import { afterAll, beforeAll, expect, it } from 'vitest';
import { measureSchedules } from '../harness/campaign.ts';
import { deployBuilt } from '../harness/deploy.ts';
import { createFiles, createWorld, type World } from '../harness/runs.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld(createFiles(200));
});
afterAll(() => world.close());

it('R2: 200 files through 20 fault schedules with the built program: what it says is what the store holds', async () => {
  const leaks: string[] = [];
  const { failures } = await measureSchedules(
    'R2',
    world,
    async (deploy) => {
      const ended = await deployBuilt(deploy, 20);
      const { accessKeyId, secretAccessKey } = deploy.fake.credentials;
      for (const secret of [accessKeyId, secretAccessKey]) {
        if (ended.output.includes(secret)) leaks.push(secret.slice(0, 4));
      }
      return ended;
    },
    { count: 20, atOnce: 3 },
  );
  expect(failures).toEqual([]);
  expect(leaks).toEqual([]);
});

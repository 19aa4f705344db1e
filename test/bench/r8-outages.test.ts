import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { realTime } from '../../src/backends/s3/timing.ts';
import { orHang, say } from '../harness/campaign.ts';
import { deployHere, paths, scale } from '../harness/deploy.ts';
import { endure, outages } from '../harness/outages.ts';
import { createFiles, createWorld, type World } from '../harness/runs.ts';

vi.mock('../../src/lock-timing.ts', () => import('../support/fast-lock.ts'));

const factor = 20;
let world: World;
beforeAll(async () => {
  world = await createWorld(createFiles(50));
});
afterAll(() => world.close());

const after = 20;
for (const outage of outages) {
  it.each(Object.entries(paths))(
    `R8 by %s: ${outage.name} from request ${after} on is survived, twenty times as fast`,
    async (name, path) => {
      const timing = scale(realTime, factor);
      const { ended, stored, afterwards } = await endure(
        outage,
        world.site.dir,
        (deploy) => orHang(deployHere(deploy, { timing, path })),
        { factor, after },
      );
      const seconds = Math.round((afterwards * factor) / 1000);
      say(`R8 by ${name}`, {
        outage: outage.name,
        after,
        exitCode: ended.exitCode,
        secondsAfterwards: seconds,
      });
      expect(ended).toMatchObject({ exitCode: 0 });
      expect(stored).toBe(50);
      expect(seconds).toBeLessThan(90);
    },
  );
}

it('R8: an outage from the first request on is survived where something answers', async () => {
  const timing = scale(realTime, factor);
  for (const outage of outages.slice(0, 2)) {
    const deploy = (place: Parameters<typeof deployHere>[0]) =>
      orHang(deployHere(place, { timing }));
    const { ended } = await endure(outage, world.site.dir, deploy, { factor, after: 0 });
    expect(ended).toMatchObject({ exitCode: 0 });
  }
});

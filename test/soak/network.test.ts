import { afterAll, beforeAll, expect, it } from 'vitest';
import { realTime } from '../../src/backends/s3/timing.ts';
import { measureSchedules, say } from '../harness/campaign.ts';
import { deployBuilt, deployHere, patient, type Deploy } from '../harness/deploy.ts';
import { endure, outages } from '../harness/outages.ts';
import { createFiles, createWorld, type World } from '../harness/runs.ts';

/** Minutes for all of this together; without a limit, everything runs to its end. */
const minutes = Number(process.env['SOAK_MINUTES'] ?? Infinity);
const until = performance.now() + minutes * 60_000;
const longest = 24 * 3_600_000;
/** A run that takes longer than this hangs. */
const hangs = 15 * 60_000;

let world: World;
beforeAll(async () => {
  world = await createWorld(createFiles(200));
});
afterAll(() => world.close());

for (const outage of outages) {
  it(`R8: ${outage.name} is survived in real time`, { timeout: longest }, async () => {
    const { ended, stored, afterwards } = await endure(
      outage,
      world.site.dir,
      (deploy) => deployHere(deploy, { timing: realTime, requestTimeout: 60_000 }),
      { factor: 1, after: 20 },
    );
    const secondsAfterwards = Math.round(afterwards / 1000);
    say('R8', { outage: outage.name, exitCode: ended.exitCode, secondsAfterwards });
    expect(ended).toMatchObject({ exitCode: 0 });
    expect(stored).toBe(200);
    expect(secondsAfterwards).toBeLessThan(90);
  });
}

it('R2: 200 schedules through the built program', { timeout: longest }, async () => {
  // Time runs only so much faster that a busy machine is never late for an answer.
  const deploy = (place: Deploy) => deployBuilt(place, 4);
  const { failures } = await measureSchedules('R2', world, deploy, {
    count: 200,
    until,
    atOnce: 6,
    hangs,
  });
  expect(failures).toEqual([]);
});

it('R1: 1,000 schedules', { timeout: longest }, async () => {
  const deploy = (place: Deploy) =>
    deployHere(place, { timing: patient, requestTimeout: realTime.attempt });
  const { failures } = await measureSchedules('R1', world, deploy, {
    count: 1_000,
    until,
    hangs,
    more: (seed) => ({ again: seed % 10 === 0 }),
  });
  expect(failures).toEqual([]);
});

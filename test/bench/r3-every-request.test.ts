import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { orHang, say } from '../harness/campaign.ts';
import { deployHere, paths } from '../harness/deploy.ts';
import { healing, kinds } from '../harness/faults.ts';
import { createFiles, createWorld, runTrial, type Trial, type World } from '../harness/runs.ts';

vi.mock('../../src/lock-timing.ts', () => import('../support/fast-lock.ts'));
vi.mock('../../src/parts.ts', () => import('../support/small-parts.ts'));

let world: World;
beforeAll(async () => {
  world = await createWorld({ ...createFiles(29), 'static/large.js': 'x'.repeat(20 * 1024) });
});
afterAll(() => world.close());

type Path = (typeof paths)[keyof typeof paths];

const runBy = (path: Path) => (trial: Trial, again: boolean) =>
  runTrial(world, trial, (deploy) => orHang(deployHere(deploy, { path })), {
    again,
    rehearsal: again,
    minPartBytes: 1,
  });

/** Fault `kind` for request `index`, and nothing else. */
const single = (index: number, kind: string): Trial => ({
  seed: 1,
  bucket: {},
  mustHeal: kind in healing,
  faultFor: (_, request) => (request.index === index ? kind : undefined),
});

it.each(Object.entries(paths))(
  'R3 by %s: 30 files, each request meets each fault: the run keeps its promises, and the next one completes it',
  { timeout: 1_800_000 },
  async (name, path) => {
    const start = performance.now();
    const run = runBy(path);
    const calm = await run(single(-1, 'junk'), true);
    expect(calm.problems).toEqual([]);
    const cases = Object.keys(kinds).flatMap((kind) =>
      Array.from({ length: calm.requests }, (_, index) => ({ kind, index })),
    );
    const failures: string[] = [];
    let met = 0;
    const work = async () => {
      for (let next = cases.pop(); next !== undefined; next = cases.pop()) {
        // Two more runs in good weather cost twice as much as the one: every fifth case has them.
        const again = cases.length % 5 === 0;
        const { problems, faults } = await run(single(next.index, next.kind), again);
        met += Object.keys(faults).length;
        if (problems.length > 0) {
          failures.push(`request ${next.index}, ${next.kind}: ${problems.slice(0, 3).join('; ')}`);
        }
      }
    };
    await Promise.all(Array.from({ length: 6 }, work));
    const seconds = Math.round((performance.now() - start) / 1000);
    say(`R3 by ${name}`, {
      requests: calm.requests,
      kinds: Object.keys(kinds).length,
      met,
      seconds,
    });
    expect(failures).toEqual([]);
  },
);

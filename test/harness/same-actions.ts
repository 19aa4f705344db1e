import { isDeepStrictEqual } from 'node:util';
import { readFile, rm } from 'node:fs/promises';
import { createSite, type Site } from '../support/create-site.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import { createRandom, type Random } from './random.ts';

export type RunProgram = (
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Record<string, string> },
) => Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;

const names = ['a.css', 'b.css', 'c.js', 'd.png', 'e/f.png', 'index.html', 'x/about.html', 'sw.js'];

/** What is done by hand at a destination between two deploys. */
type Tampering = (fake: FakeS3) => void;

/** A site, what there was before it, and how it is deployed. */
interface Scene {
  readonly config: object;
  readonly before: Record<string, string>;
  readonly tampering: readonly Tampering[];
  readonly now: Record<string, string>;
  /** What the configuration says by now. */
  readonly headers: object;
  readonly flags: readonly string[];
}

function createScene(random: Random): Scene {
  const files = () =>
    Object.fromEntries(
      names
        .filter(() => random.below(4) > 0)
        .map((name) => [`static/${name}`, textOf(name, random.below(3))]),
    );
  const state = random.below(4) > 0;
  const tampered = names.filter(() => random.below(5) === 0);
  return {
    config: {
      state,
      hash: random.below(3) === 0,
      retain: { releases: 1, days: 0 },
      ...(random.below(4) === 0 && { compress: { mode: 'sidecar' } }),
    },
    before: random.below(4) === 0 ? {} : files(),
    tampering: tampered.map((name) =>
      random.pick<Tampering>([
        (fake) => {
          fake.put('assets', `static/${name}`, 'theirs');
        },
        (fake) => {
          fake.put('assets', `static/foreign/${name}`, 'foreign');
        },
        (fake) => {
          const held = fake.objects('assets').get(`static/${name}`);
          if (held)
            fake.put('assets', `static/${name}`, held.bytes, { 'cache-control': 'private' });
        },
      ]),
    ),
    now: { 'static/always.png': 'here', ...files() },
    headers: random.below(3) === 0 ? { 'Cache-Control': 'max-age=60' } : {},
    flags: [
      ...(random.below(3) === 0 ? ['--force'] : []),
      ...(state && random.below(2) === 0
        ? ['--prune', '--accept-shrink', '--accept-deletes', '99']
        : []),
    ],
  };
}

function textOf(name: string, version: number): string {
  return /\.png$/.test(name) ? `picture ${version}` : `/* ${name} ${version} */`.repeat(40);
}

/**
 * What a dry run prints, what `plan` saves, what `apply` does and what a deploy does are the same actions, and what the
 * store is told for the last two is the same. Resolves to how many actions there were. @throws where they differ
 */
export async function checkSameActions(seed: number, run: RunProgram): Promise<number> {
  const scene = createScene(createRandom(seed));
  const applied = await createStage(scene, run);
  const deployed = await createStage(scene, run);
  try {
    const printed = actionsIn(await applied.run([...scene.flags, '--dry-run', '--json']), 'action');
    await applied.run(['plan', ...scene.flags, '-o', 'plan.json']);
    const saved = await applied.saved();
    const byApply = await applied.watch(['apply', 'plan.json', '--json']);
    const byDeploy = await deployed.watch([...scene.flags, '--json']);
    for (const [what, actions] of Object.entries({ saved, byApply: byApply.actions, printed })) {
      if (isDeepStrictEqual(actions, byDeploy.actions)) continue;
      const texts = [actions, byDeploy.actions].map((one) => one.join('\n  '));
      throw new Error(`${what}:\n  ${texts[0] ?? ''}\nand a deploy:\n  ${texts[1] ?? ''}`);
    }
    if (!isDeepStrictEqual(byApply.writes, byDeploy.writes)) {
      const texts = [byApply, byDeploy].map(({ writes }) => writes.join('\n  '));
      throw new Error(`apply wrote\n  ${texts[0] ?? ''}\nand a deploy\n  ${texts[1] ?? ''}`);
    }
    const again = actionsIn(await applied.run(['apply', 'plan.json', '--json']), 'outcome');
    // Told to store what is there, it does.
    const left = scene.flags.includes('--force') ? [] : again;
    if (left.length > 0) throw new Error(`the second time it did ${left.join(', ')}`);
    return saved.length;
  } finally {
    await applied.close();
    await deployed.close();
  }
}

async function createStage(scene: Scene, program: RunProgram) {
  const { config, before, tampering, now, headers } = scene;
  const fake = await startFakeS3();
  fake.createBucket('assets');
  const settings = { backend: 's3', s3: { bucket: 'assets' }, ...config };
  const site: Site = await createSite({
    'package.json': '{}',
    'collect.config.json': JSON.stringify(settings),
    ...before,
  });
  const env = {
    AWS_ACCESS_KEY_ID: fake.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: fake.credentials.secretAccessKey,
    AWS_S3_ENDPOINT_URL: fake.endpoint,
    XDG_CACHE_HOME: site.path('.cache'),
  };
  const run = async (args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await program(args, { cwd: site.dir, env });
    if (code !== 0)
      throw new Error(`${args.join(' ')} ends with ${String(code)}: ${stderr}${stdout}`);
    return stdout;
  };
  if (Object.keys(before).length > 0) await run([]);
  for (const tamper of tampering) tamper(fake);
  await rm(site.path('static'), { recursive: true, force: true });
  await site.write({ ...now, 'collect.config.json': JSON.stringify({ ...settings, headers }) });
  return {
    run,
    saved: async () => {
      const plan = JSON.parse(await readFile(site.path('plan.json'), 'utf8')) as {
        targets: { steps: Line[][] }[];
      };
      return plan.targets
        .flatMap(({ steps }) => steps.flat())
        .map(describe)
        .sort();
    },
    watch: async (args: readonly string[]) => {
      fake.clearLog();
      const actions = actionsIn(await run(args), 'outcome');
      const writes = fake
        .writes()
        .map(({ op, key }) => `${op} ${key}`)
        .filter((line) => !line.endsWith('lock.json'));
      return { actions, writes: writes.sort() };
    },
    close: async () => {
      await fake.close();
      await site.remove();
    },
  };
}

interface Line {
  readonly type?: string;
  readonly status?: string;
  readonly action?: string;
  readonly key?: string;
  readonly reason?: string;
}

function describe({ action = '', key = '', reason = '' }: Line): string {
  return `${action} ${key} ${reason}`;
}

function actionsIn(ndjson: string, type: string): string[] {
  return ndjson
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.type === type && line.action !== 'skip')
    .filter(({ status = 'done' }) => status === 'done')
    .map(describe)
    .sort();
}

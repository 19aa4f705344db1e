import { collect } from '../../src/collect.ts';
import { createS3Backend } from '../../src/backends/s3/index.ts';
import { realTime, type Timing } from '../../src/backends/s3/timing.ts';
import type { Backend } from '../../src/backends/backend.ts';
import { loadConfig } from '../../src/config/index.ts';
import { CollectError } from '../../src/errors.ts';
import type { FakeS3 } from '../support/fake-s3/index.ts';
import { runCli, type CliOptions } from '../support/cli.ts';
import type { Claim } from './oracle.ts';
import { fastTime } from './child.ts';

const factor = 50;

/**
 * A minute in a second. Answers have longer than that: this process is client and server of several runs at once, and
 * what it was late for itself is no fault of the network.
 */
const fast: Timing = { ...scale(realTime, factor), attempt: 600, budget: 6_000, clearAway: 3_000 };

/** For runs that take hours on a machine which does other things as well: only waits between attempts are short. */
export const patient: Timing = { ...fast, attempt: 10_000, budget: 120_000, firstContact: 60_000 };

/** The same patience in a time that runs faster. */
export function scale(timing: Timing, by: number): Timing {
  const { bytesPerSecond, ...spans } = timing;
  const scaled = Object.entries(spans).map(([name, span]) => [name, span / by]);
  return {
    ...(Object.fromEntries(scaled) as Omit<Timing, 'bytesPerSecond'>),
    bytesPerSecond: bytesPerSecond * by,
  };
}

export interface Deploy {
  readonly cwd: string;
  readonly fake: FakeS3;
  readonly bucket: string;
  /** Where it differs from the fake's own: behind a proxy. */
  readonly endpoint?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: Parameters<typeof loadConfig>[0]['flags'];
  readonly dryRun?: boolean;
}

export interface Ended extends Claim {
  /** Keys that were to be uploaded and were not: all of them in a dry run. */
  readonly uploads: readonly string[];
  readonly error: string | undefined;
  readonly output: string;
}

function variables({ fake, bucket, endpoint, env }: Deploy): Record<string, string> {
  return {
    COLLECT_STATIC_BACKEND: 's3',
    AWS_STORAGE_BUCKET_NAME: bucket,
    AWS_ACCESS_KEY_ID: fake.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: fake.credentials.secretAccessKey,
    AWS_S3_ENDPOINT_URL: endpoint ?? fake.endpoint,
    ...env,
  };
}

/** Both ways of sending puts, each for all of them. */
export const paths = {
  'the SDK': { fastPath: false },
  'the fast path': { fastPath: true, fastAfter: 0 },
} as const;

/** Deploys in this process; `wrap` breaks the backend on purpose. */
export async function deployHere(
  deploy: Deploy,
  options: {
    readonly timing?: Timing;
    readonly wrap?: (backend: Backend, deploy: Deploy) => Backend;
    readonly concurrency?: number;
    readonly requestTimeout?: number;
    /** How puts are sent; without, as people have it. */
    readonly path?: (typeof paths)[keyof typeof paths];
  } = {},
): Promise<Ended> {
  const config = await loadConfig({
    cwd: deploy.cwd,
    env: variables(deploy),
    flags: deploy.flags ?? {},
  });
  const s3 = {
    ...config.s3,
    requestTimeout: options.requestTimeout ?? config.s3.requestTimeout / factor,
  };
  const concurrency = options.concurrency ?? 16;
  const real = await createS3Backend({
    ...config,
    s3,
    concurrency,
    timing: options.timing ?? fast,
    ...options.path,
  });
  const backend = options.wrap?.(real, deploy) ?? real;
  try {
    const report = await collect({ ...config, s3, concurrency }, backend, {
      dryRun: deploy.dryRun ?? false,
    });
    const keys = (status: string, type: string) =>
      report.outcomes
        .filter(({ status: is, action }) => is === status && action.type === type)
        .map(({ action }) => action.key);
    const failed = report.outcomes.find(({ status }) => status === 'failed');
    return {
      exitCode: report.exitCode,
      uploaded: keys('done', 'upload'),
      skipped: keys('done', 'skip'),
      uploads: keys('not-run', 'upload'),
      error: failed?.status === 'failed' ? failed.error.message : undefined,
      output: '',
    };
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    const { exitCode, message } = error;
    return { exitCode, uploaded: [], skipped: [], uploads: [], error: message, output: '' };
  } finally {
    await real.close?.();
  }
}

interface Line {
  readonly type: string;
  readonly status?: string;
  readonly action?: string;
  readonly key?: string;
  readonly exitCode?: number;
  readonly message?: string;
  readonly counts?: Readonly<Record<string, number>>;
}

/** Deploys with the built program, whose time runs faster and which is otherwise what people install. */
export async function deployBuilt(
  deploy: Deploy,
  by: number = factor,
  { concurrency = 16, onStart }: Pick<CliOptions, 'onStart'> & { concurrency?: number } = {},
): Promise<Ended & { readonly reported: Line | undefined }> {
  const flags = ['--json', '--concurrency', `${concurrency}`];
  const { code, stdout, stderr } = await runCli([...flags, ...(deploy.dryRun ? ['-n'] : [])], {
    cwd: deploy.cwd,
    env: { ...variables(deploy), ...fastTime(by) },
    // By its own time an hour.
    timeoutMs: 3_600_000 / by,
    ...(onStart && { onStart }),
  });
  // A line that a kill tore has no end.
  const lines = stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
  const keys = (action: string) =>
    lines
      .filter((line) => line.type === 'outcome' && line.status === 'done' && line.action === action)
      .map(({ key = '' }) => key);
  const end = lines.findLast(({ type }) => type === 'end')?.exitCode;
  return {
    // A program that was killed, or says another thing than it ends with, has no exit code that counts.
    exitCode: code !== null && code === end ? code : -1,
    uploaded: keys('upload'),
    skipped: keys('skip'),
    uploads: lines
      .filter(({ type, action }) => type === 'action' && action === 'upload')
      .map(({ key = '' }) => key),
    error: lines.findLast(({ type }) => type === 'error')?.message,
    output: stdout + stderr,
    reported: lines.findLast(({ type }) => type === 'report'),
  };
}

import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { realTime } from '../../src/backends/s3/timing.ts';
import type { Action, Plan } from '../../src/types.ts';
import { orHang, say } from '../harness/campaign.ts';
import type { Deploy, Ended } from '../harness/deploy.ts';
import { faultOf } from '../harness/faults.ts';
import { publishNext } from '../harness/publish.ts';
import { createFiles, createWorld, runTrial, type Trial, type World } from '../harness/runs.ts';
import type { FakeS3 } from '../support/fake-s3/index.ts';
import { isOwnRecord } from '../support/own-records.ts';

// The bench itself on trial: each of these variants is broken on purpose, and has to be caught by the fault it is open to.

vi.mock('../../src/lock-timing.ts', () => import('../support/fast-lock.ts'));

let world: World;
beforeAll(async () => {
  world = await createWorld(createFiles(20));
});
afterAll(() => world.close());
afterEach(() => {
  vi.doUnmock('../../src/backends/s3/proof.ts');
  vi.doUnmock('../../src/plan.ts');
  vi.resetModules();
});

type Options = Parameters<typeof import('../harness/deploy.ts').deployHere>[1];

/** Deploys with modules loaded anew, so that mocks reach them. */
async function deployWith(options: Options = {}): Promise<(deploy: Deploy) => Promise<Ended>> {
  vi.resetModules();
  const { deployHere } = await import('../harness/deploy.ts');
  return (deploy) => orHang(deployHere(deploy, options), 8_000);
}

/** Meets the first attempts at a file, or at anything, with one kind of fault. */
const trial = (kind: string, where: { op?: string; key?: string; attempts?: number }): Trial => ({
  seed: 1,
  bucket: {},
  mustHeal: false,
  faultFor: (_, { op, key, attempt }) =>
    op === (where.op ?? 'PutObject') &&
    (where.key === undefined || key === `static/${where.key}`) &&
    attempt <= (where.attempts ?? 1)
      ? kind
      : undefined,
});

async function problemsOf(trialed: Trial, options: Options = {}, again = false) {
  const { problems } = await runTrial(world, trialed, await deployWith(options), { again });
  return problems;
}

/** The variant is caught, and what is not broken passes under the same fault. */
async function expectCaught(
  name: string,
  trialed: Trial,
  breakIt: () => Options | undefined,
  again = false,
) {
  expect(await problemsOf(trialed, {}, again)).toEqual([]);
  const problems = await problemsOf(trialed, breakIt() ?? {}, again);
  say('R22', { mutant: name, caught: problems.length > 0, by: problems[0]?.slice(0, 90) });
  expect(problems, name).not.toEqual([]);
}

const wrapPut =
  (put: (real: Backend, ...args: Parameters<Backend['put']>) => ReturnType<Backend['put']>) =>
  (real: Backend): Backend => ({ ...real, put: (...args) => put(real, ...args) });

it('an uploader that does not look at ETags is caught', () =>
  expectCaught('no ETag check', trial('junk', {}), () => {
    vi.doMock('../../src/backends/s3/proof.ts', async (original) => ({
      ...(await original()),
      proved: () => 'etag',
    }));
    return {};
  }));

it('one that tries once is caught', () =>
  expectCaught('no retry', { ...trial('internalError', {}), mustHeal: true }, () => ({
    timing: { ...realTime, budget: 0 },
  })));

it('one that hands streams to the SDK and believes it is caught', () =>
  expectCaught('SDK stream bodies', trial('junk', {}), () => ({
    wrap: naive((put, path) => put(createReadStream(path))),
  })));

it('one that tries again with what the first attempt has left of a stream is caught', () =>
  expectCaught(
    'retry without fresh body',
    { ...trial('internalError', {}), mustHeal: true },
    () => ({
      wrap: naive(async (put, path) => {
        const stream = createReadStream(path);
        const attempt = async () => put(Buffer.concat(await stream.toArray()));
        await attempt().catch(attempt);
      }),
    }),
  ));

it('one that swallows the errors of its workers is caught', () =>
  expectCaught('swallow worker errors', trial('denied', { key: 'f16.js', attempts: 99 }), () => ({
    wrap: wrapPut((real, ...args) =>
      real.put(...args).catch(() => ({ proof: 'etag', acl: 'applied' }) as const),
    ),
  })));

it('one without time limits is caught', () =>
  expectCaught('no timeout', { ...trial('hang', {}), mustHeal: true }, () => ({
    timing: { ...realTime, attempt: 3_600_000 },
    requestTimeout: 3_600_000,
  })));

it('one that publishes pages with the rest is caught', () =>
  expectCaught('ignore step gate', trial('denied', { key: 'f16.js', attempts: 99 }), () => {
    mockPlan(({ steps }) => ({ steps: [steps.flat()] }));
    return {};
  }));

it('one that publishes pages first is caught', () =>
  expectCaught('pages first', trial('delay', {}), () => {
    mockPlan(({ steps }) => ({ steps: steps.toReversed() }));
    return {};
  }));

it('one that compares sizes is caught', () =>
  expectCaught('skip by size', trial('delay', {}), () => {
    mockPlan(({ steps }) => ({
      steps: steps.map((step) =>
        step.map((action) =>
          action.type === 'upload' && action.reason === 'changed'
            ? { type: 'skip', key: action.key, reason: 'unchanged' }
            : action,
        ),
      ),
    }));
    return {};
  }));

it('one that takes an empty answer for an empty bucket is caught', () =>
  expectCaught('trust empty LIST', trial('emptyListing', { op: 'ListObjectsV2' }), () => ({
    timing: { ...realTime, budget: 0 },
    wrap: (real) => ({
      ...real,
      async *list(options) {
        try {
          if (real.list !== undefined) yield* real.list(options);
        } catch {
          // Junk: so there is nothing.
        }
      },
    }),
  })));

/** Of the next build one stylesheet cannot be stored. */
const noStylesheet: FakeS3['fault'] = ({ op, key }) =>
  op === 'PutObject' && key.startsWith('static/css/base.') ? faultOf('denied', op) : undefined;

const noDeletes: FakeS3['fault'] = ({ op, key }) =>
  op.startsWith('DeleteObject') && !isOwnRecord(key) ? faultOf('denied', op) : undefined;

/** The variant is caught where it replaces one build by the next, and what is not broken passes. */
async function expectCaughtPublishing(
  name: string,
  fault: FakeS3['fault'],
  breakIt: () => Options | undefined,
) {
  expect(await publishNext(await deployWith(), fault)).toEqual([]);
  const options = breakIt() ?? {};
  const problems = await publishNext(await deployWith(options), fault);
  say('R22', { mutant: name, caught: problems.length > 0, by: problems[0]?.slice(0, 90) });
  expect(problems, name).not.toEqual([]);
}

/** Steps that have such an action come before all others. */
const first = (isIt: (action: Action) => boolean) => () => {
  mockPlan(({ steps }) => {
    const early = steps.filter((step) => step.some(isIt));
    return { steps: [...early, ...steps.filter((step) => !early.includes(step))] };
  });
  return undefined;
};

it('one that deletes first is caught', () =>
  expectCaughtPublishing(
    'deletes first',
    noStylesheet,
    first(({ type }) => type === 'delete'),
  ));

it('one that stores the manifest first is caught', () =>
  expectCaughtPublishing(
    'manifest first',
    noStylesheet,
    first((action) => action.key === 'staticfiles.json'),
  ));

it('one that ignores the errors of deletes is caught', () =>
  expectCaughtPublishing('ignored delete errors', noDeletes, () => ({
    wrap: (real) => ({
      ...real,
      delete: async (keys, options) => {
        await real.delete?.(keys, options);
        return [];
      },
    }),
  })));

function mockPlan(change: (plan: Plan) => Plan): void {
  vi.doMock('../../src/plan.ts', async (original) => {
    const real = await original<typeof import('../../src/plan.ts')>();
    return {
      ...real,
      makePlan: (...args: Parameters<typeof real.makePlan>) => change(real.makePlan(...args)),
    };
  });
}

type Put = (body: Readable | Buffer) => Promise<unknown>;

/** What a first version of such a tool looks like. */
const naive =
  (send: (put: Put, path: string) => Promise<unknown>) =>
  (real: Backend, { fake }: Deploy): Backend => ({
    ...real,
    put: async (object, options) => {
      const { key, content, headers, digests } = object;
      // What the tool keeps for itself.
      if (content.kind !== 'file') return real.put(object, options);
      const s3 = new S3Client({
        endpoint: fake.endpoint,
        credentials: fake.credentials,
        forcePathStyle: true,
        region: 'us-east-1',
        maxAttempts: 1,
      });
      const params = {
        Bucket: 'assets',
        Key: `static/${key}`,
        ContentType: headers.contentType,
        CacheControl: headers.cacheControl,
        ACL: 'public-read',
        Metadata: { 'collect-static-sha256': digests.sha256 },
      } as const;
      const { path, size } = content;
      const put: Put = (body) =>
        s3.send(
          new PutObjectCommand({
            ...params,
            Body: body,
            ContentLength: Buffer.isBuffer(body) ? body.length : size,
          }),
        );
      await send(put, path);
      s3.destroy();
      return { proof: 'etag', acl: 'applied' };
    },
  });

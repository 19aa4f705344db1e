import { startFakeS3, type FakeS3 } from '../support/fake-s3/index.ts';
import { isOwnRecord } from '../support/own-records.ts';
import type { Deploy, Ended } from './deploy.ts';
import { startTcpProxy, type TcpProxy } from './proxy.ts';

export interface Outage {
  readonly name: string;
  /** Seconds of real time that it lasts. */
  readonly seconds: number;
  /** Begins it; the function returned ends it. */
  readonly begin: (fake: FakeS3, proxy: TcpProxy) => Promise<() => Promise<void>>;
}

const faults = (fault: FakeS3['fault']) => (fake: FakeS3) => {
  fake.fault = fault;
  return Promise.resolve(() => {
    fake.fault = undefined;
    return Promise.resolve();
  });
};

export const outages: readonly Outage[] = [
  { name: 'a minute of 503', seconds: 60, begin: faults(() => ({ status: 503 })) },
  { name: 'a black hole', seconds: 30, begin: faults(() => ({ hang: true })) },
  {
    name: 'a server that restarts',
    seconds: 30,
    begin: async (_, proxy) => {
      await proxy.down();
      return () => proxy.up();
    },
  },
];

export interface Endured {
  readonly ended: Ended;
  readonly stored: number;
  /** Milliseconds from the end of the outage to the end of the run. */
  readonly afterwards: number;
}

/** Deploys while the store is away: from the start, or from the `after`th request on. */
export async function endure(
  outage: Outage,
  cwd: string,
  deploy: (deploy: Deploy) => Promise<Ended>,
  { factor, after }: { readonly factor: number; readonly after: number },
): Promise<Endured> {
  const fake = await startFakeS3();
  const proxy = await startTcpProxy(Number(new URL(fake.endpoint).port));
  try {
    fake.createBucket('assets');
    let done: (now: number) => void = () => undefined;
    const over = new Promise<number>((resolve) => {
      done = resolve;
    });
    const strike = async () => {
      const end = await outage.begin(fake, proxy);
      setTimeout(
        () => {
          void end().then(() => {
            done(performance.now());
          });
        },
        (outage.seconds * 1000) / factor,
      );
    };
    if (after === 0) await strike();
    else {
      fake.fault = ({ index }) => {
        if (index === after) void strike();
        return undefined;
      };
    }
    const ended = await deploy({ cwd, fake, bucket: 'assets', endpoint: proxy.endpoint });
    const stored = [...fake.objects('assets').keys()].filter((key) => !isOwnRecord(key)).length;
    return { ended, stored, afterwards: performance.now() - (await over) };
  } finally {
    await proxy.close();
    await fake.close();
  }
}

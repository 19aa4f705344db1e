import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import type { Credentials } from '../support/fake-s3/types.ts';

export interface ServerState {
  /** Of the site. */
  readonly objects: number;
  /** Bytes of the release record. */
  readonly record: number | undefined;
  /** Requests so far, by operation. */
  readonly counts: Readonly<Record<string, number>>;
  /** Multipart uploads in progress. */
  readonly uploads: number;
  /** Of the object asked for. */
  readonly parts: readonly { readonly size: number; readonly sha256: string }[] | undefined;
}

export interface ServerProcess {
  readonly endpoint: string;
  readonly credentials: Credentials;
  state(key?: string): Promise<ServerState>;
  close(): Promise<void>;
}

/** The fake S3, with a bucket "assets", in a process of its own: it takes no time and memory of who is measured. */
export async function startServerProcess(): Promise<ServerProcess> {
  const dir = await mkdtemp(join(tmpdir(), 'collect-static-server-'));
  const file = join(dir, 'serve.mjs');
  await build({
    input: fileURLToPath(new URL('serve.ts', import.meta.url)),
    platform: 'node',
    logLevel: 'warn',
    output: { file, format: 'esm' },
  });
  const child = fork(file, { execArgv: [] });
  const [address] = (await once(child, 'message')) as [
    Pick<ServerProcess, 'endpoint' | 'credentials'>,
  ];
  return {
    ...address,
    state: async (key = '') => {
      const answer = once(child, 'message');
      child.send(key);
      return (await answer)[0] as ServerState;
    },
    close: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

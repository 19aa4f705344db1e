import { execFile, spawn } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

export interface Daemon {
  readonly name: string;
  /** Throws if it has ended, with the last of what it wrote. */
  check(): void;
  /** Ends this process, by its pid, and waits until it is gone. */
  stop(): Promise<void>;
}

const execFileAsync = promisify(execFile);

/** Nothing of the caller's: CEPH_ARGS or CEPH_CONF would send these tools to another cluster. */
const env = { PATH: process.env['PATH'] };

/** Runs a tool to its end and returns its standard output. */
export async function runTool(
  file: string,
  args: readonly string[],
  timeout = 60_000,
): Promise<string> {
  const { stdout } = await execFileAsync(file, args, { env, timeout, maxBuffer: 2 ** 26 });
  return stdout;
}

/** Starts a program that stays in the foreground; what it writes goes to `logFile`. */
export function startDaemon(file: string, args: readonly string[], logFile: string): Daemon {
  const log = openSync(logFile, 'a');
  // setpriv (util-linux) replaces itself by the program and has the kernel end it with this process,
  // so that nothing is left behind where the test run itself was killed.
  const setpriv = 'setpriv';
  const child = spawn(setpriv, ['--pdeathsig', 'KILL', '--', file, ...args], {
    env,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let ended: string | undefined;
  const gone = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      ended = error.message;
      resolve();
    });
    child.on('exit', (code, signal) => {
      ended = `it ended with ${signal ?? `code ${code ?? '?'}`}`;
      resolve();
    });
  });
  return {
    name: file,
    check() {
      if (ended === undefined) return;
      throw new Error(
        `${file} did not stay up: ${ended}\n${readFileSync(logFile, 'utf8').slice(-2000)}`,
      );
    },
    async stop() {
      // Not SIGTERM: on it the OSD would write its memory to disk, for nobody.
      if (ended === undefined) child.kill('SIGKILL');
      await gone;
    },
  };
}

/** `count` different TCP ports of 127.0.0.1 that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  try {
    return await Promise.all(
      servers.map(
        (server) =>
          new Promise<number>((resolve, reject) => {
            server.on('error', reject);
            server.listen(0, '127.0.0.1', () => {
              resolve((server.address() as AddressInfo).port);
            });
          }),
      ),
    );
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

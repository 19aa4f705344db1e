import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface CliOptions {
  readonly cwd: string;
  /** Added to PATH and HOME, the only variables the program gets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; without it, the program reads an end of file. */
  readonly input?: string;
  readonly timeoutMs?: number;
  /** Another Node than the one of the test. */
  readonly node?: string;
  /** Another build than the one of this checkout. */
  readonly bin?: string;
  /** Run as this user, where the test is root's. */
  readonly uid?: number;
  /** Called when the program has started, to send it a signal for example. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => boolean) => void;
}

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The largest resident set seen, on Linux: read every 50 ms, so the last peak can be missing. */
  readonly maxRssBytes?: number;
}

const builtBin = fileURLToPath(new URL('../../bin/collect-static.js', import.meta.url));

/** Runs the built program in a child process with a clean environment and an empty home. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const home = await mkdtemp(join(tmpdir(), 'collect-static-home-'));
  try {
    return await run([options.bin ?? builtBin, ...args], home, options);
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

function run(args: readonly string[], home: string, options: CliOptions): Promise<CliResult> {
  const child = spawn(options.node ?? process.execPath, args, {
    cwd: options.cwd,
    env: { ...cleanEnv(home), ...options.env },
    timeout: options.timeoutMs ?? 60_000,
    killSignal: 'SIGKILL',
    ...(options.uid !== undefined && { uid: options.uid }),
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A program that ends without reading its input is no error of the test.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const memory = watchMemory(child.pid);
  options.onStart?.((signal) => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      memory.stop();
      reject(error);
    });
    child.on('close', (code, signal) => {
      memory.stop();
      resolve({ code, signal, stdout: text(stdout), stderr: text(stderr), ...memory.peak() });
    });
  });
}

/** What every program may count on, and nothing else: no AWS_*, no CI, no proxy of the machine's. */
function cleanEnv(home: string): Record<string, string> {
  const env: Record<string, string> = { HOME: home, USERPROFILE: home };
  // Windows starts no program without SystemRoot.
  for (const name of ['PATH', 'SystemRoot', 'TEMP', 'TMP']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

function watchMemory(pid: number | undefined): { stop(): void; peak(): { maxRssBytes?: number } } {
  if (process.platform !== 'linux' || pid === undefined) {
    return { stop: () => undefined, peak: () => ({}) };
  }
  let peak: number | undefined;
  const timer = setInterval(() => {
    // VmHWM is the kernel's own high-water mark, so only what came after the last look is missed.
    readFile(`/proc/${pid}/status`, 'utf8').then(
      (status) => {
        const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
        if (kilobytes !== undefined) peak = Number(kilobytes) * 1024;
      },
      () => undefined,
    );
  }, 50);
  return {
    stop: () => {
      clearInterval(timer);
    },
    peak: () => (peak === undefined ? {} : { maxRssBytes: peak }),
  };
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

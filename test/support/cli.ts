import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
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
  /** The most regular files and sockets seen open at once, likewise. */
  readonly maxHandles?: Handles;
}

export interface Handles {
  readonly files: number;
  readonly sockets: number;
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
  const watch = watchProcess(child.pid);
  options.onStart?.((signal) => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      watch.stop();
      reject(error);
    });
    child.on('close', (code, signal) => {
      watch.stop();
      resolve({ code, signal, stdout: text(stdout), stderr: text(stderr), ...watch.peaks() });
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

type Peaks = Pick<CliResult, 'maxRssBytes' | 'maxHandles'>;

function watchProcess(pid: number | undefined): { stop(): void; peaks(): Peaks } {
  if (process.platform !== 'linux' || pid === undefined) {
    return { stop: () => undefined, peaks: () => ({}) };
  }
  let maxRssBytes: number | undefined;
  let maxHandles: Handles = { files: 0, sockets: 0 };
  const look = async () => {
    // VmHWM is the kernel's own high-water mark, so only what came after the last look is missed.
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    if (kilobytes !== undefined) maxRssBytes = Number(kilobytes) * 1024;
    const { files, sockets } = await handlesOf(pid);
    maxHandles = {
      files: Math.max(maxHandles.files, files),
      sockets: Math.max(maxHandles.sockets, sockets),
    };
  };
  // It may end while it is looked at.
  const timer = setInterval(() => void look().catch(() => undefined), 50);
  return {
    stop: () => {
      clearInterval(timer);
    },
    peaks: () => (maxRssBytes === undefined ? {} : { maxRssBytes, maxHandles }),
  };
}

async function handlesOf(pid: number): Promise<Handles> {
  const handles = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(
    handles.map((handle) => readlink(`/proc/${pid}/fd/${handle}`).catch(() => '')),
  );
  return {
    files: targets.filter((target) => target.startsWith('/') && !target.startsWith('/dev/')).length,
    sockets: targets.filter((target) => target.startsWith('socket:')).length,
  };
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

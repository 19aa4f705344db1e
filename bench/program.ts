import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';

export interface Folder {
  readonly dir: string;
  remove(): Promise<void>;
}

/** A folder of its own for one run: the site in `static/`, files that configure the peer, an empty home. */
export async function createFolder(
  site: string,
  files: Readonly<Record<string, string>>,
): Promise<Folder> {
  const dir = await mkdtemp(join(tmpdir(), 'peers-exam-'));
  await mkdir(join(dir, 'home'));
  await cp(site, join(dir, 'static'), { recursive: true, preserveTimestamps: true });
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  return { dir, remove: () => rm(dir, { recursive: true, force: true, maxRetries: 3 }) };
}

export interface Ended {
  /** `undefined` when it was killed: at its deadline, or on purpose. */
  readonly exitCode: number | undefined;
  readonly seconds: number;
  /** The end of what it said. */
  readonly said: string;
}

/** Runs a program and all that it starts, with nothing of this machine's environment but what it is given. */
export async function runProgram(
  [program = '', ...args]: readonly string[],
  options: {
    readonly dir: string;
    readonly env: Readonly<Record<string, string>>;
    readonly deadlineMs: number;
    readonly onStart?: (kill: () => void) => void;
  },
): Promise<Ended> {
  const start = performance.now();
  const env = { PATH: process.env['PATH'] ?? '', HOME: join(options.dir, 'home'), ...options.env };
  // A group of its own, so that what it started ends with it.
  const child = spawn(program, args, {
    cwd: options.dir,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => {
    // Until the exit is known, the id belongs to this child and to no other.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, 'SIGKILL');
    }
  };
  let said = '';
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const timer = setTimeout(kill, options.deadlineMs);
  options.onStart?.(kill);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      const seconds = (performance.now() - start) / 1000;
      resolve({ exitCode: code ?? undefined, seconds, said });
    });
  });
}

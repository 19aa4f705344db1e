import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execArgv, execPath } from 'node:process';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CollectError, errnoOf, exitCodes } from '../errors.ts';
import type { Ending } from './exported.ts';

// A config in JavaScript is a program, and may do what programs do: loop, exit, print, leave a server open. It runs in
// a child process. A worker thread starts faster (30 ms instead of 90 on two busy cores), but process.kill, a crash in
// native code or memory outside the heap take everything with them there, and what waits in execSync cannot be stopped.

export interface EvaluateOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds, and bytes; others than the usual ones in tests only. */
  readonly timeLimit?: number | undefined;
  readonly memoryLimit?: number | undefined;
}

export interface Evaluated {
  readonly ending: Ending;
  /** What was written to stdout and stderr. */
  readonly printed: string;
}

/** Two levels up both from src/config and from dist/chunks. */
const entry = fileURLToPath(new URL('../../bin/evaluate-config.js', import.meta.url));

/** What an ended process has written is there at once; another one that it has started may hold the pipes for ever. */
const grace = 250;
const longestAnswer = 4 * 1024 * 1024;
const mostPrinted = 64 * 1024;

/** Evaluates a module and tells how that ended; at the latest when its time is up. */
export async function evaluateModule(path: string, options: EvaluateOptions): Promise<Evaluated> {
  const { cwd, env, signal, timeLimit = 10_000, memoryLimit = 512 * 1024 * 1024 } = options;
  const args = [...loaderFlags(), entry, pathToFileURL(path).href, String(memoryLimit)];
  const child = spawn(execPath, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    killSignal: 'SIGKILL',
    windowsHide: true,
    ...(signal && { signal }),
  });
  const exited = once(child, 'exit');
  const closed = once(child, 'close').catch(() => undefined);
  // Where there are no handles left for them, there are no streams.
  const streams = (child.stdio as readonly (Readable | null)[] | undefined) ?? [];
  const [, stdout, stderr, channel] = streams;
  const printed = [collectText(stdout), collectText(stderr)];
  const answer = readAnswer(channel);
  const atExit = async (): Promise<Ending> => {
    const [code, killedBy] = (await exited) as [number | null, string | null];
    const end = { ended: 'exit', how: killedBy ?? `exit code ${String(code)}` } as const;
    return Promise.race([answer, closed.then(() => end), after(grace, end)]);
  };
  try {
    const timeUp = after(timeLimit, { ended: 'time', limit: timeLimit } as const);
    const ending = await Promise.race([answer, atExit(), timeUp]);
    if (signal?.aborted === true) throw stopped(signal.reason);
    child.kill('SIGKILL');
    await Promise.race([closed, after(grace, undefined)]);
    return { ending, printed: printed.map((text) => text()).join('') };
  } catch (error) {
    if (signal?.aborted === true) throw stopped(signal.reason);
    return { ending: { ended: 'start', how: errnoOf(error) ?? String(error) }, printed: '' };
  } finally {
    for (const stream of streams) stream?.destroy();
    child.unref();
  }
}

function after<T>(milliseconds: number, value: T): Promise<T> {
  return delay(milliseconds, value, { ref: false });
}

function stopped(reason: unknown): CollectError {
  return new CollectError('INTERRUPTED', `stopped by ${String(reason)}`, {
    exitCode: exitCodes.interrupted,
    hint: 'nothing was written',
  });
}

/** How this Node finds modules (`--import tsx`). A script on the command line and a debugger's port are its own. */
function loaderFlags(): readonly string[] {
  const isScript = (arg: string) => /^(-e|-p|-pe|--eval|--print|--input-type)(=|$)/.test(arg);
  return execArgv.some(isScript) ? [] : execArgv.filter((arg) => !arg.startsWith('--inspect'));
}

/** The first line of the channel; never, if there is none. */
function readAnswer(channel: Readable | null | undefined): Promise<Ending> {
  return new Promise((resolve) => {
    let text = '';
    channel?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (chunk.includes('\n')) resolve(parseAnswer(text.slice(0, text.indexOf('\n'))));
      else if (text.length > longestAnswer) resolve({ ended: 'size', limit: longestAnswer });
    });
  });
}

function parseAnswer(line: string): Ending {
  try {
    return JSON.parse(line) as Ending;
  } catch {
    return { ended: 'exit', how: 'an answer that cannot be read' };
  }
}

/** The text of a stream, line by line; of too much, the beginning. */
function collectText(stream: Readable | null | undefined): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on('data', (chunk: Buffer) => {
    if (size <= mostPrinted) chunks.push(chunk);
    size += chunk.length;
  });
  return () => {
    const text = Buffer.concat(chunks).toString('utf8');
    if (size <= mostPrinted) return text === '' || text.endsWith('\n') ? text : `${text}\n`;
    // Whole lines only: half of a secret would not be recognised as one.
    const cut = text.slice(0, text.lastIndexOf('\n', mostPrinted) + 1);
    return `${cut}(the rest of what the config printed is left out)\n`;
  };
}

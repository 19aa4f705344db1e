#!/usr/bin/env node
import module from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { cacheDir } from '../dist/cache-dir.js';

// V8 lets garbage pile up to several times what lives. Collected a little earlier, a deploy of ten thousand files takes
// a quarter less memory at the same speed (Node 20, test/bench/r14-r15-large.test.ts). The space for new objects stays
// small until it is known how many files there are (src/memory.ts): it never shrinks again.
setFlagsFromString('--heap-growing-percent=60');
setFlagsFromString('--semi-space-growth-factor=1');

// Node compresses in four threads unless another number is known before the first of them starts, which on Node 20 it has
// by now. More than eight would outrun the one that reads, digests and sends, and each takes some MB.
const threads = Math.min(8, availableParallelism());
if (threads > 4) process.env.UV_THREADPOOL_SIZE ??= String(threads);

// From Node 22.1 on, what was compiled is kept for the next run. In the user's own folder: in one that others may
// write to, they would decide what runs here.
const cache = process.argv.includes('--no-cache') ? undefined : cacheDir(process.env);
if (cache !== undefined) module.enableCompileCache?.(join(cache, 'compiled'));
const { main } = await import('../dist/cli.js');

// Two signals: the first one asks to stop, the second one stops. What hangs longer than the first one's five
// seconds, a read from a dead network disk for example, is left to the next run to clean up.
const stop = new AbortController();
for (const [name, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
  process.on(name, () => {
    if (stop.signal.aborted) process.exit(code);
    stop.abort(name);
    setTimeout(() => process.exit(code), 4_800).unref();
  });
}

// Whoever read our output may have gone (`| head`); the deploy goes on.
const output = (stream) => {
  stream.on('error', () => {});
  return {
    isTTY: stream.isTTY === true,
    columns: stream.columns,
    write: (text) => {
      stream.write(text);
    },
  };
};

const ask = async (question) => {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.once('SIGINT', () => stop.abort('SIGINT')); // at a prompt the terminal sends no signal
  const closed = new Promise((resolve) => lines.once('close', () => resolve(undefined)));
  const answer = await Promise.race([
    lines.question(question, { signal: stop.signal }).catch(() => undefined),
    closed,
  ]);
  lines.close();
  return answer;
};

const workingDirectory = () => {
  try {
    return process.cwd();
  } catch {
    return ''; // it was deleted
  }
};

process.exitCode = await main({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: workingDirectory(),
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  // Asked only when a question is due: opening stdin costs time.
  interactive: () => process.stdin.isTTY === true,
  ask,
  signal: stop.signal,
});

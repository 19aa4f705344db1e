// Evaluates the JavaScript or TypeScript config whose URL is the only argument, in a process of its own: whatever it
// does there can be stopped. The answer, one line of JSON, goes to file descriptor 3. Its reader, and the reasons for
// all this, are in src/config/evaluate.ts; this is JavaScript so that it runs before anything is built.
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { Worker } from 'node:worker_threads';

// A config that reads arguments finds none.
const [url, mostMemory] = process.argv.splice(2);

/** More than the reader takes (src/config/plain.ts), so that it is the reader who refuses. */
const mostValues = 20_000;
const deepest = 64;
const longestText = 10_000;

// An endless loop answers to nobody, but a second thread can look on: at the memory, and whether anybody still waits.
const watch = `
  const { writeFileSync } = require('node:fs');
  const { workerData } = require('node:worker_threads');
  setInterval(() => {
    const tooMuch = process.memoryUsage.rss() > workerData.mostMemory;
    if (tooMuch) writeFileSync(3, '{"ended":"memory"}\\n');
    if (tooMuch || process.ppid !== workerData.parent) process.kill(process.pid, 'SIGKILL');
  }, 25);
`;
const workerData = { mostMemory: Number(mostMemory), parent: process.ppid };
new Worker(watch, { eval: true, execArgv: [], workerData }).unref();

// A terminal sends its signals to both processes. The other one decides, and then ends this one.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {});

// Thrown by a callback while the config is being evaluated.
process.on('uncaughtException', (error) => answer({ thrown: describe(error) }));

try {
  const { default: exported } = await import(url);
  answer({ value: pack(exported) });
} catch (error) {
  answer({ thrown: describe(error) });
}

function answer(message) {
  writeFileSync(3, `${JSON.stringify(message)}\n`);
}

/**
 * A value as JSON can carry it: an object as the list of its entries, for `__proto__` is a key like any other, and in
 * place of what is no plain data its kind, of which the reader makes such a thing again.
 */
function pack(value) {
  let left = mostValues;
  return packed(value, 0);

  function packed(from, depth) {
    left -= 1;
    if (left < 0 || depth > deepest) return null;
    if (from === null || typeof from === 'string' || typeof from === 'boolean') return from;
    if (typeof from === 'number') return Number.isFinite(from) ? from : { is: String(from) };
    if (typeof from !== 'object') return { is: typeof from };
    if (from instanceof Date) return { is: 'date' };
    if (from instanceof Promise) return { is: 'promise' };
    if (Array.isArray(from)) return packedList(from, depth);
    const prototype = Object.getPrototypeOf(from);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return { is: 'object' };
    const entries = [];
    for (const key of Object.keys(from)) {
      if (left < 0) break;
      entries.push([key, packed(from[key], depth + 1)]);
    }
    return { entries };
  }

  function packedList(from, depth) {
    const list = [];
    // Not map(): `new Array(4e9)` has that many holes.
    for (let i = 0; i < from.length && left >= 0; i += 1) list.push(packed(from[i], depth + 1));
    return list;
  }
}

/** What was thrown, whatever it is. */
function describe(error) {
  if (!(error instanceof Error)) return { type: error === null ? 'null' : typeof error };
  const text = (key) => {
    const value = error[key];
    return typeof value === 'string' ? value.slice(0, longestText) : '';
  };
  return { name: text('name'), code: text('code'), message: text('message'), stack: text('stack') };
}

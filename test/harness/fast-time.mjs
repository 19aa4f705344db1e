// Loaded into the built program with `node --import`: its timers and its monotonic clock run faster, so that its two
// minutes of patience can be tested in seconds. The program itself has no such switch.
import { syncBuiltinESMExports } from 'node:module';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import timers from 'node:timers/promises';

const factor = Number(process.env.TEST_TIME_FACTOR);
const { setInterval, setTimeout } = globalThis;
const sleep = timers.setTimeout;
const now = performance.now.bind(performance);

globalThis.setTimeout = Object.assign(
  (callback, ms = 0, ...rest) => setTimeout(callback, ms / factor, ...rest),
  setTimeout,
);
globalThis.setInterval = (callback, ms = 0, ...rest) => setInterval(callback, ms / factor, ...rest);
timers.setTimeout = (ms = 0, ...rest) => sleep(ms / factor, ...rest);
syncBuiltinESMExports();
Object.defineProperty(performance, 'now', { value: () => now() * factor });

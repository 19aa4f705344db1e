// Loaded into the built program with `node --import`: its timers and its monotonic clock run faster, so that its two
// minutes of patience can be tested in seconds. The program itself has no such switch.
import { performance } from 'node:perf_hooks';
import process from 'node:process';

const factor = Number(process.env.TEST_TIME_FACTOR);
const { setTimeout } = globalThis;
const now = performance.now.bind(performance);

globalThis.setTimeout = Object.assign(
  (callback, ms = 0, ...rest) => setTimeout(callback, ms / factor, ...rest),
  setTimeout,
);
Object.defineProperty(performance, 'now', { value: () => now() * factor });

// `npm run check`: all that is no test, in two lanes at a time, because each check keeps one core busy and two are there.
// A check says something only when it fails. Needs dist/.
import { spawn } from 'node:child_process';
import process from 'node:process';

const lanes = [['lint'], ['format:check', 'typecheck', 'check:unused', 'check:package']];
const failed = (await Promise.all(lanes.map(runLane))).flat();
if (failed.length > 0) process.stderr.write(`\nfailed: ${failed.join(', ')}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** Resolves to the scripts that failed. */
async function runLane(scripts) {
  const failed = [];
  for (const script of scripts) if (!(await run(script))) failed.push(script);
  return failed;
}

function run(script) {
  const start = performance.now();
  const output = [];
  // One string: npm is a script of the shell's on Windows.
  const child = spawn(`npm run --silent ${script}`, {
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const seconds = Math.round((performance.now() - start) / 1000);
      if (code !== 0) process.stderr.write(output.map(String).join(''));
      process.stdout.write(`== npm run ${script}: ${code === 0 ? 'ok' : 'failed'}, ${seconds} s\n`);
      resolve(code === 0);
    });
  });
}

// `npm test`: every check, in two lanes at a time, because most of them keep one core busy and two are there.
// The tests' output appears as it comes; another check says something only when it fails.
import { spawn } from 'node:child_process';
import process from 'node:process';

const lanes = [
  ['build', 'test:all', 'check:package'],
  ['format:check', 'lint', 'typecheck', 'check:unused'],
];
const failed = (await Promise.all(lanes.map(runLane))).flat();
if (failed.length > 0) process.stderr.write(`\nfailed: ${failed.join(', ')}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** Resolves to the scripts that failed; those of the lane that come after one are not run. */
async function runLane(scripts) {
  for (const script of scripts) if (!(await run(script))) return [script];
  return [];
}

function run(script) {
  const start = performance.now();
  const silent = script !== 'test:all';
  const output = [];
  // One string: npm is a script of the shell's on Windows.
  const child = spawn(`npm run --silent ${script}`, {
    shell: true,
    stdio: silent ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  });
  child.stdout?.on('data', (chunk) => output.push(chunk));
  child.stderr?.on('data', (chunk) => output.push(chunk));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const seconds = Math.round((performance.now() - start) / 1000);
      if (code !== 0) process.stderr.write(output.map(String).join(''));
      process.stdout.write(`== npm run ${script}: ${code === 0 ? 'ok' : 'failed'}, ${seconds} s\n`);
      resolve(code === 0);
    });
  });
}

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createSite, type Site } from '../support/create-site.ts';
import { runCli } from '../support/cli.ts';
import { createRandom } from './random.ts';
import { bin } from './sandbox.ts';

/** A site of which every file's text tells its build: whole is what repeats one letter to the end. */
function build(letter: string): Record<string, string> {
  const size = (i: number) => (i % 10 === 0 ? 400_000 : 2_000 + i);
  return Object.fromEntries(
    Array.from({ length: 80 }, (_, i) => [`static/d${i % 7}/f${i}.js`, letter.repeat(size(i))]),
  );
}

/** Kills a deploy at random moments, deploys once more, and looks at every file after each. */
export async function killAndResume(rounds: number, seed: number): Promise<void> {
  const random = createRandom(seed);
  const site = await createSite({ 'package.json': '{}', ...build('a') });
  try {
    await deploy(site);
    const fullMs = await timed(() => deploy(site));
    let held = 'a';
    for (let round = 1; round <= rounds; round += 1) {
      const letter = 'abcdefgh'.charAt(round % 8);
      await site.write(build(letter));
      await kill(site, fullMs / 4 + random.below(fullMs));
      await expectWhole(site, [held, letter], `round ${round}, after the kill`);
      await deploy(site);
      await expectWhole(site, [letter], `round ${round}, after the next run`);
      const left = await site.list('staticfiles');
      if (left.length !== 80) throw new Error(`round ${round}: left over ${left.join()}`);
      held = letter;
    }
  } finally {
    await site.remove();
  }
}

async function deploy(site: Site): Promise<void> {
  const { code, stderr } = await runCli(['--quiet'], { cwd: site.dir });
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
}

async function timed(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

async function kill(site: Site, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [bin, '--quiet'], { cwd: site.dir, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  await ended;
  clearTimeout(timer);
}

async function expectWhole(site: Site, letters: string[], when: string): Promise<void> {
  const expected = letters.map((letter) => build(letter));
  for (const name of Object.keys(expected[0] ?? {})) {
    const path = site.path(...name.replace('static/', 'staticfiles/').split('/'));
    const text = await readFile(path, 'utf8').catch(() => 'is lost');
    if (expected.some((one) => one[name] === text)) continue;
    throw new Error(`${when}: ${name} is torn (${text.slice(0, 9)}…, ${text.length} bytes)`);
  }
}

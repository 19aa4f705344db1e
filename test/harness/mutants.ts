import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../..', import.meta.url));

/** The program with one thing broken on purpose. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** Each from → to. */
  readonly edits: readonly (readonly [from: string, to: string])[];
}

/** Runs the tests against a copy of the sources with the mutation. Whether a test noticed it. */
export async function isCaught(mutant: Mutant, tests: readonly string[]): Promise<boolean> {
  const dir = await mkdtemp(join(tmpdir(), 'collect-static-mutant-'));
  try {
    for (const name of [
      'src',
      'bin',
      'test',
      'package.json',
      'tsconfig.json',
      'vitest.config.ts',
    ]) {
      await cp(join(top, name), join(dir, name), { recursive: true });
    }
    await symlink(join(top, 'node_modules'), join(dir, 'node_modules'));
    const path = join(dir, mutant.file);
    let code = await readFile(path, 'utf8');
    for (const [from, to] of mutant.edits) {
      if (!code.includes(from)) throw new Error(`${mutant.name}: the code is not like that`);
      code = code.replace(from, () => to);
    }
    await writeFile(path, code);
    const vitest = join(top, 'node_modules', 'vitest', 'vitest.mjs');
    const report = join(dir, 'report.json');
    // Into a file, for a mutant may print.
    const reporting = ['--reporter', 'json', '--outputFile', report];
    const args = [vitest, 'run', '--root', dir, '--bail', '1', ...reporting, ...tests];
    spawnSync(process.execPath, args, { cwd: dir });
    // A mutant that does not even load fails no test: it has been noticed by nobody.
    const { numFailedTests } = JSON.parse(await readFile(report, 'utf8')) as {
      numFailedTests: number;
    };
    return numFailedTests > 0;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

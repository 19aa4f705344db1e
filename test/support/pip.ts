import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './npm.ts';

const execute = promisify(execFile);

/**
 * The Python of a virtual environment with that package, made once a checkout. Rejects where there is no Python, no
 * `venv` (Debian: python3-venv) or no network.
 */
export async function installPython(
  name: string,
  specifiers: readonly string[],
  options: readonly string[] = [],
): Promise<string> {
  const dir = join(root, 'node_modules', '.cache', name);
  const python = join(dir, 'bin', 'python');
  if (existsSync(python)) return python;
  const unfinished = `${dir}-${process.pid}`;
  try {
    await execute('python3', ['-m', 'venv', unfinished]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await execute(join(unfinished, 'bin', 'python'), [...pip, ...options, ...specifiers]);
    await rename(unfinished, dir);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return python;
}

/** Why something cannot be had here, or undefined if it can. */
export async function whyMissing(install: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await install();
    return undefined;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    return stderr?.trim().split('\n').at(-1) ?? String(error);
  }
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DjangoEngine } from '../../../src/processors/rewrite/django/rewrite-text.ts';
import { root } from '../npm.ts';

const execute = promisify(execFile);

const releases: Readonly<Record<DjangoEngine, string>> = {
  'django-5.2': 'Django==5.2.*',
  'django-6': 'Django==6.1.*',
};

/**
 * The Python of a virtual environment with that Django, made once a checkout. Rejects where there is no Python, no
 * `venv` (Debian: python3-venv) or no network.
 */
export async function installDjango(engine: DjangoEngine): Promise<string> {
  const dir = join(root, 'node_modules', '.cache', engine);
  const python = join(dir, 'bin', 'python');
  if (existsSync(python)) return python;
  const unfinished = `${dir}-${process.pid}`;
  try {
    await execute('python3', ['-m', 'venv', unfinished]);
    // Django 6 asks for Python 3.12, and oracle.py makes it run on 3.11 as well, which Debian 12 has.
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    const options = ['--ignore-requires-python', releases[engine]];
    await execute(join(unfinished, 'bin', 'python'), [...pip, ...options]);
    await rename(unfinished, dir);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return python;
}

/** Why this Django cannot be had here, or undefined if it can. */
export async function djangoMissing(engine: DjangoEngine): Promise<string | undefined> {
  try {
    await installDjango(engine);
    return undefined;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    return stderr?.trim().split('\n').at(-1) ?? String(error);
  }
}

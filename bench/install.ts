import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Install, Peer } from './peer.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
export const cache = join(root, 'bench', '.peers');

export type Installed =
  | { readonly env: Readonly<Record<string, string>>; readonly version: string }
  | { readonly reason: string };

/** Installs a peer into the cache folder, once; a peer that cannot be had comes back with the reason. */
export async function install(peer: Peer): Promise<Installed> {
  const dir = join(cache, peer.name.toLowerCase().replace(/[^a-z\d]+/g, '-'));
  const mark = join(dir, '.installed');
  const wanted = JSON.stringify(peer.install);
  try {
    if ((await readFile(mark, 'utf8').catch(() => '')) !== wanted) {
      await rm(dir, { recursive: true, force: true });
      await mkdir(dir, { recursive: true });
      await fetchInto(dir, peer.install);
      await writeFile(mark, wanted);
    }
    const env = variables(dir, peer.install);
    const [program = '', ...args] = peer.version;
    const said = await run(program, args, { env: { ...process.env, ...env } });
    // A Go program that was built from its module may not know which release it is.
    const { install: how } = peer;
    return { env, version: how.kind === 'go' ? how.release.slice(1) : versionIn(said) };
  } catch (error) {
    return { reason: reasonIn(error as Error & { stderr?: string }) };
  }
}

async function fetchInto(dir: string, how: Install): Promise<void> {
  switch (how.kind) {
    case 'own':
      await mkdir(join(dir, 'bin'));
      await writeFile(
        join(dir, 'bin', 'collect-static'),
        `#!/bin/sh\nexec node '${join(root, 'bin', 'collect-static.js')}' "$@"\n`,
        { mode: 0o755 },
      );
      return;
    case 'go':
      // By way of a module of our own: `go install MODULE@VERSION` asks for a list of versions as well, which not every proxy has.
      await writeFile(
        join(dir, 'go.mod'),
        `module peers\n\ngo 1.24\n\nrequire ${how.module} ${how.release}\n`,
      );
      await run('go', ['install', '-mod=mod', '-tags', how.tags ?? '', how.module], {
        cwd: dir,
        env: { ...process.env, GOBIN: join(dir, 'bin') },
      });
      return;
    case 'debian': {
      await run('apt-get', ['download', how.package], { cwd: dir });
      for (const name of await readdir(dir)) await run('dpkg', ['-x', name, '.'], { cwd: dir });
      await symlink(join('usr', 'bin'), join(dir, 'bin'));
      return;
    }
    case 'pip':
      await run('python3', ['-m', 'venv', dir]);
      await run(join(dir, 'bin', 'pip'), ['install', '--quiet', ...how.requirements]);
      return;
    case 'npm':
      await run('npm', ['install', '--no-audit', '--no-fund', '--prefix', dir, ...how.packages]);
  }
}

/** The peer's programs come first; all else is the machine's. */
function variables(dir: string, { kind }: Install): Record<string, string> {
  const PATH = `${join(dir, 'bin')}:${process.env['PATH'] ?? ''}`;
  return kind === 'npm' ? { PATH, NODE_PATH: join(dir, 'node_modules') } : { PATH };
}

async function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { ...options, maxBuffer: 2 ** 26 });
  return stdout;
}

/** The first number with dots in it, or several that are joined by plus signs. */
function versionIn(said: string): string {
  return /\d+\.\d[\w.]*(?: \+ \d[\w.]*)*/.exec(said)?.[0] ?? 'of unknown version';
}

/** The last line that says anything, without addresses. */
function reasonIn({ message, stderr }: Error & { readonly stderr?: string }): string {
  const lines = (stderr ?? message).trim().split('\n');
  return (lines.at(-1) ?? message).trim().replaceAll(/https?:\/\/\S+/g, '…');
}

import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const bin = fileURLToPath(new URL('../../bin/collect-static.js', import.meta.url));

/** What this machine can do to a program. A test that needs more is skipped, and the skip is counted. */
const able = {
  /** A mount namespace of one's own: as root, or as an unprivileged user's own root. */
  mounts: () => succeeds('unshare', [...namespace(), 'sh', '-c', 'mount -t tmpfs none /mnt']),
  limits: () => succeeds('prlimit', ['--nofile=64', 'true']),
  otherUser: () => process.getuid?.() === 0 && succeeds('setpriv', ['--reuid=65534', 'true']),
} as const;

export type Ability = keyof typeof able;

const known = new Map<Ability, boolean>();

/** Whether the machine can; a no is remembered for `missing`. */
export function can(ability: Ability): boolean {
  const answer = known.get(ability) ?? able[ability]();
  known.set(ability, answer);
  return answer;
}

/** What was asked for and is not there. A bench asserts that this is what it knows of. */
export function missing(): Ability[] {
  return [...known].filter(([, answer]) => !answer).map(([ability]) => ability);
}

/** Runs a shell script in a mount namespace of its own, where it is root; `$1` … are the arguments. */
export function inNamespace(
  script: string,
  args: readonly string[],
): { code: number; out: string } {
  const command = [...namespace(), 'sh', '-c', script, 'sh', ...args];
  const { status, stdout, stderr } = spawnSync('unshare', command, {
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' },
  });
  return { code: status ?? -1, out: stdout + stderr };
}

function namespace(): string[] {
  return process.getuid?.() === 0 ? ['-m'] : ['-rm'];
}

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

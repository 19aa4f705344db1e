import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../program.ts';
import type { Counts } from './server.ts';

/** One command line in one row. */
export interface Entrant {
  readonly tool: string;
  /** What sets this command apart from the tool's others. */
  readonly variant: string;
  /** Whether it proves what it did as we do; `fixed` where the tool leaves no choice. */
  readonly checks: 'skips' | 'verifies' | 'fixed';
  readonly version: string;
  readonly command: readonly string[];
  /** What people type, without the paths of this machine. */
  readonly shown: string;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Makes the world as it is before the run. */
  readonly prepare: () => Promise<void>;
  /** What is wrong with what the run left behind. */
  readonly check: () => Promise<Checked>;
}

export interface Checked {
  readonly problem?: string | undefined;
  readonly requests?: Counts | undefined;
}

export interface Run {
  readonly seconds: number;
  readonly cpuSeconds?: number | undefined;
  readonly megabytes?: number | undefined;
  readonly requests?: Counts | undefined;
}

export type Outcome = Run | { readonly reason: string; readonly late?: true };

const time = '/usr/bin/time';

/** Runs it once, start of the program included. Without the proof that it did its work there is no time. */
export async function measure(entrant: Entrant, deadlineMs: number): Promise<Outcome> {
  const { command, dir, env } = entrant;
  await entrant.prepare();
  const scratch = await mkdtemp(join(dir, 'run-'));
  const file = join(scratch, 'usage');
  const watched = existsSync(time) ? [time, '-f', '%U %S %M', '-o', file, ...command] : command;
  await mkdir(join(dir, 'home'), { recursive: true });
  try {
    const { exitCode, seconds, said } = await runProgram(watched, { dir, env, deadlineMs });
    if (exitCode === undefined) {
      return { reason: `did not end in ${deadlineMs / 1000} s`, late: true };
    }
    if (exitCode !== 0) return { reason: `exit ${exitCode}: ${said.trim()}` };
    const { problem, requests } = await entrant.check();
    if (problem !== undefined) return { reason: problem };
    return { seconds, requests, ...(await usageIn(file)) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function usageIn(file: string): Promise<Pick<Run, 'cpuSeconds' | 'megabytes'>> {
  if (!existsSync(file)) return {};
  const [user = 0, system = 0, kilobytes = 0] = (await readFile(file, 'utf8'))
    .trim()
    .split(' ')
    .map(Number);
  return { cpuSeconds: user + system, megabytes: (kilobytes * 1024) / 1e6 };
}

import { createHash, randomBytes } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/** A run, told apart from every other one. */
export interface Owner {
  /** 0 where it cannot be known without asking the process: everywhere but on Linux. */
  readonly pid: number;
  /** When the process started: a pid is given out again, the two together are not. */
  readonly start: string;
  readonly host: string;
  /** The machine and its pid namespace, as a short hash: within it a pid means one process. */
  readonly space: string;
}

/** Who this process is. */
export async function currentOwner(): Promise<Owner> {
  const host = hostname();
  try {
    const [pid, namespace] = await Promise.all([
      readlink('/proc/self'),
      readlink('/proc/self/ns/pid'),
    ]);
    const start = await startOf(Number(pid));
    if (start !== undefined)
      return { pid: Number(pid), start, host, space: hash(host + namespace) };
  } catch {
    // no Linux: another run cannot ask whether this one lives, and goes by the age of what it left
  }
  const start = randomBytes(4).toString('hex');
  return { pid: 0, start, host, space: hash(host + start) };
}

/** Whether that process lives; undefined when that cannot be known from here. */
export async function isAlive(other: Owner, self: Owner): Promise<boolean | undefined> {
  if (other.space !== self.space || self.pid === 0) return undefined;
  if ((await startOf(other.pid)) === other.start) return true;
  // Where processes of other users are hidden (hidepid), nothing follows from not seeing one.
  return (await startOf(1)) === undefined ? undefined : false;
}

/** Clock ticks from boot to the start of a process; undefined for one that is dead or a zombie. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in parentheses, and may hold anything.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? undefined : fields[18];
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

import { main } from '../../src/cli.ts';
import { createFakeIo } from './fake-io.ts';

/** The program in this process: what it says and does is the same, and takes a fraction of the time to start. */
export async function runHere(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const io = createFakeIo(args, { cwd: options.cwd, env: { ...options.env } });
  const code = await main(io);
  return { code, stdout: io.out(), stderr: io.err() };
}

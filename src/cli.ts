import { CommanderError } from 'commander';
import type { CommandContext } from './commands/context.ts';
import { CollectError, exitCodeOfSignal, exitCodes } from './errors.ts';
import type { Io } from './io.ts';
import { createProgram } from './program.ts';
import { redactIo } from './redact.ts';

/** Runs the program; resolves to its exit code and never rejects. */
export async function main(outer: Io): Promise<number> {
  const { io, redactor } = redactIo(outer);
  let exitCode: number = exitCodes.ok;
  const run = (code: Promise<number>) => code.then((value) => void (exitCode = value));
  const reveal = (text: string) => {
    outer.stdout.write(text);
  };
  const context: CommandContext = { io, redactor, reveal };
  const program = createProgram(context, run);
  try {
    await program.parseAsync(withOptionalValues(io.argv), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
    const json = io.argv.includes('--json');
    // Commander has told it on stderr already.
    if (error instanceof CommanderError && !json) return exitCodes.usage;
    const known = error instanceof CommanderError ? usageError(error) : error;
    const code = codeOf(known, io.signal);
    const { reporterFor } = await import('./commands/flags.ts');
    const reporter = reporterFor(context, { json, color: !io.argv.includes('--no-color') });
    reporter.error(known);
    reporter.end(code);
    return code;
  }
}

/** Stopped before anything was written, also where something else would have been wrong. */
function codeOf(error: unknown, signal: AbortSignal): number {
  if (!(error instanceof CollectError)) return exitCodes.bug;
  return signal.aborted ? exitCodeOfSignal(signal.reason) : error.exitCode;
}

function usageError({ message }: CommanderError): CollectError {
  return new CollectError('USAGE', message.replace(/^error: /, ''), {
    exitCode: exitCodes.usage,
    hint: 'see collect-static --help',
  });
}

/** `-v` takes a level only if one follows: in `-v find app.css`, "find" is none. `--compress` takes a mode likewise. */
function withOptionalValues(argv: readonly string[]): string[] {
  return argv.map((arg, i) => {
    const next = argv[i + 1] ?? '';
    if (arg === '--compress' && !/^(-|replace$|sidecar$|$)/.test(next)) return `${arg}=true`;
    if (arg !== '-v' && arg !== '--verbosity') return arg;
    return /^\d+$/.test(next) ? arg : '--verbosity=2';
  });
}

/** Exit codes; their meaning never changes. */
export const exitCodes = {
  ok: 0,
  bug: 1,
  usage: 2,
  config: 3,
  source: 4,
  refused: 5,
  permission: 6,
  unreachable: 7,
  partial: 8,
  verify: 9,
  conflict: 10,
  changes: 11,
  cdn: 12,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface ErrorDetails {
  readonly exitCode: ExitCode;
  /** What to do next, in one sentence. */
  readonly hint?: string;
  /** Every single problem, when there are several. */
  readonly problems?: readonly string[];
  readonly cause?: unknown;
}

/** A known failure: what, where and why in the message, what to do in the hint. Anything else thrown is a bug. */
export class CollectError extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  readonly problems: readonly string[];

  constructor(code: string, message: string, details: ErrorDetails) {
    super(message, { cause: details.cause });
    this.name = 'CollectError';
    this.code = code;
    this.exitCode = details.exitCode;
    this.hint = details.hint;
    this.problems = details.problems ?? [];
  }
}

const signalCodes: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** The exit code of a run that a signal stopped, by the signal's name. */
export function exitCodeOfSignal(name: unknown): number {
  return signalCodes[String(name)] ?? exitCodes.interrupted;
}

/** The same failure under another exit code. */
export function withExitCode(error: CollectError, exitCode: ExitCode): CollectError {
  const { code, message, hint, problems, cause } = error;
  return new CollectError(code, message, {
    exitCode,
    ...(hint !== undefined && { hint }),
    problems,
    cause,
  });
}

/** `ENOENT` and the like of a Node error; undefined for anything else. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

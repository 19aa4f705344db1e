/** A stream that text is written to. */
export interface Output {
  readonly isTTY: boolean;
  /** Terminal width in columns; undefined where there is no terminal. */
  readonly columns: number | undefined;
  write(text: string): void;
}

/** The slice of `process` that the program may see. */
export interface Io {
  /** Arguments after the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute; '' when the working directory was deleted. */
  readonly cwd: string;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Whether a question can be answered. */
  readonly interactive: () => boolean;
  /** Shows the question and resolves to the line typed; undefined at the end of the input. */
  ask(question: string): Promise<string | undefined>;
  /** Aborted by SIGINT, SIGTERM and SIGHUP; the reason is the signal's name. */
  readonly signal: AbortSignal;
}

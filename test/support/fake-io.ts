import type { Io } from '../../src/io.ts';

export interface FakeIo extends Io {
  /** All that was written so far. */
  readonly out: () => string;
  readonly err: () => string;
}

/** What the program sees of a process, and what it wrote. */
export function createFakeIo(
  argv: readonly string[],
  options: { cwd: string; env?: Record<string, string>; answer?: string; tty?: boolean },
): FakeIo {
  const written = { out: '', err: '' };
  const output = (stream: 'out' | 'err') => ({
    isTTY: options.tty ?? false,
    columns: options.tty === true ? 100 : undefined,
    write: (text: string) => {
      written[stream] += text;
    },
  });
  return {
    argv,
    env: options.env ?? {},
    cwd: options.cwd,
    stdout: output('out'),
    stderr: output('err'),
    interactive: () => options.answer !== undefined,
    ask: (question) => {
      written.err += question;
      return Promise.resolve(options.answer);
    },
    signal: new AbortController().signal,
    out: () => written.out,
    err: () => written.err,
  };
}

import type { Io } from '../io.ts';
import type { Redactor } from '../redact.ts';

/** What a command gets beside its flags. */
export interface CommandContext {
  readonly io: Io;
  readonly redactor: Redactor;
  /** Writes a result that is meant to be seen although it looks like a secret: a signed URL. */
  readonly reveal: (text: string) => void;
}

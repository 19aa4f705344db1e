import type { Io, Output } from './io.ts';

/** Shorter values would blank out ordinary words. */
const shortestSecret = 6;

/** Variables whose values are never shown, known before any configuration is read. */
const secretVariables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_S3_ACCESS_KEY_ID',
  'AWS_S3_SECRET_ACCESS_KEY',
];

export interface Redactor {
  /** From now on these values are hidden. */
  hide(values: readonly string[]): void;
  redact(text: string): string;
}

/** The one filter that every output goes through. */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  return {
    hide(values) {
      for (const value of values) if (value.length >= shortestSecret) secrets.add(value);
    },
    redact(text) {
      let clean = text;
      for (const secret of secrets) clean = clean.replaceAll(secret, '[hidden]');
      return clean
        .replace(/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, '[hidden]')
        .replace(/(X-Amz-(?:Signature|Security-Token|Credential)=)[^&\s"']+/gi, '$1[hidden]')
        .replace(/(:\/\/[^\s/:@]{1,256}:)[^\s/@]{1,256}@/g, '$1[hidden]@');
    },
  };
}

/** An Io whose outputs pass through a redactor that already hides the environment's credentials. */
export function redactIo(io: Io): { io: Io; redactor: Redactor } {
  const redactor = createRedactor();
  redactor.hide(secretVariables.map((name) => io.env[name] ?? ''));
  const filter = (output: Output): Output => ({
    isTTY: output.isTTY,
    columns: output.columns,
    write: (text) => {
      output.write(redactor.redact(text));
    },
  });
  return { io: { ...io, stdout: filter(io.stdout), stderr: filter(io.stderr) }, redactor };
}

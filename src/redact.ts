import type { Io, Output } from './io.ts';
import { isCredential, secretsIn, valuesToHide } from './secrets.ts';

/** Shorter values would blank out ordinary words. */
const shortestSecret = 6;

/** What a secret looks like whosever it is. Nothing here may eat a quote: NDJSON must stay JSON. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, '[hidden]'],
  // Of signed URLs and Authorization headers, and what S3 repeats of them when a signature is wrong.
  [
    /\b((?:X-Amz-)?(?:Signature|Security-Token|Credential)|AWSAccessKeyId)=[^&\s"'\\,]+/gi,
    '$1=[hidden]',
  ],
  [
    /<(AWSAccessKeyId|StringToSign(?:Bytes)?|CanonicalRequest(?:Bytes)?|SignatureProvided|Token(?:-\d)?)>[^<"]{1,8192}/g,
    '<$1>[hidden]',
  ],
  // User and password of a URL; a user alone may be a token.
  [/(:\/\/[^\s/:@"'<>\\]{1,256}:)[^\s/@"'<>\\]{1,256}@/g, '$1[hidden]@'],
  [/(:\/\/)[^\s/:@"'<>\\]{1,256}@/g, '$1[hidden]@'],
];

export interface Redactor {
  /** From now on these values are hidden. */
  readonly hide: (values: readonly string[]) => void;
  redact(text: string): string;
}

/** The one filter that every output goes through. */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  return {
    hide: (values) => {
      for (const value of values) {
        if (value.length >= shortestSecret) for (const form of formsOf(value)) secrets.add(form);
      }
    },
    redact(text) {
      let clean = text;
      // Longer ones first: one secret may begin with another.
      for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
        clean = clean.replaceAll(secret, '[hidden]');
      }
      return patterns.reduce((so, [pattern, instead]) => so.replace(pattern, instead), clean);
    },
  };
}

/**
 * A value as it is, in a URL, and in JSON: a message that quotes it may itself become JSON. And as `console.log` shows
 * it inside an object: between other quotes.
 */
function formsOf(value: string): readonly string[] {
  const json = quoted(value);
  return [value, percent(value), json, quoted(json), json.replaceAll('\\"', '"')];
}

function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function percent(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    return value; // it has half of a surrogate pair
  }
}

/** An Io whose outputs pass through a redactor that already hides the environment's secrets. */
export function redactIo(io: Io): { io: Io; redactor: Redactor } {
  const redactor = createRedactor();
  const variables = Object.entries(io.env);
  redactor.hide(valuesToHide(secretsIn(variables)));
  // However short or plain: it is certain that these are secrets.
  redactor.hide(variables.flatMap(([name, value = '']) => (isCredential(name) ? [value] : [])));
  const filter = (output: Output): Output => ({
    isTTY: output.isTTY,
    columns: output.columns,
    write: (text) => {
      output.write(redactor.redact(text));
    },
  });
  return { io: { ...io, stdout: filter(io.stdout), stderr: filter(io.stderr) }, redactor };
}

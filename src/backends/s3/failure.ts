/** What an error of the SDK, of Node or of a credential provider says of itself, and nothing of what it carries along. */
export interface Failure {
  /** The S3 code, or the error's class. */
  readonly name: string;
  /** A Node errno or TLS code. */
  readonly errno: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** Of the HTTP answer; names are lower-case. */
  readonly header: (name: string) => string | undefined;
  /** A text element of S3's error document. */
  readonly element: (name: string) => string | undefined;
  /** A copy that is safe to print: message and stack, none of the fields the SDK copies from the server's answer. */
  readonly cause: Error;
}

/** Reads an unknown error by its names and codes, never by its message. */
export function failureOf(error: unknown): Failure {
  const name = textOf(error, 'name') ?? 'Error';
  const metadata = propertyOf(error, '$metadata');
  const response = propertyOf(error, '$response');
  const headers = propertyOf(response, 'headers');
  const status = propertyOf(metadata, 'httpStatusCode') ?? propertyOf(response, 'statusCode');
  return {
    name,
    errno: textOf(error, 'code') ?? textOf(propertyOf(error, 'cause'), 'code'),
    status: typeof status === 'number' ? status : undefined,
    requestId: textOf(metadata, 'requestId'),
    header: (header) => textOf(headers, header),
    element: (element) => textOf(error, element),
    cause: printable(error, name),
  };
}

/**
 * The SDK copies every element of S3's error document onto the error, among them the access key id and the
 * string to sign: whoever inspects such an object prints them.
 */
function printable(error: unknown, name: string): Error {
  const message = error instanceof Error ? error.message : String(error);
  // What the SDK says where the server sent no message (Ceph, every HEAD) says less than the code.
  const copy = new Error(message === 'UnknownError' ? name : message);
  copy.name = name;
  const stack = error instanceof Error ? error.stack : undefined;
  if (stack !== undefined) copy.stack = stack;
  return copy;
}

function textOf(value: unknown, name: string): string | undefined {
  const property = propertyOf(value, name);
  return typeof property === 'string' && property !== '' ? property : undefined;
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
